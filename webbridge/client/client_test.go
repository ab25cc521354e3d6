package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/webbridge/client"
)

var _ interface {
	Do(context.Context, rooms.Op) error
	Next(context.Context) ([]rooms.Event, error)
	Close() error
} = (*client.Seat)(nil)

func TestTalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		anna, bob := w.join("den", "anna"), w.join("den", "bob")
		welcome := await[*rooms.Welcome](bob)
		if welcome.Room != "den" || len(welcome.Members) != 2 || welcome.Ticket == "" {
			t.Errorf("welcome is %+v", welcome)
		}
		if joined := await[*rooms.Joined](anna); joined.Member.Nick != "bob" {
			t.Errorf("joined is %+v", joined)
		}
		anna.do(rooms.Say{ID: "1", Text: "hello"}, rooms.Whisper{To: welcome.You.ID, Text: "psst"}, rooms.SetTopic{Text: "tea"}, rooms.Rename{Nick: "ann"})
		if said := await[*rooms.Said](anna); said.ID != "1" || said.Text != "hello" {
			t.Errorf("said is %+v", said)
		}
		if said := await[*rooms.Said](bob); said.ID != "" || said.From.Nick != "anna" {
			t.Errorf("said is %+v", said)
		}
		if w := await[*rooms.Whispered](bob); w.Text != "psst" {
			t.Errorf("whispered is %+v", w)
		}
		if topic := await[*rooms.TopicSet](bob); topic.Text != "tea" {
			t.Errorf("topic is %+v", topic)
		}
		if renamed := await[*rooms.Renamed](bob); renamed.Was != "anna" {
			t.Errorf("renamed is %+v", renamed)
		}
		anna.do(rooms.Sync{ID: "s"}, rooms.Inspect{ID: "h"})
		if synced := await[*rooms.Synced](anna); synced.ID != "s" {
			t.Errorf("synced is %+v", synced)
		}
		if held := await[*rooms.Held](anna); held.ID != "h" || len(held.Fields) == 0 {
			t.Errorf("held is %+v", held)
		}
		anna.do(rooms.Leave{})
		if err := anna.wantEnd(); !errors.Is(err, io.EOF) {
			t.Errorf("after leaving: %v", err)
		}
		if left := await[*rooms.Left](bob); left.Reason != rooms.LeftQuit {
			t.Errorf("left is %+v", left)
		}
		if err := anna.Do(context.Background(), rooms.Typing{}); !errors.Is(err, io.EOF) {
			t.Errorf("an op after leaving: %v", err)
		}
	})
}

func TestRefusedJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		var refusal *rooms.Error
		if _, err := w.try("a/b", ""); !errors.As(err, &refusal) || refusal.Code != rooms.BadRoom {
			t.Errorf("have %v", err)
		}
		w.net.setDown(true)
		if _, err := w.try("den", ""); err == nil {
			t.Error("no error without a network")
		}
		for _, address := range []string{"", "ftp://x", "127.0.0.1:3000", "http://"} {
			if _, err := client.WebSocket(address, nil); err == nil {
				t.Errorf("%q is an address", address)
			}
		}
	})
}

// TestComesBack loses the connection again and again while much is said, once
// with frames in its buffers.
func TestComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		sayer, p := w.join("den", "sayer"), w.join("den", "p")
		await[*rooms.Welcome](p)
		synctest.Wait() // only who was heard has a place to come back to
		heard := 0
		for round := range 5 {
			tap := w.net.newest()
			if round%2 == 1 {
				tap.mu.Lock()
				tap.hold = true // still looks alive; what is on its way is lost
				tap.mu.Unlock()
			}
			for i := range 60 {
				sayer.do(rooms.Say{ID: "x", Text: fmt.Sprint(60*round + i)})
				await[*rooms.Said](sayer)
				if i == 20 && round%2 == 0 {
					tap.Close()
				}
			}
			if round%2 == 1 {
				tap.Close()
			}
			for down, up := 0, 0; heard < 60*(round+1) || up == 0; {
				event, err := p.next()
				if err != nil {
					t.Fatalf("after %d messages: %v", heard, err)
				}
				switch e := event.(type) {
				case *rooms.Said:
					if e.Text != fmt.Sprint(heard) {
						t.Fatalf("message %d is %q", heard, e.Text)
					}
					heard++
				case *rooms.Link:
					if e.Up {
						up++
					} else {
						down++
					}
					if down != 1 || up > 1 {
						t.Fatalf("the link went down %d times and up %d times", down, up)
					}
				case *rooms.Left, *rooms.Gap, *rooms.Refused:
					t.Fatalf("have %+v", e)
				}
			}
		}
		sayer.do(rooms.Sync{ID: "end"})
		for {
			event, err := sayer.next()
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := event.(*rooms.Synced); ok {
				return
			}
			if _, ok := event.(*rooms.Left); ok {
				t.Fatalf("somebody noticed: %+v", event)
			}
		}
	})
}

// TestFateOfOps cuts with three ops on their way: one that arrived and whose
// copy was lost, one that never arrived, and one said while the link was down.
func TestFateOfOps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		witness, p := w.join("den", "witness"), w.join("den", "p")
		await[*rooms.Welcome](p)
		synctest.Wait()
		tap := w.net.newest()
		tap.mu.Lock()
		tap.hold = true
		tap.mu.Unlock()
		p.do(rooms.Say{ID: "arrived", Text: "arrived"})
		if said := await[*rooms.Said](witness); said.Text != "arrived" {
			t.Fatalf("said is %+v", said)
		}
		tap.mu.Lock()
		tap.swallow = true
		tap.mu.Unlock()
		p.do(rooms.Say{ID: "lost", Text: "lost"})
		w.net.setDown(true)
		tap.Close()
		if link := await[*rooms.Link](p); link.Up {
			t.Fatal("the link is up")
		}
		p.do(rooms.Say{ID: "down", Text: "down"})
		if refused := await[*rooms.Refused](p); refused.ID != "down" {
			t.Errorf("refused is %+v", refused)
		}
		w.net.setDown(false)
		if said := await[*rooms.Said](p); said.ID != "arrived" {
			t.Errorf("said is %+v", said)
		}
		if refused := await[*rooms.Refused](p); refused.ID != "lost" {
			t.Errorf("refused is %+v", refused)
		}
		p.do(rooms.Say{ID: "again", Text: "again"})
		if said := await[*rooms.Said](p); said.ID != "again" {
			t.Errorf("said is %+v", said)
		}
		if said := await[*rooms.Said](witness); said.Text != "again" {
			t.Errorf("the witness heard %+v", said)
		}
	})
}

func TestPlaceIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		witness, p := w.join("den", "witness"), w.join("den", "p")
		await[*rooms.Welcome](p)
		w.net.setDown(true)
		w.net.newest().Close()
		if left := await[*rooms.Left](witness); left.Reason != rooms.LeftLost {
			t.Errorf("left is %+v", left)
		}
		var ended *rooms.Ended
		if err := p.wantEnd(); !errors.As(err, &ended) || ended.Code != rooms.Timeout {
			t.Errorf("without a network: %v", err)
		}
	})
}

func TestTicketIsSpent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		p := w.join("den", "p")
		await[*rooms.Welcome](p)
		w.net.setDown(true)
		w.net.newest().Close()
		time.Sleep(rooms.ResumeWindow) // and no longer: an attempt that fails after it is the last
		w.net.setDown(false)
		if welcome := await[*rooms.Welcome](p); welcome.Resumed || len(welcome.Members) != 1 {
			t.Errorf("after a minute: %+v", welcome)
		}
		p.do(rooms.Say{ID: "1", Text: "back"})
		await[*rooms.Said](p)
	})
}

// TestDeadConnectionIsNoticed has a connection that takes everything and gives
// nothing back.
func TestDeadConnectionIsNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		p := w.join("den", "p")
		await[*rooms.Welcome](p)
		tap := w.net.newest()
		tap.mu.Lock()
		tap.swallow, tap.hold = true, true
		tap.mu.Unlock()
		if link := await[*rooms.Link](p); link.Up {
			t.Error("the link is up")
		}
		if link := await[*rooms.Link](p); !link.Up {
			t.Error("the link is down")
		}
	})
}

// Whoever comes back in a new place is told since when nothing came for the old one;
// whoever has the old one again is not.
func TestANewPlaceSaysSinceWhen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		p := w.join("den", "p")
		await[*rooms.Welcome](p)
		for _, away := range []time.Duration{time.Second, 80 * time.Second} {
			synctest.Wait() // the welcome is acknowledged
			w.net.setDown(true)
			w.net.newest().Close()
			if link := await[*rooms.Link](p); link.Up {
				t.Fatal("the link is up")
			}
			lost := time.Now()
			time.Sleep(away)
			w.net.setDown(false)
			var up *rooms.Link
			for up = await[*rooms.Link](p); !up.Up; up = await[*rooms.Link](p) {
			}
			kept := await[*rooms.Welcome](p).Resumed
			if kept != (away < rooms.ResumeWindow) || kept != up.Gone.IsZero() || !kept && lost.Sub(up.Gone).Abs() > time.Second {
				t.Errorf("after %v: kept %v, gone since %v, lost %v", away, kept, up.Gone, lost)
			}
		}
	})
}

// TestAcks hears much more than an outbox keeps.
func TestAcks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		sayer, p := w.join("den", "sayer"), w.join("den", "p")
		long := fmt.Sprintf("%03900d", 0)
		for range 300 {
			sayer.do(rooms.Say{ID: "x", Text: long})
			await[*rooms.Said](sayer)
			await[*rooms.Said](p)
		}
	})
}

// A server that stops and never starts again is asked for as long as the
// participant is patient.
func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		p := w.join("den", "p")
		await[*rooms.Welcome](p)
		go w.end()
		if link := await[*rooms.Link](p); link.Up || link.Why == nil || link.Why.Code != rooms.Shutdown {
			t.Errorf("link is %+v", link)
		}
		var ended *rooms.Ended
		if err := p.wantEnd(); !errors.As(err, &ended) || ended.Code != rooms.Timeout {
			t.Errorf("have %v", err)
		}
		w.end()
	})
}

// A mistake of this package ends the seat and not the program, and tells nothing of
// what it was about.
func TestPanicIsContained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		p, err := w.tryWith("den", "p", func(c client.Conn) client.Conn { return &brittle{Conn: c} })
		if err != nil {
			t.Fatal(err)
		}
		w.join("den", "another") // of which p is told
		var ended *rooms.Ended
		if err := p.wantEnd(); !errors.As(err, &ended) || !strings.Contains(ended.Message, "mistake") || strings.Contains(ended.Message, "another") {
			t.Errorf("have %v", err)
		}
	})
}

// brittle breaks at the second message.
type brittle struct {
	client.Conn
	read int
}

func (b *brittle) Read(ctx context.Context) ([]byte, error) {
	message, err := b.Conn.Read(ctx)
	if b.read++; b.read > 1 && err == nil {
		panic(string(message))
	}
	return message, err
}

// A room that was asked for as an open one is open, whatever the server calls it.
func TestOpenRoomIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := newScripted()
		conn.say([]byte(`{"t":"welcome","v":1,"room":"den","kind":"sealed","you":{"id":"a1","nick":"anna","via":"native"},"members":[],"seq":1}`))
		seat := over(t, conn)
		defer seat.Close()
		events, err := seat.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if kind := events[0].(*rooms.Welcome).Kind; kind != rooms.KindOpen {
			t.Errorf("an open room is shown as %s", kind)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		p := w.join("den", "p")
		p.Close()
		if err := p.wantEnd(); !errors.Is(err, io.EOF) {
			t.Errorf("have %v", err)
		}
	})
}
