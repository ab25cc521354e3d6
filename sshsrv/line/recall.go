package line

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"sotto/sshsrv/tui/composer"
)

// recall looks through what was typed before for some words, as Ctrl-R does in shells: it
// is read in the line's place, and taken into the line by Enter, which sends nothing.
type recall struct {
	compose *composer.Composer
	words   string
	nth     int
}

// maxRecall is the longest thing to look for, in bytes.
const maxRecall = 100

// leastRecalled is how many columns of what was found are shown, however narrow it is.
const leastRecalled = 10

// line is what stands in the line's place: what is looked for, and what was found.
func (r *recall) line(columns int) string {
	label := "sent: " + r.words + " — "
	found := r.compose.LookBack(r.words)
	if len(found) == 0 {
		return label + "nothing like that"
	}
	text := strings.Map(func(c rune) rune {
		if c < ' ' {
			return ' '
		}
		return c
	}, r.compose.Sent(found[min(r.nth, len(found)-1)]))
	return label + usual.Cut(text, max(columns-1-width(label), leastRecalled), "…")
}

// recallKey is for keys while what was typed before is looked through.
func (e *editor) recallKey(key tea.KeyPressMsg) outcome {
	r := e.recall
	found := len(r.compose.LookBack(r.words))
	switch name := key.Keystroke(); {
	case key.Text != "" && len(r.words)+len(key.Text) <= maxRecall:
		r.words, r.nth = r.words+key.Text, 0
	case name == "backspace" && r.words != "", name == "ctrl+h" && r.words != "":
		r.words, r.nth = r.words[:lastCluster(r.words)], 0
	case name == "ctrl+u" && r.words != "", name == "ctrl+w" && r.words != "":
		r.words, r.nth = "", 0
	case (name == "ctrl+r" || name == "up") && r.nth+1 < found:
		r.nth++
	case name == "down" && r.nth > 0, name == "ctrl+s" && r.nth > 0:
		r.nth--
	case name == "enter" && found > 0, name == "tab" && found > 0, name == "right" && found > 0:
		number := r.compose.LookBack(r.words)[min(r.nth, found-1)]
		e.recall = nil
		e.compose.Bring(number)
	case name == "esc", name == "ctrl+c", name == "ctrl+g", name == "backspace":
		e.recall = nil
	default:
		return outcome{echo: alert}
	}
	return outcome{echo: e.show()}
}
