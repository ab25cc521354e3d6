package rooms_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// TestStalledServers has everybody told that what they say waits, ten things each of them
// and no more, and that it no longer does.
func TestStalledServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, at := hubs(t, 2, rooms.Config{})
		anna, bob := enter(t, at[0], rooms.Visitor{Nick: "anna"}), enter(t, at[1], rooms.Visitor{Nick: "bob"})
		time.Sleep(time.Second)
		anna.take()
		bob.take()
		log.stall(true)
		log.stall(true) // told once
		for i := range rooms.HeldLines + 2 {
			anna.do(rooms.Say{ID: fmt.Sprint(i), Text: fmt.Sprint("waits ", i)})
		}
		anna.do(rooms.Sync{ID: "barrier"})
		anna.do(rooms.Inspect{ID: "alive"})
		notices, refused, alive := 0, 0, 0
		for _, e := range anna.take() {
			switch e := e.(type) {
			case *rooms.Notice:
				notices++
				if e.Code != rooms.Unreachable {
					t.Errorf("told %+v", e)
				}
			case *rooms.Refused:
				refused++
				if e.ID != fmt.Sprint(rooms.HeldLines+refused-1) || e.Err.Code != rooms.RateLimited {
					t.Errorf("refused %+v: %v", e, e.Err)
				}
			case *rooms.Held:
				alive++
			default:
				t.Errorf("while nothing is appended there came %T", e)
			}
		}
		if notices != 1 || refused != 2 || alive != 1 {
			t.Errorf("told %d times, refused %d, answered %d times what needs no log", notices, refused, alive)
		}
		log.stall(false)
		time.Sleep(time.Second)
		events := bob.take()
		if said := texts(events); len(said) != rooms.HeldLines || said[9] != "waits 9" {
			t.Errorf("heard %q", said)
		}
		if last := events[len(events)-1]; want[*rooms.Notice](t, events).Code != rooms.Unreachable {
			t.Errorf("the last of all was %T", last)
		}
		for range 2 * rooms.HeldLines {
			anna.do(rooms.Say{Text: "goes at once"})
			time.Sleep(2 * time.Second)
		}
		if said := texts(bob.take()); len(said) != 2*rooms.HeldLines {
			t.Errorf("later %d were heard", len(said))
		}
	})
}

// TestServerThatWasTakenForGone has those at a server that only slept come back, at any
// server, and what it still asked not happen.
func TestServerThatWasTakenForGone(t *testing.T) {
	for _, notices := range []bool{false, true} { // that server itself, before the log says so
		synctest.Test(t, func(t *testing.T) {
			log, at := hubs(t, 2, rooms.Config{})
			anna, slept := newClient(t, at[0], "anna"), newClient(t, at[1], "slept")
			time.Sleep(time.Second)
			log.each(func(node string, to rooms.Follower) {
				switch {
				case node == "node0":
					to.Lost("node1", time.Now())
				case notices:
					to.Fenced()
				}
			})
			if !notices {
				slept.do(rooms.Say{Text: "too late"}) // after the fence, before this server hears of it
			}
			time.Sleep(time.Second)
			if _, err := slept.Take(); !retries(err) {
				t.Errorf("it ended with %v", err)
			}
			if err := slept.Do(t.Context(), rooms.Say{Text: "too late as well"}); !retries(err) {
				t.Errorf("it was let speak: %v", err)
			}
			impatient, cancel := context.WithTimeout(t.Context(), rooms.StallAfter)
			defer cancel()
			if _, err := at[1].Join(impatient, rooms.Visitor{Room: "lobby"}); !retries(err) && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a server that is gone took somebody in: %v", err)
			}
			slept.h = at[0]
			slept.back()
			time.Sleep(2 * rooms.ResumeWindow)
			slept.do(rooms.Say{Text: "back"})
			time.Sleep(time.Second)
			anna.read()
			if anna.noise != 1 || len(anna.texts) != 1 || anna.texts[0] != "back" {
				t.Errorf("anna saw %d come and go, and %q", anna.noise, anna.texts)
			}
		})
	}
}

func retries(err error) bool {
	var ended *rooms.Ended
	return errors.As(err, &ended) && ended.Retry
}

// TestServerThatStops leaves its places to the others, and nobody sees anybody leave who
// comes back.
func TestServerThatStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, at := hubs(t, 2, rooms.Config{})
		anna, moves, waits := newClient(t, at[0], "anna"), newClient(t, at[1], "moves"), newClient(t, at[1], "waits")
		time.Sleep(time.Second)
		anna.read()
		waits.Close()
		at[1].Close()
		time.Sleep(time.Millisecond)
		if _, err := moves.Take(); err == nil {
			_, err = moves.Take()
			if !retries(err) {
				t.Errorf("it ended with %v", err)
			}
		}
		moves.Close()
		for _, c := range []*client{moves, waits} {
			c.h = at[0]
			c.back()
		}
		log.kill("node1")
		time.Sleep(2 * rooms.ResumeWindow)
		anna.read()
		if anna.noise != 2 || len(anna.members) != 3 {
			t.Errorf("anna saw %d come and go, and %v here", anna.noise, anna.members)
		}
		if at[1].Rooms() != 0 {
			t.Error("the server that stopped keeps its rooms")
		}
	})
}

// TestKnockElsewhere has somebody knock at the door of a room that their server does not
// have.
func TestKnockElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, at := hubs(t, 2, rooms.Config{})
		host := enter(t, at[0], rooms.Visitor{Nick: "host", Host: true})
		host.do(rooms.SetRules{Door: rooms.DoorKnock})
		time.Sleep(time.Second)
		host.take()
		told := make(chan int, 9)
		seats := make(chan *rooms.Seat, 1)
		go func() {
			seat, err := at[1].Knock(t.Context(), rooms.Visitor{Room: "lobby", Nick: "guest"}, "let me in", func(ahead int) { told <- ahead })
			if err != nil {
				t.Error(err)
			}
			seats <- seat
		}()
		time.Sleep(time.Second)
		knock := want[*rooms.Knocking](t, host.take())
		if knock.Text != "let me in" || len(told) != 1 || at[1].Rooms() != 1 {
			t.Errorf("%+v, told %d times, %d rooms", knock, len(told), at[1].Rooms())
		}
		host.do(rooms.Decide{Knock: knock.Knock, In: true})
		seat := <-seats
		if seat == nil {
			t.Fatal("not let in")
		}
		seat.Close()
		time.Sleep(time.Second)
		if at[1].Rooms() != 0 {
			t.Error("the room stays where nobody is")
		}
	})
}

// TestRoomThatWentOn has a server find that the room went on without it: its people are told
// of a gap and of all that is different, and have the same room then as everybody.
func TestRoomThatWentOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, at := hubs(t, 2, rooms.Config{})
		anna, deaf := newClient(t, at[0], "anna"), newClient(t, at[1], "deaf")
		gone := newClient(t, at[0], "gone")
		time.Sleep(time.Second)
		deaf.read()
		room := log.rooms[(&node{}).Mark(rooms.KindOpen, "lobby")]
		end := room.ends[1]
		log.mu.Lock()
		end.deaf = true
		log.mu.Unlock()
		for i := range 5 {
			anna.do(rooms.Say{Text: fmt.Sprint("unheard ", i)})
			anna.do(rooms.Whisper{To: deaf.welcome.You.ID, Text: "nor this"})
		}
		anna.do(rooms.Rename{Nick: "hannah"})
		anna.do(rooms.SetTopic{Text: "changed"})
		gone.do(rooms.Leave{})
		newcomer := newClient(t, at[0], "newcomer")
		time.Sleep(time.Second)
		anna.read()
		newcomer.read()
		snapshot, epoch, number, err := room.ends[0].to.Snapshot()
		if err != nil || epoch != 1 || number != uint64(len(room.records)) {
			t.Fatal(epoch, number, err)
		}
		log.mu.Lock()
		end.next, end.deaf = len(room.records), false
		log.mu.Unlock()
		if err := end.to.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
		anna.do(rooms.Say{Text: "heard again"})
		end.ring()
		time.Sleep(time.Second)
		anna.read()
		deaf.read()
		if deaf.missed == 0 || deaf.seq != anna.seq || deaf.topic != anna.topic || !maps.Equal(deaf.members, anna.members) {
			t.Errorf("missed %d, at %d with\n%v, others at %d with\n%v", deaf.missed, deaf.seq, deaf.members, anna.seq, anna.members)
		}
		if n := len(deaf.texts); n != 1 || deaf.texts[0] != "heard again" {
			t.Errorf("it has %q", deaf.texts)
		}
		if len(newcomer.members) != 3 {
			t.Errorf("%d are here", len(newcomer.members))
		}
	})
}

// TestPlaceWaitsForItsServers holds that a place is not given up while nobody could come
// back to it, nor in the first minute after.
func TestPlaceWaitsForItsServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, at := hubs(t, 2, rooms.Config{})
		anna, cut := newClient(t, at[0], "anna"), newClient(t, at[1], "cut")
		time.Sleep(time.Second)
		anna.read()
		cut.Close()
		log.stall(true)
		time.Sleep(3 * rooms.ResumeWindow)
		log.stall(false)
		time.Sleep(rooms.ResumeWindow / 2)
		cut.back()
		time.Sleep(2 * rooms.ResumeWindow)
		anna.read()
		if anna.noise != 1 || len(anna.members) != 2 {
			t.Errorf("anna saw %d come and go, and %d are here", anna.noise, len(anna.members))
		}
	})
}
