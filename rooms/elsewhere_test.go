package rooms_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// TestRoomOfTwoServers has people at two servers in one room: what is said, whispered and
// decided at one is so at the other, names and the room's size are one.
func TestRoomOfTwoServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, at := hubs(t, 2, rooms.Config{RoomSize: 3})
		anna := newClient(t, at[0], "anna")
		bob := newClient(t, at[1], "bob")
		second := newClient(t, at[1], "anna")
		if second.welcome.You.Nick == "anna" {
			t.Error("a name is taken at one server and free at the other")
		}
		if _, err := at[0].Join(t.Context(), rooms.Visitor{Room: "lobby"}); err == nil || err.Error() == "" {
			t.Error("a full room took in somebody at another server")
		}
		second.do(rooms.Leave{})
		anna.do(rooms.Say{ID: "1", Text: "hear me"})
		bob.do(rooms.Whisper{To: anna.welcome.You.ID, Text: "only you"})
		bob.do(rooms.SetTopic{Text: "tea"})
		time.Sleep(time.Second)
		said := want[*rooms.Said](t, bob.take())
		if said.Text != "hear me" || said.From.Nick != "anna" {
			t.Errorf("heard %+v", said)
		}
		events := anna.take()
		if w := want[*rooms.Whispered](t, events); w.Text != "only you" {
			t.Errorf("whispered %+v", w)
		}
		if topic := want[*rooms.TopicSet](t, events); topic.Text != "tea" {
			t.Errorf("the topic is %+v", topic)
		}
		bob.do(rooms.Typing{})
		time.Sleep(time.Second)
		want[*rooms.TypingNow](t, anna.take())
	})
}

// TestReturnAtAnotherServer has somebody come back at a server that does not have the room
// yet, while the first is well and after it is gone: with everything that they have not
// acknowledged, and nobody sees them leave.
func TestReturnAtAnotherServer(t *testing.T) {
	for _, dies := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			log, at := hubs(t, 3, rooms.Config{})
			anna := newClient(t, at[0], "anna")
			cut := newClient(t, at[1], "cut")
			anna.do(rooms.Say{Text: "before"})
			time.Sleep(time.Second)
			cut.read()
			old := cut.person
			anna.do(rooms.Whisper{To: cut.welcome.You.ID, Text: "unread"})
			for i := range 20 {
				anna.do(rooms.Say{Text: fmt.Sprint("meanwhile ", i)})
				time.Sleep(time.Second)
			}
			cut.do(rooms.Say{ID: "mine", Text: "my own"})
			time.Sleep(time.Second)
			if dies {
				log.kill("node1")
			}
			cut.h = at[2]
			cut.back()
			time.Sleep(2 * time.Second)
			cut.read()
			if n := len(cut.texts); n != 23 || cut.missed != 0 {
				t.Errorf("has %d texts, and missed %d: %q", n, cut.missed, cut.texts)
			}
			if !dies {
				if _, err := old.Take(); err == nil {
					t.Error("the place is at two servers")
				}
			}
			cut.do(rooms.Say{Text: "back"})
			time.Sleep(2 * rooms.ResumeWindow)
			anna.read()
			if anna.noise != 1 || len(anna.members) != 2 {
				t.Errorf("anna saw %d come and go, and %d here", anna.noise, len(anna.members))
			}
			if _, err := at[0].Resume(t.Context(), old.welcome.Ticket, 0, 0); err == nil {
				t.Error("a ticket was good twice")
			}
			if len(anna.texts) == 0 || anna.texts[len(anna.texts)-1] != "back" {
				t.Errorf("anna heard %q last", anna.texts)
			}
		})
	}
}

// TestServerThatIsGone has its people away, and away for good after their minute, once.
func TestServerThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, at := hubs(t, 2, rooms.Config{})
		anna := newClient(t, at[0], "anna")
		gone := newClient(t, at[1], "gone")
		brief := enter(t, at[1], rooms.Visitor{Nick: "brief"})
		time.Sleep(time.Second)
		log.kill("node1")
		time.Sleep(10 * time.Second)
		anna.read()
		if m, here := anna.members[gone.welcome.You.ID]; !here || !m.Away {
			t.Errorf("who may come back is %+v", m)
		}
		if _, here := anna.members[brief.welcome.You.ID]; here {
			t.Error("who can't come back is still here")
		}
		time.Sleep(rooms.ResumeWindow)
		anna.read()
		if len(anna.members) != 1 || anna.noise != 4 {
			t.Errorf("%d are here after %d came and went", len(anna.members), anna.noise)
		}
	})
}

// TestReturnsAtAnyServer has people lose their connections by chance, and come back at
// servers by chance, while records come late and servers die. A client believes only what it
// is told, and in the end all believe the same.
func TestReturnsAtAnyServer(t *testing.T) {
	for seed := range uint64(150) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 16))
			log, at := hubs(t, 4, rooms.Config{})
			late := rand.New(rand.NewPCG(seed, 17))
			log.late = func() time.Duration { return time.Duration(late.IntN(40)) * time.Millisecond }
			quiet := newClient(t, at[0], "quiet")
			all := []*client{quiet}
			for i := range 4 {
				all = append(all, newClient(t, at[r.IntN(4)], fmt.Sprint("n", i)))
			}
			alive, said := []int{0, 1, 2, 3}, 0
			for range 60 {
				i := r.IntN(len(all))
				c := all[i]
				switch n := r.IntN(12); {
				case n < 4:
					said++
					c.do(rooms.Say{Text: fmt.Sprint("line ", said)})
				case n == 4:
					c.do(rooms.Whisper{To: all[r.IntN(len(all))].welcome.You.ID, Text: "psst"})
				case n == 5:
					c.do(rooms.Rename{ID: "r", Nick: fmt.Sprint("name", r.IntN(9))})
				case n == 6:
					c.do(rooms.SetTopic{Text: fmt.Sprint("topic ", said)})
				case n == 7:
					c.do(rooms.Ack{Seq: c.seq, WSeq: c.wseq})
				case i == 0: // it stays all the time
				case n == 8 && len(alive) > 2 && r.IntN(8) == 0:
					dead := 1 + r.IntN(len(alive)-1)
					log.kill(fmt.Sprint("node", alive[dead]))
					gone := at[alive[dead]]
					alive = append(alive[:dead], alive[dead+1:]...)
					for _, c := range all {
						if c.h == gone {
							time.Sleep(time.Duration(r.IntN(9000)) * time.Millisecond)
							c.h = at[alive[r.IntN(len(alive))]]
							c.back()
							c.read()
						}
					}
				default:
					if r.IntN(2) == 0 {
						c.Close()
					} // else the server has not noticed
					if r.IntN(3) == 0 {
						time.Sleep(time.Duration(r.IntN(20000)) * time.Millisecond)
					}
					for again := true; again; again = r.IntN(3) == 0 { // the welcome was lost
						c.h = at[alive[r.IntN(len(alive))]]
						c.back()
					}
					c.read()
				}
				if r.IntN(3) > 0 {
					time.Sleep(time.Duration(r.IntN(3000)) * time.Millisecond)
				}
				for _, c := range all {
					if r.IntN(2) == 0 {
						c.read()
					}
				}
			}
			time.Sleep(5 * time.Second)
			for _, c := range all {
				c.read()
				if c.missed > 0 {
					t.Errorf("seed %d: %s missed %d", seed, c.welcome.You.Nick, c.missed)
				}
				if c.seq != quiet.seq || c.topic != quiet.topic || !maps.Equal(c.members, quiet.members) {
					t.Errorf("seed %d: one is at %d with\n%v %q, another at %d with\n%v %q", seed, c.seq, c.members, c.topic, quiet.seq, quiet.members, quiet.topic)
				}
			}
			if quiet.noise != 4 {
				t.Errorf("seed %d: %d came and went", seed, quiet.noise)
			}
		})
		if t.Failed() {
			return
		}
	}
}

// TestReturnThatWasGivenUp has somebody come back at one server, give that up since nothing
// answers, and come back at another: what they gave up is heard of later, and costs them no
// more than that they come back once more.
func TestReturnThatWasGivenUp(t *testing.T) {
	for _, spoke := range []bool{false, true} { // before what they gave up is heard of
		synctest.Test(t, func(t *testing.T) {
			log, at := hubs(t, 3, rooms.Config{})
			anna, cut := newClient(t, at[0], "anna"), newClient(t, at[1], "cut")
			time.Sleep(time.Second)
			cut.Close()
			log.stall(true)
			log.mu.Lock()
			first := log.waiting
			log.mu.Unlock()
			impatient, cancel := context.WithCancel(t.Context())
			given := make(chan error, 1)
			go func() {
				_, err := at[2].Resume(impatient, cut.ticket, cut.seq, cut.wseq)
				given <- err
			}()
			time.Sleep(time.Second)
			cancel()
			log.mu.Lock()
			late := log.waiting[len(first):]
			log.waiting = nil
			log.mu.Unlock()
			log.stall(false)
			cut.back()
			cut.read()
			if spoke {
				cut.do(rooms.Say{Text: "here"})
				time.Sleep(time.Second)
				cut.read()
			}
			for _, f := range late {
				f()
			}
			time.Sleep(time.Second)
			if err := <-given; errors.Is(err, context.Canceled) == spoke {
				t.Errorf("who gave up was told %v", err)
			}
			if _, err := cut.Take(); spoke != (err == nil) || !spoke && !retries(err) {
				t.Errorf("who is there was told %v", err)
			}
			if !spoke {
				cut.back()
				cut.read()
				cut.do(rooms.Say{Text: "here"})
			}
			time.Sleep(2 * rooms.ResumeWindow)
			cut.read()
			cut.do(rooms.Say{Text: "still"})
			time.Sleep(time.Second)
			anna.read()
			if anna.noise != 1 || len(anna.members) != 2 || len(anna.texts) != 2 {
				t.Errorf("anna saw %d come and go, %d here, and %q", anna.noise, len(anna.members), anna.texts)
			}
		})
	}
}
