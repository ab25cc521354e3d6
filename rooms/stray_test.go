package rooms_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// TestNobodyIsNowhere has a server taken for gone while somebody is coming in at it, coming
// back, or knocking: the last two are told to try again, the first tries on until they lose
// patience, and once the log hands out what was on its way, nobody stays in the room or at
// its door who is nowhere.
func TestNobodyIsNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, at := hubs(t, 2, rooms.Config{})
		anna, cut := newClient(t, at[0], "anna"), newClient(t, at[0], "cut")
		time.Sleep(time.Second)
		shut := enter(t, at[0], rooms.Visitor{Room: "shut", Host: true})
		shut.do(rooms.SetRules{Door: rooms.DoorKnock})
		time.Sleep(time.Second)
		shut.take()
		cut.Close()
		log.stall(true)
		ends, ghost := make(chan error, 2), make(chan error, 1)
		patience, lost := context.WithCancel(context.Background())
		defer lost()
		go func() {
			_, err := at[1].Join(patience, rooms.Visitor{Room: "lobby", Nick: "ghost", Resumable: true})
			ghost <- err
		}()
		go func() {
			_, err := at[1].Resume(context.Background(), cut.ticket, cut.seq, cut.wseq)
			ends <- err
		}()
		go func() {
			_, err := at[1].Knock(context.Background(), rooms.Visitor{Room: "shut"}, "hello", func(int) {})
			ends <- err
		}()
		synctest.Wait()
		log.each(func(node string, to rooms.Follower) {
			if node == "node1" {
				to.Fenced()
			}
		})
		for range 2 {
			if err := <-ends; !retries(err) {
				t.Errorf("told %v", err)
			}
		}
		synctest.Wait()
		lost()
		if err := <-ghost; err != context.Canceled && !retries(err) {
			t.Errorf("who lost patience is told %v", err)
		}
		log.stall(false)
		time.Sleep(time.Second)
		anna.read()
		if len(anna.members) != 2 {
			t.Errorf("%d are here, with who may come back", len(anna.members))
		}
		time.Sleep(rooms.ResumeWindow + rooms.AwayAfter)
		anna.read()
		if len(anna.members) != 1 {
			t.Errorf("%d are here, and one is somewhere", len(anna.members))
		}
		if n := knocking(shut.take()); n != 0 {
			t.Errorf("%d wait at a door who are gone", n)
		}
		if at[1].Rooms() != 0 {
			t.Error("a room stays where nobody is")
		}
	})
}

// knocking is how many wait at a door after some events.
func knocking(events []rooms.Event) (n int) {
	for _, e := range events {
		switch e.(type) {
		case *rooms.Knocking:
			n++
		case *rooms.Knocked:
			n--
		}
	}
	return n
}

// TestStrayComesBack has whose return was given up come back by the same ticket, as whom
// they were.
func TestStrayComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, at := hubs(t, 2, rooms.Config{})
		anna, cut := newClient(t, at[0], "anna"), newClient(t, at[0], "cut")
		time.Sleep(time.Second)
		cut.Close()
		log.stall(true)
		over := make(chan error, 1)
		go func() {
			_, err := at[1].Resume(context.Background(), cut.ticket, cut.seq, cut.wseq)
			over <- err
		}()
		synctest.Wait()
		log.each(func(node string, to rooms.Follower) {
			if node == "node1" {
				to.Fenced()
			}
		})
		if err := <-over; !retries(err) {
			t.Errorf("told %v", err)
		}
		log.stall(false)
		time.Sleep(rooms.ResumeWindow / 2)
		cut.h = at[1]
		cut.back()
		cut.do(rooms.Say{Text: "back"})
		time.Sleep(2 * rooms.ResumeWindow)
		anna.read()
		if anna.noise != 1 || len(anna.members) != 2 || len(anna.texts) != 1 {
			t.Errorf("anna saw %d come and go, %d here, and %q", anna.noise, len(anna.members), anna.texts)
		}
	})
}

// TestHere has a server find that a room has somebody at it of whom it knows nothing.
func TestHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, at := hubs(t, 3, rooms.Config{})
		anna, lost := newClient(t, at[0], "anna"), newClient(t, at[1], "lost")
		brief := enter(t, at[1], rooms.Visitor{Nick: "brief"})
		stays := newClient(t, at[2], "stays")
		time.Sleep(time.Second)
		anna.read()
		here := func() {
			log.each(func(node string, to rooms.Follower) {
				if node == "node2" {
					to.Here("node1")
				}
			})
		}
		here()
		here()
		time.Sleep(time.Second)
		anna.read()
		if _, there := anna.members[brief.welcome.You.ID]; there || len(anna.members) != 3 {
			t.Errorf("here are %v", anna.members)
		}
		time.Sleep(rooms.ResumeWindow)
		anna.read()
		if _, there := anna.members[lost.welcome.You.ID]; there || len(anna.members) != 2 {
			t.Errorf("in the end here are %v", anna.members)
		}
		stays.do(rooms.Leave{})
		time.Sleep(time.Second)
		if at[2].Rooms() != 0 {
			t.Error("a room stays where nobody is")
		}
	})
}
