//go:build !race

package tui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"
)

// Escape and then a character, in every state and for every character, is that: in two
// reads however soon the second comes, and in one where a key with Alt means nothing.
func TestEscapeThenCharacter(t *testing.T) {
	var table strings.Builder
	for _, state := range escaping {
		for _, draft := range []bool{false, true} {
			name := state.name
			if draft {
				name += ", with a draft"
			}
			for r := ' '; r <= '~'; r++ {
				if r == '[' {
					continue // with that every sequence begins
				}
				synctest.Test(t, func(t *testing.T) {
					before := escapingIn(t, state.play, draft)
					was := before.stands()
					means := before.Escapes("")
					want := escapingIn(t, state.play, draft)
					want.types("esc")
					if escaped := want.stands(); escaped != was && !means && !strings.Contains(state.name, "told") {
						t.Errorf("%s: Escape is waited for, and does something:\n%s\n%s", name, was, escaped)
					}
					want.types(string(r))
					two := escapingIn(t, state.play, draft)
					two.receives("\x1b", string(r))
					if r != 'O' || means { // else it is the beginning of a key
						if got, want := two.stands(), want.stands(); got != want {
							t.Errorf("%s, Escape, %q:\ngot  %s\nwant %s", name, r, got, want)
						}
					}
					if strings.ContainsRune("OP]_/", r) {
						return // one piece waits for its rest, or begins a command
					}
					one := escapingIn(t, state.play, draft)
					one.receives("\x1b" + string(r))
					alt := escapingIn(t, state.play, draft)
					key := tea.KeyPressMsg{Code: r, Mod: tea.ModAlt}
					if 'A' <= r && r <= 'Z' {
						key = tea.KeyPressMsg{Code: r - 'A' + 'a', Mod: tea.ModAlt | tea.ModShift}
					}
					escapes := alt.Escapes(key.Keystroke())
					alt.do(key)
					if !escapes {
						want = alt
					}
					if got, want := one.stands(), want.stands(); got != want {
						t.Errorf("%s, Escape and %q in one piece, both %v:\ngot  %s\nwant %s", name, r, escapes, got, want)
					}
					if r == 'd' {
						fmt.Fprintf(&table, "%s\n  Escape, d: %s\n  Alt-d:     %s\n", name, two.stands(), one.stands())
					}
				})
			}
		}
	}
	golden(t, "escape", table.String())
}
