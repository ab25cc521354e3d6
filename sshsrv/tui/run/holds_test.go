package run_test

import (
	"strings"
	"testing"
	"testing/synctest"
)

// The door is told what a session keeps, a paste included that does not end, and
// may ask for less.
func TestRunTellsWhatItHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tty, terminal := newTTY()
		var bytes, spare int
		shed := make(chan struct{})
		terminal.Holds, terminal.Shed = func(b, s int) { bytes, spare = b, s }, shed
		model := &diary{}
		ended := show(t.Context(), terminal, model)
		synctest.Wait()
		if bytes != 100 || spare != 10 {
			t.Errorf("it is told %d and %d", bytes, spare)
		}
		tty.typed("\x1b[200~" + strings.Repeat("x", 50_000))
		if bytes < 50_000 {
			t.Errorf("with a paste that has not ended, it is told %d", bytes)
		}
		model.took()
		shed <- struct{}{}
		if got := model.took(); got != "run.ShedMsg" {
			t.Errorf("heard %s", got)
		}
		tty.Close()
		ended()
	})
}
