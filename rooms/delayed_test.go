package rooms_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// TestDelayed has somebody come in while the servers can't reach each other, at one where the
// room is and at one where it can't be opened: they are told after two seconds, and are in
// once that is over. Whoever is let in at once is told nothing.
func TestDelayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, at := hubs(t, 2, rooms.Config{})
		enter(t, at[0], rooms.Visitor{Nick: "anna"})
		told := make(chan time.Time, 9)
		join := func(hub int) error {
			ctx := rooms.WhenDelayed(context.Background(), func() { told <- time.Now() })
			seat, err := at[hub].Join(ctx, rooms.Visitor{Room: "lobby"})
			if err == nil {
				seat.Close()
			}
			return err
		}
		if err := join(0); err != nil || len(told) > 0 {
			t.Errorf("at a good time: %v, told %d times", err, len(told))
		}
		for hub := range at {
			log.stall(true)
			log.mu.Lock()
			log.shut = true
			log.mu.Unlock()
			began := time.Now()
			over := make(chan error, 1)
			go func() { over <- join(hub) }()
			time.Sleep(rooms.HoldFor / 2)
			if len(over) > 0 || len(told) != 1 {
				t.Fatalf("at server %d: over %d, told %d times", hub, len(over), len(told))
			}
			if after := (<-told).Sub(began); after > rooms.StallAfter {
				t.Errorf("told after %v", after)
			}
			log.mu.Lock()
			log.shut = false
			log.mu.Unlock()
			log.stall(false)
			if err := <-over; err != nil {
				t.Errorf("at server %d: %v", hub, err)
			}
		}
		log.mu.Lock()
		log.shut = true
		log.mu.Unlock()
		time.Sleep(time.Second) // until the room is gone there
		began := time.Now()
		if err := join(1); !retries(err) || time.Since(began) < rooms.HoldFor || time.Since(began) > 2*rooms.HoldFor {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}
