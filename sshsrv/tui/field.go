package tui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"sotto/sshsrv/tui/cells"
)

// field is a line of text for a short answer: a room, what to search for. The
// composer is another, much larger thing.
type field struct {
	text  string
	limit int // bytes
}

// update lets a key change the text and reports whether it did.
func (f *field) update(msg tea.KeyPressMsg) bool {
	switch before := f.text; {
	case msg.Text != "":
		return f.insert(msg.Text)
	case msg.String() == "backspace", msg.String() == "ctrl+h":
		f.text = f.text[:lastGrapheme(f.text)]
		return f.text != before
	case msg.String() == "ctrl+u", msg.String() == "ctrl+w":
		f.text = ""
		return before != ""
	}
	return false
}

// insert appends as much of text as fits the limit, on one line.
func (f *field) insert(text string) bool {
	before := f.text
	f.text += strings.Join(strings.FieldsFunc(text, unicode.IsControl), " ")
	for len(f.text) > f.limit {
		_, size := utf8.DecodeLastRuneInString(f.text)
		f.text = f.text[:len(f.text)-size]
	}
	return f.text != before
}

// shown is the end of the text that fits width columns, and its width.
func (f *field) shown(width int, h cells.Habits) (string, int) {
	text, n := f.text, h.Width(f.text)
	for n > width {
		cell, columns := cells.First(h, text)
		text, n = text[len(cell):], n-columns
	}
	return text, n
}

// lastGrapheme is where the last user-perceived character of text begins.
func lastGrapheme(text string) int {
	last := 0
	for at := 0; at < len(text); {
		last = at
		at += len(cells.Character(text[at:]))
	}
	return last
}
