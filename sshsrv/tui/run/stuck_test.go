package run_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/sshsrv/tui/run"
)

// A thousand whose writes do not return harm nobody: somebody else is shown what happens
// before a moment has passed, also when more happens to those who are stuck.
func TestStuckWritersHarmNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const crowd = 1000
		sits := func() (*tty, *seat, func() error) {
			tty, terminal := newTTY()
			seat := &seat{}
			model := &diary{init: func() tea.Msg { return run.SeatMsg{Seat: seat} }}
			return tty, seat, show(t.Context(), terminal, model)
		}
		good, heard, goodEnded := sits()
		var seats []*seat
		var ends []func()
		for range crowd {
			tty, seat, ended := sits()
			release := tty.hold()
			seats, ends = append(seats, seat), append(ends, func() {
				release()
				tty.Close()
				ended()
			})
		}
		good.wrote()
		began := time.Now()
		for _, word := range []string{"first", "second"} {
			for _, seat := range seats {
				seat.hear("stuck")
			}
			heard.hear(word)
			if out := strings.Join(good.wrote(), ""); !strings.Contains(out, word) {
				t.Errorf("beside a thousand that are stuck, this is shown: %q", out)
			}
		}
		if passed := time.Since(began); passed > 0 {
			t.Errorf("that took %v", passed)
		}
		for _, end := range ends {
			end()
		}
		good.Close()
		goodEnded()
	})
}
