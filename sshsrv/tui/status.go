package tui

import (
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// status is the latest thing that a person is told, in the status bar. It holds until
// the next key that does something, unless it is about something that ends sooner or
// lasts longer.
type status struct {
	word    string // empty: nothing, so there is room for hints
	stays   bool   // while its person goes on writing
	passing bool   // it is true while the connection is lost
	counts  bool   // it is true while something waits to be said
	changed bool   // since it was drawn
}

// say tells a sentence.
func (t *status) say(sentence string) {
	t.word, t.passing, t.counts, t.changed = sentence, false, false, true
}

// add tells one thing more.
func (t *status) add(sentence string) { t.say(t.word + " " + sentence) }

// count tells how much waits to be said.
func (t *status) count(sentence string) {
	t.say(sentence)
	t.counts = true
}

// keep tells what has to be read even by somebody who goes on writing.
func (t *status) keep(sentence string) {
	t.say(sentence)
	t.stays = true
}

// linked takes back what was told because the connection was lost: it is back.
func (t *status) linked() {
	if t.passing {
		t.say("")
		t.stays = false
	}
}

// key takes back what was told, since a person goes on.
func (t *status) key(key string) {
	if !t.stays || key == "enter" || key == "esc" || key == "ctrl+c" {
		t.word, t.stays = "", false
	}
}

// maxStatusRows is how tall the status bar gets to say a whole sentence: on the
// lowest screen there is a row of the talk left.
const maxStatusRows = 3

// rows draw it.
func (t *status) rows(l look, width int) []string {
	rows := l.wrap(t.word, max(width-2, 1))
	if len(rows) > maxStatusRows {
		rows = rows[:maxStatusRows]
		rows[maxStatusRows-1] = l.cells.Cut(rows[maxStatusRows-1], max(width-3, 1), "") + "…"
	}
	for i, row := range rows {
		rows[i] = l.ink.Paint(theme.BarWarn, " "+row+cells.Blank(width-1-l.cells.Width(row)))
	}
	return rows
}
