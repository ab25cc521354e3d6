package rooms

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// AnyOp is an op by chance, about somebody of those who are or were there, with a key
// that may be the room's, or about something that was said.
func AnyOp(r *rand.Rand, id string, people []string, key string, said []uint64) Op {
	if r.IntN(12) == 0 {
		return anyMending(r, id, said)
	}
	to := people[r.IntN(len(people))]
	on, short := r.IntN(2) == 0, []time.Duration{0, time.Second, 20 * time.Second, 2 * MaxMute}[r.IntN(4)]
	text := []string{"hello", "see https://x.example", ""}[r.IntN(3)]
	ops := []Op{
		Say{ID: id, Text: text, Action: on}, Say{ID: id, Text: text, Re: uint64(r.IntN(50))}, Say{ID: id, Text: "on and on"},
		Whisper{ID: id, To: to, Text: text}, Rename{ID: id, Nick: fmt.Sprint("n", r.IntN(20))}, SetTopic{ID: id, Text: text}, SetAside{ID: id, On: on, Text: text}, Typing{},
		Offer{ID: id, File: File{Name: "plan.pdf", Size: 3, Key: string(make([]byte, FileKeyBytes)), Sum: string(make([]byte, FileSumBytes))}},
		Sync{ID: id},
		SetRules{ID: id, Slow: &short}, SetRules{ID: id, Quiet: &on}, SetRules{ID: id, Links: &on}, SetRules{ID: id, Fade: &short},
		SetRules{ID: id, Door: []Door{DoorOpen, DoorKnock, DoorLocked, "ajar"}[r.IntN(4)]}, SetRules{ID: id, Door: DoorOpen},
		Claim{ID: id, Key: key}, AskKey{ID: id}, MakeHost{ID: id, To: to, On: on}, Mute{ID: id, To: to, For: short}, LetSpeak{ID: id, To: to, On: on},
		Decide{ID: id, Knock: to, In: on}, Decide{ID: id, Knock: to, In: on}, Decide{ID: id, Knock: to, In: on},
		Invite{ID: id, Uses: r.IntN(3), Watch: on}, Invite{ID: id, Uses: r.IntN(3), For: time.Minute}, Uninvite{ID: id},
		Leap{ID: id, Room: "fresh", To: people[r.IntN(len(people)):]},
		Vote{ID: id, To: to, Yes: on}, Vote{ID: id, To: to, Yes: true}, Vote{ID: id, To: people[0], Yes: true},
	}
	if n := r.IntN(len(ops) + 1); n < len(ops) {
		return ops[n]
	}
	if r.IntN(3) > 0 {
		return Remove{ID: id, To: to, Reason: text}
	}
	return Leave{}
}

// anyMending is one about one of the newest of what was said, or about what nobody said.
func anyMending(r *rand.Rand, id string, said []uint64) Op {
	re := uint64(r.IntN(50))
	if n := len(said); n > 0 && r.IntN(8) > 0 {
		re = said[n-1-r.IntN(min(n, 6))]
	}
	ops := []Op{
		Say{ID: id, Text: "which?", Options: []string{"a", "b", "see https://x.example"}[:1+r.IntN(3)]},
		React{ID: id, Re: re, Emoji: []string{"👍", "❤", "1", "3", "no"}[r.IntN(5)], On: r.IntN(3) > 0},
		Retract{ID: id, Re: re}, Amend{ID: id, Re: re, Text: "mended"}, Amend{ID: id, Re: re, Text: []string{"", "see https://x.example"}[r.IntN(2)]},
	}
	return ops[r.IntN(len(ops))]
}

// numbers are those of all that a room remembers.
func (r *room) numbers() (said []uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.state.memory.said {
		said = append(said, r.state.memory.said[i].seq)
	}
	return said
}

// recorder is the log of one process, and writes down what it delivers: one after another,
// by whoever publishes first, since some wait at a door beside.
type recorder struct {
	mu      sync.Mutex
	log     []Record
	ids     map[string]bool // of the ops in the log
	waiting []func()
	busy    bool
}

func (b *recorder) Open(_ context.Context, _ Kind, _ RoomName, to Follower) (Tail, error) {
	return recording{direct{to}, b}, nil
}

type recording struct {
	direct
	log *recorder
}

func (t recording) Append(rec Record) {
	b := t.log
	b.mu.Lock()
	defer b.mu.Unlock()
	b.log = append(b.log, rec)
	b.ids[rec.Op.opFacts().id] = true
	b.waiting = append(b.waiting, func() { t.direct.Append(rec) })
	if b.busy {
		return
	}
	b.busy = true
	for len(b.waiting) > 0 {
		next := b.waiting[0]
		b.waiting = b.waiting[1:]
		b.mu.Unlock()
		next()
		b.mu.Lock()
	}
	b.busy = false
}

// deaf is a log's end that takes nothing.
type deaf struct{}

func (deaf) Append(Record) {}
func (deaf) Pass(Record)   {}
func (deaf) Close()        {}

// delivered is all of it so far.
func (b *recorder) delivered() []Record {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.log)
}

// doors are the newest knocks, and the token of the newest invitation.
func (b *recorder) doors() (knocking []string, token string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.log {
		switch op := s.Op.(type) {
		case knocks:
			knocking = append(knocking, s.From)
		case invited:
			token = op.token
		}
	}
	return knocking[max(0, len(knocking)-3):], token
}

func (b *recorder) brought(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ids[id]
}

// told is what each place of a room was told, as text.
type told map[string][]string

// take takes what waits for a place, but for what no op of the log has brought.
func (t told) take(bus *recorder, id string, seat *Seat) {
	var events []Event
	for more, _ := seat.Take(); len(more) > 0; more, _ = seat.Take() {
		events = append(events, more...)
	}
	for _, event := range events {
		switch e := event.(type) {
		case *Refused:
			if bus.brought(e.ID) {
				t[id] = append(t[id], fmt.Sprint("refused ", e.ID, *e.Err))
			}
			continue
		case *Notice, *TypingNow: // the one is no op's, the other has no place in the order
			continue
		case *KeyShown:
			if e.ID == "" {
				continue
			}
		}
		t[id] = append(t[id], fmt.Sprintf("%T %+v", event, event))
	}
}

// TestReplayShort is as much of TestReplay as the race detector has time for.
func TestReplayShort(t *testing.T) {
	for seed := range uint64(3) {
		synctest.Test(t, func(t *testing.T) { replay(t, seed) })
	}
}

func replay(t *testing.T, seed uint64) (first told) {
	r := rand.New(rand.NewPCG(seed, 17))
	bus := &recorder{ids: make(map[string]bool)}
	h := NewHub(Config{Log: bus, SayRate: 10})
	first = make(told)
	again := make(told)
	seats := make(map[string]*Seat)
	var people []string
	var key, actor string
	knocked := make(chan *Seat, 400) // has room for all who knock
	take := func() {
		for id, seat := range seats {
			first.take(bus, id, seat)
			if seat.over() != nil {
				delete(seats, id)
			}
		}
	}
	for n := range 400 {
		if r.IntN(10) == 0 {
			ctx, leave := context.WithTimeout(t.Context(), time.Duration(r.IntN(int(2*KnockFor))))
			go func() {
				defer leave()
				seat, _ := h.Knock(ctx, Visitor{Room: "lobby", Via: ViaWeb}, "me", func(int) {})
				knocked <- seat
			}()
			synctest.Wait()
			take() // before whoever acts now may end their place
		}
		knocking, token := bus.doors()
		for more := true; more; {
			select {
			case seat := <-knocked:
				if seat != nil {
					seats[seat.place.id] = seat
					people = append(people, seat.place.id)
					take()
				}
			default:
				more = false
			}
		}
		if len(seats) < 2 || r.IntN(20) == 0 {
			v := Visitor{Room: "lobby", Via: ViaWeb, Host: seed%2 == 0, Watch: r.IntN(8) == 0}
			if r.IntN(2) == 0 {
				v.Invite = token
			}
			seat, err := h.Join(t.Context(), v)
			if err == nil {
				for _, e := range seat.first {
					if shown, ok := e.(*KeyShown); ok {
						key = shown.Words
					}
				}
				seats[seat.place.id] = seat
				people = append(people, seat.place.id)
				take()
			} else if len(seats) == 0 {
				t.Fatal(err)
			}
		}
		here := slices.DeleteFunc(slices.Clone(people), func(id string) bool { return seats[id] == nil })
		if seats[actor] == nil || r.IntN(3) == 0 {
			actor = here[r.IntN(len(here))]
		}
		typed := key
		if r.IntN(4) == 0 {
			typed = "otter lemon seven quiet harbor"
		}
		_ = seats[actor].Do(t.Context(), AnyOp(r, fmt.Sprint(n), slices.Concat(people, knocking), typed, seats[actor].place.room.numbers()))
		time.Sleep(time.Duration(r.IntN(3000)) * time.Millisecond)
		if r.IntN(40) == 0 {
			time.Sleep(BridgeFor)
		}
		synctest.Wait()
		take()
	}
	log := bus.delivered()
	for _, seat := range seats {
		seat.Close()
	}

	time.Sleep(time.Hour)
	h = NewHub(Config{SayRate: 10})
	var room *room
	seats = make(map[string]*Seat)
	began := time.Now()
	for _, s := range log {
		if room == nil || len(room.state.roster.order) == 0 && room.state.seq > 0 {
			room = newRoom(h, address{KindOpen, "lobby"})
			room.tail = deaf{}
			close(room.opened)
		}
		time.Sleep(time.Until(began.Add(s.At.Sub(log[0].At))))
		if op, ok := s.Op.(enter); ok {
			p := newPlace(room, &h.nobody, Visitor{Via: ViaWeb, Watch: op.watch})
			p.id = s.From
			a := &arrival{place: p, decided: make(chan decision, 1)}
			room.arrivals[p.id] = a
			room.refs++
			room.Deliver(s, true)
			if d := <-a.decided; d.seat != nil {
				seats[p.id] = d.seat
			}
		} else {
			room.Deliver(s, true)
		}
		for id, seat := range seats {
			again.take(bus, id, seat)
		}
	}
	for id, events := range first {
		for i := range max(len(events), len(again[id])) {
			have, want := "nothing", "nothing"
			if i < len(events) {
				want = events[i]
			}
			if i < len(again[id]) {
				have = again[id][i]
			}
			if have != want {
				t.Fatalf("seed %d: %s was told as number %d\n%s\nand then\n%s", seed, id, i, want, have)
			}
		}
	}
	if len(first) < 3 {
		t.Fatalf("only %d were there", len(first))
	}
	return first
}
