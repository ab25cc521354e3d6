package cluster_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster/memstore"
)

// quiet is a world in which only happens what a test does.
func quiet(t *testing.T, servers int) *world {
	w := &world{m: memstore.New(), began: time.Now(), rand: rand.New(rand.NewPCG(1, 16))}
	for range servers {
		w.newServer(t)
	}
	w.calm(true)
	return w
}

// sits is somebody in a room of a world, and what they were told.
type sits struct {
	*rooms.Seat
	texts   []string
	members []rooms.Member // as they were welcomed
	gaps    int
	err     error
	ticket  string
	at      rooms.Position
}

func (w *world) sits(t *testing.T, at int, room, nick string) *sits {
	t.Helper()
	seat, err := w.servers[at].hub.Join(t.Context(), rooms.Visitor{Room: room, Nick: nick, Resumable: true, Answers: true})
	if err != nil {
		t.Fatal(err)
	}
	s := &sits{Seat: seat}
	s.read()
	s.do(rooms.Ack{})
	return s
}

func (s *sits) do(op rooms.Op) { _ = s.Do(context.Background(), op) }

func (s *sits) read() {
	for s.err == nil {
		var events []rooms.Event
		if events, s.err = s.Take(); len(events) == 0 {
			return
		}
		for _, e := range events {
			switch e := e.(type) {
			case *rooms.Welcome:
				s.members, s.ticket, s.at.Seq = e.Members, e.Ticket, e.Seq
			case *rooms.Said:
				s.texts = append(s.texts, e.Text)
				s.at.Seq = e.Seq
			case *rooms.Gap:
				s.gaps++
				s.at.Seq = e.Seq
			}
		}
	}
}

func (s *sits) last() string {
	s.read()
	if len(s.texts) == 0 {
		return ""
	}
	return s.texts[len(s.texts)-1]
}

// TestStoreForgetsWhileANodeIsFrozen has the store forget all while one node is cut off for
// less than a lease, and somebody want to come in meanwhile at another into a room that only
// the first has: they come into that room, and its people keep their places and their lines.
func TestStoreForgetsWhileANodeIsFrozen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := quiet(t, 2)
		anna, bob, carl := w.sits(t, 0, "lobby", "anna"), w.sits(t, 1, "lobby", "bob"), w.sits(t, 1, "alone", "carl")
		carl.do(rooms.Say{Text: "before"})
		time.Sleep(3 * time.Second)
		w.servers[1].sky.cut()
		time.Sleep(time.Second)
		w.m.Forget()
		bob.do(rooms.Say{ID: "waits", Text: "waits"})
		time.Sleep(3 * time.Second)
		came := make(chan *sits, 1)
		go func() { came <- w.sits(t, 0, "alone", "dora") }()
		time.Sleep(4 * time.Second)
		if len(came) > 0 {
			t.Error("a room was made that is there")
		}
		w.servers[1].sky.mend()
		dora := <-came
		dora.do(rooms.Say{Text: "hello"})
		time.Sleep(8 * time.Second)
		if carl.last() != "hello" || carl.err != nil || len(dora.members) != 2 {
			t.Errorf("carl heard %q, until %v; dora came to %v", carl.texts, carl.err, dora.members)
		}
		if anna.last() != "waits" || bob.last() != "waits" || bob.err != nil {
			t.Errorf("anna heard %q, bob %q until %v", anna.texts, bob.texts, bob.err)
		}
		all := []*sits{anna, bob, carl, dora}
		for _, s := range all {
			s.do(rooms.Leave{})
		}
		w.close()
	})
}

// TestNodeThatIsFrozenForLong is the same for longer than a lease, after which there is another
// room of that name: whoever was in it is told so, and has no place to come back to.
func TestNodeThatIsFrozenForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := quiet(t, 2)
		anna, carl := w.sits(t, 0, "lobby", "anna"), w.sits(t, 1, "alone", "carl")
		time.Sleep(3 * time.Second)
		w.servers[1].sky.cut()
		w.m.Forget()
		time.Sleep(20 * time.Second)
		dora := w.sits(t, 0, "alone", "dora")
		w.servers[1].sky.mend()
		time.Sleep(10 * time.Second)
		carl.read()
		var ended *rooms.Ended
		if !errors.As(carl.err, &ended) || !ended.Retry || strings.Contains(ended.Message, "kept") {
			t.Errorf("carl is told %v", carl.err)
		}
		again := w.sits(t, 1, "alone", "carl")
		if len(again.members) != 2 {
			t.Errorf("carl comes to %v", again.members)
		}
		again.do(rooms.Say{Text: "here again"})
		time.Sleep(time.Second)
		if dora.last() != "here again" {
			t.Errorf("dora heard %q", dora.texts)
		}
		for _, s := range []*sits{anna, dora, again} {
			s.do(rooms.Leave{})
		}
		w.close()
	})
}

// TestLinesWhileSetBack has a node find that the store lost what it had just said, and that
// another has more of the room than it: what was not said is said, and what was is not said
// twice, and whoever said it is told that it may have been.
func TestLinesWhileSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := quiet(t, 2)
		anna, bob := w.sits(t, 0, "lobby", "anna"), w.sits(t, 1, "lobby", "bob")
		time.Sleep(3 * time.Second)
		w.servers[1].sky.cut()
		bob.do(rooms.Say{ID: "1", Text: "one"})
		anna.do(rooms.Say{Text: "two"}) // bob's server does not hear of it
		time.Sleep(time.Second)
		w.m.Forget()
		time.Sleep(5 * time.Second)
		w.servers[1].sky.mend()
		time.Sleep(10 * time.Second)
		if bob.last() != "one" || bob.err != nil || bob.gaps == 0 || anna.last() != "one" {
			t.Errorf("bob heard %q with %d gaps, until %v; anna %q", bob.texts, bob.gaps, bob.err, anna.texts)
		}
		for _, s := range []*sits{anna, bob} {
			s.do(rooms.Leave{})
		}
		w.close()
		if bob.read(); bob.err != io.EOF {
			t.Error(bob.err)
		}
	})
}
