package redis

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/redis/rueidis"

	"sotto/rooms"
	"sotto/rooms/cluster"
)

// Store is a [cluster.Store] in Redis.
type Store struct {
	client    rueidis.Client
	addresses []string
	propose   string // how long offers are taken, in microseconds
	spread    bool   // over the servers of a Redis Cluster
	calls     *calls
	plain     plain
	*listener

	epoch atomic.Uint64 // the highest that this node has met

	end sync.Once
}

var _ cluster.Store = (*Store)(nil)

func newStore(client rueidis.Client, opt rueidis.ClientOption, c Config) *Store {
	s := &Store{
		client:    client,
		addresses: slices.Clone(opt.InitAddress),
		propose:   micros(c.ProposeFor),
		spread:    client.Mode() == rueidis.ClientModeCluster,
		calls:     newCalls(),
	}
	s.listener = newListener(client, c.Hearer)
	return s
}

// Addresses are those of the servers, as they are known now, with those that may take the
// place of another.
func (s *Store) Addresses() []string {
	all := slices.Clone(s.addresses)
	for addr := range s.client.Nodes() {
		all = append(all, addr)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Close ends what the store does. Nothing is heard after it returns.
func (s *Store) Close() error {
	s.end.Do(func() {
		s.listener.close()
		s.calls.close()
		s.client.Close()
		s.calls.wait()
	})
	return nil
}

// keys of a room have one hash tag, which puts them on one server of a Redis Cluster.
func keys(room string) []string {
	tag := "sotto:{" + room + "}:"
	return []string{tag + "room", tag + "log", tag + "snap", tag + "ids", tag + "offer"}
}

func (s *Store) keys(room string) []string {
	if s.spread {
		return keys(room)
	}
	return append(keys(room), generationKey)
}

// channel is where what is said in a room is published, called as its first key is.
func channel(room string) string { return "sotto:{" + room + "}:room" }

const generationKey = "sotto:{nodes}:generation"

// nodeKeys are all that there is of nodes, and of the store, which is kept while they beat.
var nodeKeys = []string{"sotto:{nodes}:live", "sotto:{nodes}:gone", "sotto:{nodes}:since", "sotto:{nodes}:clock", generationKey}

func (s *Store) args(more ...string) []string {
	return append([]string{
		micros(cluster.Remembered), s.propose, millis(cluster.RoomFor), micros(rooms.HistoryFor), strconv.Itoa(rooms.HistoryBytes),
	}, more...)
}

// met notes an epoch, so that those of rooms that are made are above it whatever the clock of
// Redis says.
func (s *Store) met(p cluster.Place) {
	for {
		old := s.epoch.Load()
		if p.Epoch <= old || s.epoch.CompareAndSwap(old, p.Epoch) {
			return
		}
	}
}

func (s *Store) above() string { return strconv.FormatUint(s.epoch.Load(), 10) }

// do runs a script once, and returns what it found, with what came with that.
func (s *Store) do(ctx context.Context, script *rueidis.Lua, keys, args []string) (found string, rest []rueidis.RedisMessage, err error) {
	answers, err := s.calls.do(ctx, func() []rueidis.RedisResult {
		return []rueidis.RedisResult{script.Exec(context.Background(), s.client, keys, args)}
	})
	if err != nil {
		return "", nil, err
	}
	return parse(answers[0])
}

// room runs a script about a room, and puts the store in order first where the script says
// that it has to be; it has done nothing then.
func (s *Store) room(ctx context.Context, script *rueidis.Lua, room string, args ...string) ([]rueidis.RedisMessage, error) {
	for range maxRounds {
		found, rest, err := s.do(ctx, script, s.keys(room), s.args(args...))
		if err != nil {
			return nil, err
		}
		if again, err := s.settle(ctx, room, found); err != nil {
			return nil, err
		} else if !again {
			return rest, outcome(found)
		}
	}
	return nil, cluster.ErrRecovering
}

// settle does what has to be done before a script can say anything.
func (s *Store) settle(ctx context.Context, room, found string) (again bool, err error) {
	switch found {
	case "generation":
		return true, s.generate(ctx)
	case "due":
		found, _, err := s.do(ctx, settleScript, s.keys(room), s.args(s.above()))
		if err != nil {
			return false, err
		}
		return true, outcome(found)
	}
	return false, nil
}

// generate notes which server is the store.
func (s *Store) generate(ctx context.Context) error {
	if s.spread {
		return nil
	}
	_, rest, err := s.do(ctx, generationScript, []string{generationKey}, []string{millis(cluster.RoomFor)})
	if err != nil {
		return err
	}
	since, err := stringOf(rest, 0)
	if err != nil {
		return err
	}
	of, err := stringOf(rest, 1)
	if err == nil {
		s.plain.know(since, of)
	}
	return err
}

// Open returns a room as it is kept, making it if it isn't there.
func (s *Store) Open(ctx context.Context, room string, head []byte) (cluster.Kept, error) {
	for range maxRounds {
		kept, err := s.read(ctx, room)
		if !errors.Is(err, cluster.ErrNoRoom) {
			return kept, err
		}
		kept, err = s.make(ctx, room, head)
		if !errors.Is(err, errThere) {
			return kept, err
		}
	}
	return cluster.Kept{}, cluster.ErrRecovering
}

// errThere says that somebody else made a room in the meantime.
var errThere = errors.New("the room is there already")

func (s *Store) make(ctx context.Context, room string, head []byte) (cluster.Kept, error) {
	for range maxRounds {
		found, rest, err := s.do(ctx, makeScript, s.keys(room), s.args(string(head), s.above()))
		if err != nil {
			return cluster.Kept{}, err
		}
		again, err := s.settle(ctx, room, found)
		switch {
		case err != nil:
			return cluster.Kept{}, err
		case again:
			continue
		case found == "there":
			return cluster.Kept{}, errThere
		}
		if err := outcome(found); err != nil {
			return cluster.Kept{}, err
		}
		at, err := stampOf(rest, 0)
		s.met(at.Place)
		return cluster.Kept{Last: at.Place, Made: true, Unsure: s.spread}, err
	}
	return cluster.Kept{}, cluster.ErrRecovering
}

func (s *Store) read(ctx context.Context, room string) (k cluster.Kept, err error) {
	rest, err := s.room(ctx, readScript, room)
	if err != nil {
		return k, err
	}
	if len(rest) != 4 {
		return k, errGarbled
	}
	last, err := stampOf(rest, 0)
	if err != nil {
		return k, err
	}
	from, err := stampOf(rest, 1)
	if err != nil {
		return k, err
	}
	k.Last = last.Place
	s.met(k.Last)
	if body, err := rest[2].ToString(); err == nil {
		k.Snapshot = cluster.Snapshot{Place: from.Place, Body: []byte(body)}
	} else if !rueidis.IsRedisNil(err) {
		return k, err
	}
	k.Entries, err = entriesOf(rest, 3)
	return k, err
}

// Head returns what a room began with.
func (s *Store) Head(ctx context.Context, room string) ([]byte, error) {
	rest, err := s.room(ctx, headScript, room)
	if err != nil {
		return nil, err
	}
	head, err := stringOf(rest, 0)
	return []byte(head), err
}

// After returns what is kept of a room after a place.
func (s *Store) After(ctx context.Context, room string, at cluster.Place) ([]cluster.Entry, error) {
	epoch, number, err := decimal(at)
	if err != nil {
		return nil, err
	}
	rest, err := s.room(ctx, afterScript, room, epoch, number)
	if err != nil {
		return nil, err
	}
	return entriesOf(rest, 0)
}

// Keep has a room begin with a snapshot for whoever opens it later. Where there is no memory
// left, it makes room for itself.
func (s *Store) Keep(ctx context.Context, room string, snap cluster.Snapshot) error {
	epoch, number, err := decimal(snap.Place)
	if err != nil {
		return err
	}
	_, err = s.room(ctx, keepScript, room, epoch, number, string(snap.Body), "0")
	if errors.Is(err, cluster.ErrFull) {
		_, err = s.room(ctx, keepTightScript, room, epoch, number, string(snap.Body), "1")
	}
	return err
}

// Remove forgets a room, if nothing was appended after a place.
func (s *Store) Remove(ctx context.Context, room string, at cluster.Place) error {
	epoch, number, err := decimal(at)
	if err != nil {
		return err
	}
	_, err = s.room(ctx, removeScript, room, epoch, number)
	return err
}

// Propose offers what a node has of a room that the store lost.
func (s *Store) Propose(ctx context.Context, room string, p cluster.Proposal) error {
	epoch, number, err := decimal(p.Snapshot.Place)
	if err != nil {
		return err
	}
	s.met(p.Snapshot.Place)
	_, err = s.room(ctx, proposeScript, room, epoch, number, string(p.Head), string(p.Snapshot.Body), encodeDraft(p.Next))
	return err
}

// Publish hands bytes to every node that listens to a room, or not at all.
func (s *Store) Publish(ctx context.Context, room string, body []byte) error {
	message := string(rune(publishedPassed)) + string(body)
	answer, err := s.ask(ctx, func() rueidis.Completed {
		return s.client.B().Spublish().Channel(channel(room)).Message(message).Build()
	})
	if err != nil {
		return err
	}
	return answer.Error()
}

// Beat says that a node is there for another lease.
func (s *Store) Beat(ctx context.Context, node string) (cluster.Nodes, error) {
	// Whether the store is still the one that it was is looked at first, so that it is known
	// within a beat even where nobody says anything.
	if err := s.generate(ctx); err != nil {
		return cluster.Nodes{}, err
	}
	rest, err := s.beat(ctx, node, "0")
	if err != nil {
		return cluster.Nodes{}, err
	}
	return nodesOf(rest)
}

// Leave says that a node ends by itself.
func (s *Store) Leave(ctx context.Context, node string) error {
	_, err := s.beat(ctx, node, "1")
	if errors.Is(err, cluster.ErrFenced) {
		return nil
	}
	return err
}

func (s *Store) beat(ctx context.Context, node, leaves string) ([]rueidis.RedisMessage, error) {
	found, rest, err := s.do(ctx, beatScript, nodeKeys, []string{
		node, micros(cluster.LeaseFor), micros(cluster.GoneFor), micros(cluster.BeatEvery), millis(cluster.RoomFor), leaves,
	})
	if err != nil {
		return nil, err
	}
	return rest, outcome(found)
}
