package voice

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// offer joins, and has no connection for sound.
func offer(t *testing.T, c *Calls, seat *rooms.Seat) (*Party, error) {
	t.Helper()
	p, err := c.Join(t.Context(), seat, 6, &ear{})
	if err == nil {
		t.Cleanup(p.Close)
	}
	return p, err
}

// TestWhoHasNoConnectionGivesWay, in the order in which they first offered, after five
// seconds, where all places are taken; who has one keeps it, and who comes anew has five
// seconds too.
func TestWhoHasNoConnectionGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, c := rooms.NewHub(rooms.Config{}), New(Config{Size: 3})
		anna := talk(t, c, h, "")
		var seats []*rooms.Seat
		var bad []*Party
		for range 2 {
			seat := enter(t, h, "")
			p, err := offer(t, c, seat)
			if err != nil {
				t.Fatal(err)
			}
			seats, bad = append(seats, seat), append(bad, p)
			time.Sleep(time.Second)
		}
		newcomer := enter(t, h, "")
		time.Sleep(connectWithin - 2*time.Second)
		if _, err := offer(t, c, newcomer); err == nil || !strings.HasPrefix(err.Error(), "3 people") {
			t.Errorf("before anybody's time is up a newcomer is told %v", err)
		}
		again, err := offer(t, c, seats[0]) // which renews nothing
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
		bob, err := offer(t, c, newcomer)
		if err != nil {
			t.Fatalf("a newcomer is told %v", err)
		}
		if <-again.Ended(); again.Why() != ErrUnconnected || bad[0].Why() != errReplaced {
			t.Errorf("who has waited longest is told %v", again.Why())
		}
		if bad[1].isOver() || anna.isOver() || c.Count() != 3 {
			t.Errorf("others are out too, %d are left", c.Count())
		}
		bob.Connected()
		if _, err := offer(t, c, seats[0]); err != ErrUnconnected {
			t.Errorf("who gave way and comes back is told %v", err)
		}
		bad[1].Connected()
		time.Sleep(time.Hour)
		if _, err := offer(t, c, enter(t, h, "")); err == nil || anna.isOver() || bob.isOver() || bad[1].isOver() {
			t.Errorf("somebody with a connection gives way: %v", err)
		}
	})
}

// TestPlacesAreNotHeldByOffers: sixteen who leave and offer anew every four seconds, and never
// connect, keep nobody out for more than five; and what is known of them is bounded.
func TestPlacesAreNotHeldByOffers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, c := rooms.NewHub(rooms.Config{}), New(Config{})
		var seats []*rooms.Seat
		parties := make([]*Party, rooms.DefaultVoiceSize)
		for range parties {
			seats = append(seats, enter(t, h, ""))
		}
		attack := func() {
			for i, seat := range seats {
				if parties[i] != nil {
					parties[i].Close()
				}
				parties[i], _ = c.Join(t.Context(), seat, 6, &ear{}) // nil where it is refused
			}
		}
		defer func() {
			for _, p := range parties {
				if p != nil {
					p.Close()
				}
			}
		}()
		attack()
		time.Sleep(4 * time.Second)
		attack()
		time.Sleep(2 * time.Second)
		var in *call
		for i := range 8 {
			p, err := offer(t, c, enter(t, h, ""))
			if err != nil {
				t.Fatalf("newcomer %d is told %v", i, err)
			}
			p.Connected()
			in = p.call
			attack()
			time.Sleep(4 * time.Second)
			if p.isOver() {
				t.Fatalf("newcomer %d, who is connected, is out: %v", i, p.Why())
			}
		}
		for i := range 10 * maxWaits {
			c.mu.Lock()
			in.wait(fmt.Sprint("somebody", i), time.Now())
			n := len(in.waits)
			c.mu.Unlock()
			if n > maxWaits+rooms.DefaultVoiceSize {
				t.Fatalf("%d are known", n)
			}
		}
		time.Sleep(waitsKept + tick)
		synctest.Wait()
		c.mu.Lock()
		defer c.mu.Unlock()
		if n := len(in.waits); n > len(in.all()) {
			t.Errorf("a minute later %d are known, of %d", n, len(in.all()))
		}
	})
}
