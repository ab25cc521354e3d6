package cluster

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"sotto/rooms"
)

// Node is one server of several. It is the [rooms.Shared] log of its rooms, and the
// [Hearer] of the store that it was started with.
type Node struct {
	sealing *sealing
	agreed  string
	faults  faults
	life    atomic.Pointer[life]
	clock   clock
	passes  chan passing
	probe   probe
	missing missing
	vacated vacated

	agreedAt atomic.Int64 // when the store last had this node's key, in Unix nanoseconds; 0: never
	brokenAt atomic.Int64 // when a room last could not go on, or not be opened for what is in the store, in Unix nanoseconds; 0: never

	ctx  context.Context // ends with the node
	stop context.CancelFunc
	work sync.WaitGroup

	mu     sync.Mutex
	store  Store // nil until it was started
	tails  map[string]*tail
	closed bool
}

// Config says what a node is.
type Config struct {
	Key [32]byte // which all nodes have, and nobody else
	// Agreed is what all nodes have to be told alike, in words, at most [MaxAgreedBytes].
	Agreed string
}

// MaxAgreedBytes is how long those words are at most: as much as a room begins with.
const MaxAgreedBytes = maxHeadBytes - len(keySays) - 1

// New returns a node that does nothing yet. Its store is to be made with it as its Hearer;
// with that it is started.
func New(cfg Config) *Node {
	n := &Node{sealing: newSealing(cfg.Key), agreed: cfg.Agreed, passes: make(chan passing, maxPasses), tails: make(map[string]*tail)}
	n.life.Store(n.sealing.newLife())
	n.ctx, n.stop = context.WithCancel(context.Background())
	var id [12]byte
	rand.Read(id[:])
	n.probe.room = "probe-" + base64.RawURLEncoding.EncodeToString(id[:])
	return n
}

// How long the store may take.
const (
	// callFor is how long a call to the store may take before nobody knows what became of
	// it: longer than any takes that is answered, and a part of the time that people wait.
	callFor = 2 * time.Second
	// openFor is how long whoever comes in waits for a room that can't be reached, which is
	// longer than it takes to put one together again.
	openFor = 10 * time.Second
	// closeFor is how long a room that is left, or a node that ends, may take to say so.
	closeFor = 3 * time.Second
	// againFirst and againLast are how long it is until a call is tried again, at first and
	// at last: soon enough that nobody waits for it, and no load on a store that is ill.
	againFirst = 50 * time.Millisecond
	againLast  = time.Second
)

var errClosed = errors.New("the node is closed")

// Start begins to share rooms over a store, which the node closes. It waits until the store
// answers, or until ctx ends.
func (n *Node) Start(ctx context.Context, store Store) error {
	n.mu.Lock()
	n.store = store
	n.mu.Unlock()
	if err := n.agree(ctx); err != nil {
		return err
	}
	err := n.retry(ctx, func(ctx context.Context) error {
		if err := store.Listen(ctx, n.probe.room); err != nil {
			return err
		}
		return n.beat(ctx)
	}, isOdd)
	if err != nil {
		return err
	}
	n.probe.came(time.Now())
	n.work.Go(n.beats)
	n.work.Go(n.pass)
	return nil
}

// retry calls the store until it works, until an error is final, or until ctx ends, and
// returns the last error. What is being put together again is asked for once it has to be
// there: everybody waits for that.
func (n *Node) retry(ctx context.Context, call func(context.Context) error, final func(error) bool) error {
	var due time.Time
	for wait := againFirst; ; wait = min(2*wait, againLast) {
		try, cancel := context.WithTimeout(ctx, callFor)
		err := call(try)
		cancel()
		if err == nil || final(err) {
			return err
		}
		if due.IsZero() && errors.Is(err, ErrRecovering) {
			due = time.Now().Add(ProposeFor)
		}
		pause := wait
		if left := time.Until(due); left > 0 && left < wait {
			pause, wait = left, againFirst/2
		}
		select {
		case <-ctx.Done():
			return err
		case <-n.ctx.Done():
			return errClosed
		case <-time.After(pause):
		}
	}
}

// Node is which of the nodes this one is now.
func (n *Node) Node() string { return n.life.Load().name }

// Mark is as of [rooms.Shared].
func (n *Node) Mark(kind rooms.Kind, name rooms.RoomName) rooms.Mark {
	return n.sealing.mark(kind, name)
}

// Find is as of [rooms.Shared].
func (n *Node) Find(ctx context.Context, m rooms.Mark) (rooms.Kind, rooms.RoomName, error) {
	ctx, cancel := context.WithTimeout(ctx, openFor)
	defer cancel()
	room := roomOf(m)
	var head []byte
	err := n.retry(ctx, func(ctx context.Context) (err error) {
		head, err = n.store.Head(ctx, room)
		return err
	}, func(err error) bool { return errors.Is(err, ErrNoRoom) })
	switch {
	case errors.Is(err, ErrNoRoom):
		return "", "", rooms.ErrNoRoom
	case err != nil:
		return "", "", err
	}
	plain, _, err := n.sealing.unwrap(whatHead, room, head, maxHeadBytes)
	if err != nil {
		n.faults.of(err)
		return "", "", rooms.ErrNoRoom
	}
	kind, name, _ := bytes.Cut(plain, []byte{0})
	if n.Mark(rooms.Kind(kind), rooms.RoomName(name)) != m {
		n.faults.add(FaultRead)
		return "", "", rooms.ErrNoRoom
	}
	return rooms.Kind(kind), rooms.RoomName(name), nil
}

// Open is as of [rooms.Log]. A room that is being left here is opened once that is over.
func (n *Node) Open(ctx context.Context, kind rooms.Kind, name rooms.RoomName, to rooms.Follower) (rooms.Tail, error) {
	ctx, cancel := context.WithTimeout(ctx, openFor)
	defer cancel()
	t := n.newTail(roomOf(n.Mark(kind, name)), to)
	t.head = n.head(t.room, kind, name)
	if err := n.add(ctx, t); err != nil {
		return nil, err
	}
	if err := t.open(ctx); err != nil {
		t.end()
		return nil, err
	}
	if !n.runs(t) {
		t.end()
		return nil, errClosed
	}
	return t, nil
}

// runs has a room go on by itself, unless the node is closed.
func (n *Node) runs(t *tail) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.closed {
		n.work.Go(t.run)
	}
	return !n.closed
}

// add has a room hear what is published, once no other end of it does.
func (n *Node) add(ctx context.Context, t *tail) error {
	for {
		n.mu.Lock()
		if n.closed || n.store == nil {
			n.mu.Unlock()
			return errClosed
		}
		old := n.tails[t.room]
		if old == nil {
			n.tails[t.room] = t
			n.mu.Unlock()
			return nil
		}
		n.mu.Unlock()
		select {
		case <-old.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// open are the rooms that are open here.
func (n *Node) open() (tails []*tail) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, t := range n.tails {
		tails = append(tails, t)
	}
	return tails
}

func (n *Node) tail(room string) *tail {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.tails[room]
}

// Heard is as of [Hearer].
func (n *Node) Heard(room string, e Entry) {
	if t := n.tail(room); t != nil {
		t.hear(e)
	}
}

// Passed is as of [Hearer].
func (n *Node) Passed(room string, body []byte) {
	if room == n.probe.room {
		n.probe.heard(n, body)
		return
	}
	if t := n.tail(room); t != nil {
		t.hearPassed(body)
	}
}

// Missed is as of [Hearer].
func (n *Node) Missed() {
	for _, t := range n.open() {
		t.look()
	}
}

// Close says to the others that this node ends, after its rooms have said what they still
// had to, and waits until all that it did has ended.
func (n *Node) Close() error {
	n.mu.Lock()
	store, closed := n.store, n.closed
	n.closed = true
	n.mu.Unlock()
	if closed {
		return nil
	}
	if store == nil {
		n.stop()
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeFor)
	defer cancel()
	for _, t := range n.open() {
		t.leave()
	}
	for _, t := range n.open() {
		select {
		case <-t.done:
		case <-ctx.Done():
		}
	}
	n.stop()
	n.work.Wait()
	leaving := store.Leave(ctx, n.Node())
	return errors.Join(leaving, store.Close())
}

// maxPasses is how many things wait to be passed by at once: with the longest of them four
// megabytes, which is a second of a file. More are dropped.
const maxPasses = 256

// passing is what is to be passed by.
type passing struct {
	room string
	body []byte
}

// pass publishes what is passed by.
func (n *Node) pass() {
	for {
		select {
		case p := <-n.passes:
			ctx, cancel := context.WithTimeout(n.ctx, callFor)
			if n.store.Publish(ctx, p.room, p.body) != nil {
				n.faults.add(FaultCall)
			}
			cancel()
		case <-n.ctx.Done():
			return
		}
	}
}

var _ interface {
	rooms.Shared
	Hearer
} = (*Node)(nil)
