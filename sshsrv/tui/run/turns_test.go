package run

import (
	"runtime"
	"testing"
	"testing/synctest"
)

// While a room full of screens wants to draw, whoever is in another is next, and
// within a room they come in the order in which they wanted to.
func TestRoomsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := NewTurns()
		all := turnsPerProcessor * runtime.GOMAXPROCS(0)
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
