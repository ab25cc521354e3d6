package run_test

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/term"
)

// xterm is how many columns xterm says that the probes took.
var xterm = [len(cells.Probes)]int{4, 4, 1, 1, 2, 2, 2, 2, 1, 2, 2, 1, 1}

// reports are a terminal's answers about its cursor.
func reports(columns []int) string {
	var b strings.Builder
	for _, n := range columns {
		fmt.Fprintf(&b, "\x1b[%d;%dR", term.ProbeRow+1, n+1)
	}
	return b.String()
}

// A terminal says how it counts: in any number of pieces, as late as it likes, and
// not a letter of it is typed. Whoever says too little or too much has said nothing.
func TestSurvey(t *testing.T) {
	all := "\x1b]11;rgb:0000/0000/0000\a" + reports(xterm[:])
	const ground, habits, unknown = "tea.BackgroundColorMsg", "run.HabitsMsg", "run.GroundUnknownMsg"
	for _, test := range []struct{ name, bytes, want string }{
		{"all", all + "\x1b[?62c", ground + " | " + habits},
		{"no colour", reports(xterm[:]) + "\x1b[?62c", unknown + " | " + habits},
		{"a late colour", reports(xterm[:]) + "\x1b[?62c\x1b]11;rgb:ffff/ffff/ffff\a", unknown + " | " + habits + " | " + ground},
		{"none", "\x1b[?62c", unknown},
		{"one missing", reports(xterm[1:]) + "\x1b[?62c", unknown},
		{"one too many", reports(xterm[:1]) + all + "\x1b[?62c", ground},
		{"in another row", strings.Replace(all, "\x1b[2;", "\x1b[3;", 1) + "\x1b[?62c", ground},
		{"too late", "\x1b[?62c" + all, unknown + " | " + ground},
		{"as new ones count", reports([]int{2, 2, 2, 2, 2, 1, 1, 1, 1, 2, 2, 2, 2}) + "\x1b[?62c", unknown},
	} {
		for _, piece := range []int{1, 7, len(test.bytes)} {
			model := &diary{}
			within(t, model, func(tty *tty) {
				model.took()
				for rest := test.bytes; rest != ""; {
					n := min(piece, len(rest))
					tty.typed(rest[:n])
					rest = rest[n:]
				}
				if got := model.took(); got != test.want {
					t.Errorf("%s, %d bytes at a time: heard %q, want %q", test.name, piece, got, test.want)
				}
			})
		}
	}
}

// Keys in full are asked for where that can be, by the better way, and given back
// when the session ends, however it ends.
func TestKeysInFull(t *testing.T) {
	for _, test := range []struct{ name, answer, ask, back string }{
		{"neither", "", "", ""},
		{"kitty", "\x1b[?0u", term.Keyboard, term.KeyboardBack},
		{"xterm", "\x1b[>4;0m", term.Modifiers, "\x1b[>4;0m"},
		{"xterm, set up otherwise", "\x1b[>4;2m", term.Modifiers, "\x1b[>4;2m"},
		{"both", "\x1b[?0u\x1b[>4;0m", term.Keyboard, term.KeyboardBack},
	} {
		for name, end := range map[string]tea.Cmd{"quit": tea.Quit, "panic": func() tea.Msg { panic("x") }} {
			model := &diary{react: func(msg tea.Msg) tea.Cmd {
				if key, ok := msg.(tea.KeyPressMsg); ok && key.Text == "x" {
					return end
				}
				return nil
			}}
			within(t, model, func(tty *tty) {
				tty.wrote()
				tty.typed(test.answer + "\x1b[?62c")
				if got := strings.Join(tty.wrote(), ""); strings.Contains(got, term.Keyboard) != (test.ask == term.Keyboard) ||
					strings.Contains(got, term.Modifiers) != (test.ask == term.Modifiers) {
					t.Errorf("%s: sent %q", test.name, got)
				}
				tty.typed("x")
				tail := strings.Join(tty.wrote(), "")
				if leave := string(term.Detect("xterm-256color", "", false).Leave(nil)); !strings.Contains(tail, test.back+leave) ||
					test.back == "" && (strings.Contains(tail, term.KeyboardBack) || strings.Contains(tail, "\x1b[>4")) {
					t.Errorf("%s, %s: left with %q", test.name, name, tail)
				}
			})
		}
	}
}
