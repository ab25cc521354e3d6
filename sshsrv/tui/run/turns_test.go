package run

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"
)

// While a room full of screens wants to draw, whoever is in another is next, and
// within a room they come in the order in which they wanted to.
func TestRoomsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := NewTurns()
		all := runtime.GOMAXPROCS(0)
		for range all {
			turns.take("hall")
		}
		const crowd = 100
		drew := make(chan string, crowd+3)
		wants := func(room, who string) {
			go func() {
				turns.take(room)
				drew <- who
			}()
			synctest.Wait()
		}
		for range crowd {
			wants("hall", "somebody in the hall")
		}
		wants("den", "anna")
		wants("den", "bert")
		wants("ops", "carl")
		var order []string
		for range crowd + 3 {
			turns.give()
			order = append(order, <-drew)
		}
		for i, who := range []string{1: "anna", 2: "carl", 4: "bert"} {
			if who != "" && order[i] != who {
				t.Errorf("the %dth to draw is %s, not %s", i+1, order[i], who)
			}
		}
		for range all {
			turns.give()
		}
		if turns.free != all || len(turns.waiting)+len(turns.next) != 0 {
			t.Errorf("%d turns are free, %d wait", turns.free, len(turns.next))
		}
	})
}

// Who has little to do waits for nobody; who had much takes turns for a while.
func TestHeavyWorkTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := NewTurns()
		all := turns.free
		var w work
		does := func(d time.Duration) (turn bool) {
			w.begin(turns, "den")
			w.begin(turns, "den") // it has begun
			turn = w.turn
			if want := all; turn && turns.free != want-1 || !turn && turns.free != want {
				t.Fatalf("%d turns are free, of %d", turns.free, want)
			}
			time.Sleep(d)
			w.end(turns)
			w.end(turns)
			if turns.free != all {
				t.Fatalf("%d turns are free afterwards, of %d", turns.free, all)
			}
			return turn
		}
		for _, step := range []struct {
			pause, work time.Duration
			turn        bool
		}{
			{0, heavyWork, false}, {0, heavyWork + 1, false}, {0, 0, true}, {heavyFor / 2, 0, true}, {heavyFor, 0, false},
		} {
			time.Sleep(step.pause)
			if does(step.work) != step.turn {
				t.Errorf("%+v: a turn is not what was expected", step)
			}
		}
		w.begin(nil, "den")
		w.end(nil)
	})
}

// Turns that were given hold nothing of the room that they were for.
func TestTurnsForgetTheirRooms(t *testing.T) {
	turns := NewTurns()
	all := turns.free
	for range all {
		turns.take("hall")
	}
	room := func() weak.Pointer[[1 << 10]byte] {
		room := new([1 << 10]byte)
		up := turns.queue(room)
		turns.give()
		<-up
		return weak.Make(room)
	}()
	for range all {
		turns.give()
	}
	runtime.GC()
	if room.Value() != nil {
		t.Error("a room that nobody draws for is held")
	}
	runtime.KeepAlive(turns)
}
