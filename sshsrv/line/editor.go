package line

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/clipperhouse/uax29/v2/graphemes"

	"sotto/rooms"
	"sotto/rooms/emoji"
)

// An editor is a line that is typed on a terminal where nothing may be
// repainted: characters are added at its end and taken away there, and the
// terminal is only ever sent what follows, or backspaces. It owns no stream:
// keys go in, and what is to be written comes out.
type editor struct {
	line string
}

// An action is what a key asks for beyond editing.
type action int

const (
	edit   action = iota // nothing
	enter                // the line is finished; take has it
	cancel               // Ctrl-C on an empty line, or the end of input
)

const bell = "\a"

// press takes a key and returns what to write.
func (e *editor) press(key tea.KeyPressMsg) (echo string, then action) {
	switch name := key.String(); {
	case name == "enter", name == "ctrl+j":
		return "\r\n", enter
	case name == "backspace", name == "ctrl+h":
		return e.erase(e.line[:lastCluster(e.line)]), edit
	case name == "ctrl+w":
		words := strings.TrimRight(e.line, " ")
		return e.erase(words[:strings.LastIndexByte(words, ' ')+1]), edit
	case name == "ctrl+u":
		return e.erase(""), edit
	case name == "ctrl+c" && e.line != "":
		e.line = ""
		return "^C\r\n", edit
	case name == "ctrl+c", name == "ctrl+d" && e.line == "":
		return "", cancel
	case key.Text != "":
		return e.insert(key.Text), edit
	}
	return "", edit
}

// insert adds text at the end, as much of it as a message may have.
func (e *editor) insert(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || 0x7f <= r && r < 0xa0 {
			return -1
		}
		return r
	}, text)
	if len(e.line)+len(text) > rooms.MaxTextBytes {
		return bell
	}
	var echo strings.Builder
	for part := range strings.SplitAfterSeq(text, ":") {
		e.line += part
		echo.WriteString(part + e.expandCode())
	}
	return echo.String()
}

// expandCode puts an emoji in the place of a short code that was just closed.
func (e *editor) expandCode() string {
	found, start, ok := emoji.Ending(e.line)
	if !ok {
		return ""
	}
	erased := e.erase(e.line[:start])
	e.line += found
	return erased + found
}

// erase shortens the line to keep, which it begins with.
func (e *editor) erase(keep string) string {
	if e.line == "" {
		return bell
	}
	columns := ansi.StringWidth(e.line[len(keep):])
	e.line = keep
	return strings.Repeat("\b \b", columns)
}

// take returns the line and begins another.
func (e *editor) take() string {
	line := e.line
	e.line = ""
	return line
}

// lastCluster returns where the last character that a person sees begins.
func lastCluster(s string) int {
	start := 0
	for clusters := graphemes.FromString(s); clusters.Next(); {
		start = clusters.Start()
	}
	return start
}
