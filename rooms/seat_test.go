package rooms_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// person is a seat with the things a test asks of it.
type person struct {
	*rooms.Seat
	t       *testing.T
	welcome *rooms.Welcome
}

// enter joins a room and takes the welcome.
func enter(t *testing.T, h *rooms.Hub, e rooms.Entry) *person {
	t.Helper()
	if e.Room == "" {
		e.Room = "lobby"
	}
	seat, err := h.Join(t.Context(), e)
	if err != nil {
		t.Fatalf("Join(%+v): %v", e, err)
	}
	p := &person{Seat: seat, t: t}
	p.welcome = want[*rooms.Welcome](t, p.take())
	t.Cleanup(func() { seat.Close() })
	return p
}

// take returns what waits now; everything of this process has happened when Do
// returns, so nothing has to be waited for.
func (p *person) take() (events []rooms.Event) {
	p.t.Helper()
	for {
		batch, err := p.Take()
		if err != nil {
			p.t.Fatalf("Take: %v", err)
		}
		if len(batch) == 0 {
			return events
		}
		events = append(events, batch...)
	}
}

func (p *person) do(op rooms.Op) {
	p.t.Helper()
	if err := p.Do(p.t.Context(), op); err != nil {
		p.t.Fatalf("Do(%T): %v", op, err)
	}
}

// end returns the error that ends the seat.
func (p *person) end() error {
	for {
		if _, err := p.Next(p.t.Context()); err != nil {
			return err
		}
	}
}

// want returns the first event of a type, which must be there.
func want[E rooms.Event](t *testing.T, events []rooms.Event) E {
	t.Helper()
	for _, e := range events {
		if e, ok := e.(E); ok {
			return e
		}
	}
	var none E
	t.Fatalf("no %T among %d events: %s", none, len(events), show(events))
	return none
}

func show(events []rooms.Event) string {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "\n  %T", e)
	}
	return b.String()
}

func texts(events []rooms.Event) (said []string) {
	for _, e := range events {
		if e, ok := e.(*rooms.Said); ok {
			said = append(said, e.Text)
		}
	}
	return said
}

func TestTwoPeople(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	alice := enter(t, h, rooms.Entry{Nick: "alice", Via: rooms.ViaSSH})
	bob := enter(t, h, rooms.Entry{Nick: "bob", Via: rooms.ViaWeb})

	if got := len(bob.welcome.Members); got != 2 {
		t.Fatalf("bob sees %d members, want 2", got)
	}
	joined := want[*rooms.Joined](t, alice.take())
	if joined.Member.Nick != "bob" || joined.Seq != bob.welcome.Seq {
		t.Fatalf("alice saw %+v join; bob was welcomed at %d", joined, bob.welcome.Seq)
	}

	alice.do(rooms.Say{ID: "1", Text: "hello"})
	own, other := want[*rooms.Said](t, alice.take()), want[*rooms.Said](t, bob.take())
	if own.ID != "1" || other.ID != "" || own.Seq != other.Seq || other.Text != "hello" || other.From.Nick != "alice" {
		t.Fatalf("own copy %+v, bob's %+v", own, other)
	}

	bob.do(rooms.Rename{ID: "2", Nick: "robert"})
	if r := want[*rooms.Renamed](t, alice.take()); r.Was != "bob" || r.Member.Nick != "robert" || r.ID != "" {
		t.Fatalf("renamed: %+v", r)
	}
	if r := want[*rooms.Renamed](t, bob.take()); r.ID != "2" {
		t.Fatalf("own copy of the rename has id %q", r.ID)
	}
	bob.do(rooms.SetTopic{Text: "two\nlines"})
	if e := want[*rooms.TopicSet](t, alice.take()); e.Text != "two lines" {
		t.Fatalf("topic %q", e.Text)
	}
	bob.do(rooms.Leave{})
	if err := bob.end(); err != io.EOF {
		t.Fatalf("after Leave: %v, want io.EOF", err)
	}
	if l := want[*rooms.Left](t, alice.take()); l.Reason != rooms.LeftQuit || l.Member.Nick != "robert" {
		t.Fatalf("left: %+v", l)
	}
}

func TestWhisperIsForTwo(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a, b, c := enter(t, h, rooms.Entry{}), enter(t, h, rooms.Entry{}), enter(t, h, rooms.Entry{})
	a.do(rooms.Whisper{ID: "w", To: b.welcome.You.ID, Text: "psst"})
	a.do(rooms.Say{Text: "done"})
	own, theirs := want[*rooms.Whispered](t, a.take()), want[*rooms.Whispered](t, b.take())
	if own.ID != "w" || theirs.ID != "" || own.WSeq != 1 || theirs.WSeq != 1 || theirs.Text != "psst" {
		t.Fatalf("own %+v, theirs %+v", own, theirs)
	}
	for _, e := range c.take() {
		if _, heard := e.(*rooms.Whispered); heard {
			t.Fatal("a third person heard a whisper")
		}
	}
}

func TestRefusals(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 2})
	a := enter(t, h, rooms.Entry{Nick: "alice"})
	b := enter(t, h, rooms.Entry{Nick: "bob"})
	long := strings.Repeat("x", rooms.MaxTextBytes+1)
	for _, c := range []struct {
		op   rooms.Op
		code rooms.Code
	}{
		{rooms.Say{ID: "i", Text: long}, rooms.TooLong},
		{rooms.Say{ID: "i", Text: strings.Repeat("x\n", rooms.MaxTextLines) + "x"}, rooms.TooLong},
		{rooms.Say{ID: "i", Text: "\x07\x00"}, rooms.BadFrame},
		{rooms.Say{ID: "i", Text: "what?", Re: 99}, rooms.BadFrame},
		{rooms.Whisper{ID: "i", To: "nobody", Text: "hi"}, rooms.UnknownMember},
		{rooms.Whisper{ID: "i", To: a.welcome.You.ID, Text: "hi"}, rooms.NotAllowed},
		{rooms.SetTopic{ID: "i", Text: long}, rooms.TooLong},
		{rooms.Rename{ID: "i", Nick: "no spaces"}, rooms.BadNick},
		{rooms.Rename{ID: "i", Nick: "BOB"}, rooms.NickTaken},
	} {
		a.do(c.op)
		if r := want[*rooms.Refused](t, a.take()); r.Err.Code != c.code || r.ID != "i" {
			t.Errorf("%T: %v (id %q), want %v", c.op, r.Err.Code, r.ID, c.code)
		}
	}
	if events := b.take(); len(events) != 0 {
		t.Errorf("refused ops reached somebody else: %s", show(events))
	}
}

func TestNames(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	enter(t, h, rooms.Entry{Nick: "alice"})
	for nick, code := range map[string]rooms.Code{
		"аlice": rooms.NickTaken, // Cyrillic а
		"Alice": rooms.NickTaken,
		"admin": rooms.BadNick,
		"a b":   rooms.BadNick,
	} {
		seat, err := h.Join(t.Context(), rooms.Entry{Room: "lobby", Nick: nick})
		if err != nil {
			t.Fatalf("the name %q kept somebody out: %v", nick, err)
		}
		events, _ := seat.Take()
		w, n := want[*rooms.Welcome](t, events), want[*rooms.Notice](t, events)
		if n.Code != code || w.You.Nick == nick || w.You.Nick == "" {
			t.Errorf("%q: notice %v, name %q", nick, n.Code, w.You.Nick)
		}
		seat.Close()
	}
}

func TestSayRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: 2})
		a := enter(t, h, rooms.Entry{})
		for i := range 12 {
			a.do(rooms.Say{ID: fmt.Sprint(i), Text: "x"})
		}
		events := a.take()
		if got := len(texts(events)); got != 10 {
			t.Fatalf("a burst of %d messages passed, want 10", got)
		}
		if r := want[*rooms.Refused](t, events); r.Err.Code != rooms.RateLimited || r.ID != "10" {
			t.Fatalf("refused: %+v", r)
		}
		wait := a.SayWait()
		if wait <= 0 || wait > time.Second {
			t.Fatalf("SayWait %v, want about half a second", wait)
		}
		time.Sleep(wait)
		a.do(rooms.Say{Text: "again"})
		if got := texts(a.take()); !slices.Equal(got, []string{"again"}) {
			t.Fatalf("after SayWait: %v", got)
		}
	})
}

func TestTypingCoalesces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a, b := enter(t, h, rooms.Entry{}), enter(t, h, rooms.Entry{})
		a.take()
		for range 5 {
			a.do(rooms.Typing{})
		}
		time.Sleep(rooms.TypingEvery)
		a.do(rooms.Typing{})
		if events := b.take(); len(events) != 1 {
			t.Fatalf("six signals became %s", show(events))
		}
		time.Sleep(rooms.TypingEvery)
		a.do(rooms.Typing{})
		a.do(rooms.Say{Text: "done"})
		for _, e := range b.take() {
			if _, typing := e.(*rooms.TypingNow); typing {
				t.Fatal("typing arrived after the words it announced")
			}
		}
		if events := a.take(); len(events) != 1 {
			t.Fatalf("one's own typing came back: %s", show(events))
		}
	})
}

func TestRoomVanishes(t *testing.T) {
	emptied := 0
	h := rooms.NewHub(rooms.Config{Emptied: func() { emptied++ }})
	a := enter(t, h, rooms.Entry{})
	b := enter(t, h, rooms.Entry{})
	a.do(rooms.SetTopic{Text: "secret"})
	a.Close()
	if h.Rooms() != 1 || emptied != 0 {
		t.Fatalf("%d rooms, %d emptied, with one person in", h.Rooms(), emptied)
	}
	if l := want[*rooms.Left](t, b.take()); l.Reason != rooms.LeftLost {
		t.Fatalf("reason %v, want lost", l.Reason)
	}
	b.do(rooms.Leave{})
	if h.Rooms() != 0 || emptied != 1 {
		t.Fatalf("%d rooms, %d emptied, after the last left", h.Rooms(), emptied)
	}
	if c := enter(t, h, rooms.Entry{}); c.welcome.Topic != "" || c.welcome.Seq != 1 {
		t.Fatalf("the new room remembers: %+v", c.welcome)
	}
}

func TestRoomFull(t *testing.T) {
	h := rooms.NewHub(rooms.Config{RoomSize: 2})
	enter(t, h, rooms.Entry{})
	enter(t, h, rooms.Entry{})
	_, err := h.Join(t.Context(), rooms.Entry{Room: "lobby"})
	var refusal *rooms.Error
	if !errors.As(err, &refusal) || refusal.Code != rooms.RoomFull {
		t.Fatalf("third of two: %v", err)
	}
	enter(t, h, rooms.Entry{Room: "elsewhere"})
}

func TestAdmit(t *testing.T) {
	var asked []rooms.Arrival
	no := &rooms.Ended{Code: rooms.TooMany}
	h := rooms.NewHub(rooms.Config{Admit: func(_ context.Context, a rooms.Arrival) error {
		asked = append(asked, a)
		if a == rooms.ToNewRoom && len(asked) > 1 {
			return no
		}
		return nil
	}})
	a := enter(t, h, rooms.Entry{Resumable: true})
	enter(t, h, rooms.Entry{})
	if _, err := h.Join(t.Context(), rooms.Entry{Room: "another"}); err != no {
		t.Fatalf("refused arrival: %v", err)
	}
	if _, err := h.Resume(t.Context(), a.welcome.Ticket, 1, 0); err != nil {
		t.Fatal(err)
	}
	if order := []rooms.Arrival{rooms.ToNewRoom, rooms.ToRoom, rooms.ToNewRoom, rooms.Returning}; !slices.Equal(asked, order) {
		t.Fatalf("asked %v, want %v", asked, order)
	}
	if h.Rooms() != 1 {
		t.Fatalf("a refused arrival left %d rooms", h.Rooms())
	}
}

func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: 0})
		a, b := enter(t, h, rooms.Entry{}), enter(t, h, rooms.Entry{Resumable: true})
		gone := enter(t, h, rooms.Entry{Resumable: true})
		gone.Close()
		a.do(rooms.Say{Text: "last words"})
		h.Close()
		if got := texts(untilEnd(t, b, rooms.Shutdown)); !slices.Equal(got, []string{"last words"}) {
			t.Fatalf("before the farewell: %v", got)
		}
		untilEnd(t, a, rooms.Shutdown)
		if _, err := h.Join(t.Context(), rooms.Entry{Room: "late"}); !isEnded(err, rooms.Shutdown) {
			t.Fatalf("Join after Close: %v", err)
		}
		if _, err := h.Resume(t.Context(), gone.welcome.Ticket, 1, 0); !isEnded(err, rooms.Shutdown) {
			t.Fatalf("Resume after Close: %v", err)
		}
		a.Close()
		b.Close()
		if h.Rooms() != 0 {
			t.Fatalf("%d rooms after everybody was ended", h.Rooms())
		}
	})
}

func untilEnd(t *testing.T, p *person, code rooms.Code) (events []rooms.Event) {
	t.Helper()
	for {
		batch, err := p.Next(t.Context())
		if err != nil {
			if !isEnded(err, code) {
				t.Fatalf("ended with %v, want %v", err, code)
			}
			return events
		}
		events = append(events, batch...)
	}
}

func isEnded(err error, code rooms.Code) bool {
	var ended *rooms.Ended
	return errors.As(err, &ended) && ended.Code == code
}

func TestFrozenReader(t *testing.T) {
	const people, rounds, burst = 200, 60, 50
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	frozen := enter(t, h, rooms.Entry{})
	readers := make([]*person, people-1)
	for i := range readers {
		readers[i] = enter(t, h, rooms.Entry{})
	}
	for _, p := range readers {
		p.take()
	}
	text := strings.Repeat("x", 200)
	counts := make([]int, len(readers))
	var left []*rooms.Left
	for range rounds {
		for range burst {
			readers[0].do(rooms.Say{Text: text})
		}
		for i, p := range readers {
			events := p.take()
			counts[i] += len(texts(events))
			if i == 0 {
				left = append(left, lefts(events)...)
			}
		}
	}
	for i, n := range counts {
		if n != rounds*burst {
			t.Fatalf("reader %d got %d of %d messages", i, n, rounds*burst)
		}
	}
	if events := untilEnd(t, frozen, rooms.Slow); len(events) != 0 {
		t.Errorf("a slow seat was handed %d events before its end", len(events))
	}
	if len(left) != 1 || left[0].Reason != rooms.LeftSlow || left[0].Member.ID != frozen.welcome.You.ID {
		t.Fatalf("the room saw %d people leave, want the frozen one, as slow", len(left))
	}
}

func lefts(events []rooms.Event) (left []*rooms.Left) {
	for _, e := range events {
		if l, ok := e.(*rooms.Left); ok {
			left = append(left, l)
		}
	}
	return left
}

// TestOneOrder has fifty seats do 20,000 ops at random and compares every
// seat's record of the room.
func TestOneOrder(t *testing.T) {
	const people, ops = 50, 20_000
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	seats := make([]*person, people)
	for i := range seats {
		seats[i] = enter(t, h, rooms.Entry{})
	}
	for _, p := range seats {
		p.take()
	}
	records := make([][]rooms.Event, people)
	const round = 8 // ops of each seat between two readings: well inside an outbox
	for n := 0; n < ops/people; n += round {
		var all sync.WaitGroup
		for i, p := range seats {
			all.Go(func() {
				r := rand.New(rand.NewPCG(uint64(n), uint64(i)))
				for k := range round {
					switch r.IntN(10) {
					case 0:
						p.do(rooms.Typing{})
					case 1:
						p.do(rooms.SetTopic{Text: fmt.Sprint(i, n, k)})
					case 2:
						p.do(rooms.Whisper{To: seats[r.IntN(people)].welcome.You.ID, Text: "w"})
					case 3:
						p.do(rooms.Rename{Nick: fmt.Sprint("n", r.IntN(70))})
					default:
						p.do(rooms.Say{Text: fmt.Sprint(i, n, k)})
					}
				}
			})
		}
		all.Wait()
		for i, p := range seats {
			records[i] = append(records[i], p.take()...)
		}
	}
	var first []string
	for i, p := range seats {
		p.do(rooms.Sync{ID: "end"})
		var log []string
		last := uint64(people) // as many have come in
		record := func(seq uint64, words ...any) {
			if seq != last+1 {
				t.Fatalf("seat %d got number %d after %d", i, seq, last)
			}
			last = seq
			log = append(log, fmt.Sprint(append([]any{seq}, words...)...))
		}
		for _, e := range append(records[i], p.take()...) {
			switch e := e.(type) {
			case *rooms.Said:
				record(e.Seq, "said", e.From.ID, e.Text)
			case *rooms.TopicSet:
				record(e.Seq, "topic", e.From.ID, e.Text)
			case *rooms.Renamed:
				record(e.Seq, "renamed", e.Member.ID, e.Was, e.Member.Nick)
			}
		}
		if i == 0 {
			first = log
		} else if !slices.Equal(first, log) {
			t.Fatalf("seat %d has another record than seat 0: %d and %d events", i, len(log), len(first))
		}
	}
	if len(first) < ops/2 {
		t.Fatalf("only %d events of %d ops", len(first), ops)
	}
}

// TestHeld holds that every field of what the server keeps about a place says
// what it is held for, and that the answer comes from the structures.
func TestHeld(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a := enter(t, h, rooms.Entry{Nick: "alice", Via: rooms.ViaPipe, Resumable: true})
	a.do(rooms.Inspect{ID: "p"})
	held := want[*rooms.Held](t, a.take())
	values := map[string]string{}
	for _, f := range held.Fields {
		if f.Why == "" {
			t.Errorf("nobody says what %s is held for", f.Name)
		}
		values[f.Name] = f.Value
	}
	for name, value := range map[string]string{"nick": "alice", "via": "pipe", "room": "lobby", "out.keep": "true", "id": a.welcome.You.ID} {
		if values[name] != value {
			t.Errorf("%s is %q, want %q", name, values[name], value)
		}
	}
	for name, value := range values {
		if value == a.welcome.Ticket {
			t.Errorf("%s shows the ticket", name)
		}
	}
	if held.ID != "p" || reflect.ValueOf(values).Len() < 15 {
		t.Errorf("%d fields, id %q", len(values), held.ID)
	}
}

// TestHeldFillsTheOutbox asks for what is held again and again without taking
// the answers: they are large, and count.
func TestHeldFillsTheOutbox(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a := enter(t, h, rooms.Entry{})
	asked := 0
	for ; a.Do(t.Context(), rooms.Inspect{}) == nil; asked++ {
		if asked > rooms.OutboxBytes/1000 {
			t.Fatalf("%d answers wait in an outbox of %d bytes", asked, rooms.OutboxBytes)
		}
	}
	untilEnd(t, a, rooms.Slow)
}

// TestRenameRate holds that a change of name uses up the turn, and a refused one
// does not.
func TestRenameRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a := enter(t, h, rooms.Entry{Nick: "alice"})
		enter(t, h, rooms.Entry{Nick: "bob"})
		a.take()
		a.do(rooms.Rename{Nick: "bob"})
		want[*rooms.Refused](t, a.take())
		a.do(rooms.Rename{Nick: "carol"})
		want[*rooms.Renamed](t, a.take())
		a.do(rooms.Rename{Nick: "dora"})
		if r := want[*rooms.Refused](t, a.take()); r.Err.Code != rooms.RateLimited {
			t.Fatalf("a second change at once: %v", r.Err.Code)
		}
		time.Sleep(rooms.RenameEvery)
		a.do(rooms.Rename{Nick: "dora"})
		want[*rooms.Renamed](t, a.take())
	})
}

// TestEase lets somebody speak without listening: whoever heeds Ease waits
// instead of being ended, and goes on once they have listened.
func TestEase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a := enter(t, h, rooms.Entry{})
		said := 0
		speaking := make(chan error)
		go func() {
			for said < 2000 {
				if err := a.Ease(t.Context()); err != nil {
					speaking <- err
					return
				}
				a.Do(t.Context(), rooms.Say{Text: strings.Repeat("x", 1000)})
				said++
			}
			speaking <- nil
		}()
		synctest.Wait()
		if most := (rooms.EaseBytes + 2000) / 1000; said == 0 || said > most {
			t.Fatalf("%d messages were said to somebody who does not listen, want at most %d", said, most)
		}
		heard := 0
		for heard < 2000 {
			events, err := a.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			heard += len(texts(events))
		}
		if err := <-speaking; err != nil {
			t.Fatal(err)
		}
	})
}
