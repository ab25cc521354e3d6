package rooms_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// Whoever asks at closed doors which rooms there are pays as for any other guess.
func TestGuessingAtDoorsCosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := sourced(rooms.Config{})
		doorkeeper(t, h, rooms.DoorLocked)
		guesser := rooms.NewSource(1, nil, nil)
		for i := range rooms.VisitBurst {
			if _, err := come(t, h, guesser, rooms.Visitor{}); !isRefused(err, rooms.Locked) {
				t.Fatalf("guess %d: %v", i, err)
			}
		}
		_, there := come(t, h, guesser, rooms.Visitor{})
		_, notThere := come(t, h, guesser, rooms.Visitor{Room: "another"})
		if !isEnded(there, rooms.TooMany) || there != notThere {
			t.Errorf("one guess too many: %v, %v", there, notThere)
		}
		if k := atDoor(t, h, guesser, rooms.Visitor{}, ""); k.ended(t) != there {
			t.Errorf("and by a knock: %v", k.err)
		}
	})
}

// The knocks of one who means harm leave those of others possible.
func TestKnockSiege(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := sourced(rooms.Config{})
		boss := doorkeeper(t, h, rooms.DoorKnock)
		attacker := rooms.NewSource(1, nil, nil)
		refused := map[rooms.Code]int{}
		lines := 0
		for range 500 {
			k := atDoor(t, h, attacker, rooms.Visitor{}, "let me in")
			if !k.waits() {
				var ended *rooms.Ended
				if !errors.As(k.err, &ended) {
					t.Fatal(k.err)
				}
				refused[ended.Code]++
			}
			lines += len(knockings(boss.take()))
		}
		if most := rooms.VisitBurst/rooms.KnockCost + 1; lines > most {
			t.Errorf("%d lines of 500 knocks reached the host, %d is the most", lines, most)
		}
		for i := range 20 {
			k := atDoor(t, h, rooms.NewSource(1, nil, nil), rooms.Visitor{Nick: fmt.Sprint("honest", i)}, "")
			if !k.waits() {
				t.Fatalf("an honest knock: %v", k.err)
			}
		}
		told := knockings(boss.take())
		for _, k := range told {
			boss.do(rooms.Decide{Knock: k.Knock, In: true})
		}
		events := boss.take()
		if len(told) != 20 || len(outcomes(events)) < 20 {
			t.Errorf("the host was told of %d", len(told))
		}
	})
}

// However many knock, and from wherever: those inside are told of no more in a minute than
// they can look at, and the room goes on as ever.
func TestKnockFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		boss := doorkeeper(t, h, rooms.DoorKnock)
		lines, begun := 0, time.Now()
		for range 300 {
			k := atDoor(t, h, nil, rooms.Visitor{}, "let me in")
			lines += len(knockings(boss.take()))
			k.leave()
			k.waits()
			time.Sleep(120 * time.Millisecond)
		}
		if most := rooms.KnockBurst + int(rooms.KnockRate*time.Since(begun).Seconds()) + 1; lines > most || lines < rooms.KnockBurst {
			t.Errorf("%d lines in %v, %d is the most", lines, time.Since(begun), most)
		}
		boss.do(rooms.Say{Text: "still here"})
		if texts := texts(boss.take()); len(texts) != 1 {
			t.Errorf("said: %q", texts)
		}
	})
}

// Whatever happens at once: a knock ends in one way, whoever is in was let in, and nobody
// who waits holds anything afterwards.
func TestKnockRaces(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 17))
			h := rooms.NewHub(rooms.Config{})
			boss := doorkeeper(t, h, rooms.DoorKnock)
			k := atDoor(t, h, nil, rooms.Visitor{}, "")
			id := knockings(boss.take())[0].Knock
			acts := []func(){
				func() { _ = boss.Do(t.Context(), rooms.Decide{Knock: id, In: true}) },
				func() { _ = boss.Do(t.Context(), rooms.Decide{Knock: id}) },
				k.leave,
				func() { _ = boss.Do(t.Context(), rooms.Leave{}) },
				func() { time.Sleep(rooms.KnockFor) },
				h.Close,
			}
			var acting sync.WaitGroup
			for _, i := range r.Perm(len(acts))[:2] {
				acting.Go(acts[i])
			}
			acting.Wait()
			time.Sleep(rooms.KnockFor)
			<-k.done
			if k.err == nil {
				_ = k.seat.Close()
			}
			boss.Close()
			synctest.Wait()
			if h.Rooms() != 0 || h.Waiting() != 0 {
				t.Errorf("left are %d rooms and %d who wait", h.Rooms(), h.Waiting())
			}
		})
	}
}
