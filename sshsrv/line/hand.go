package line

import (
	"bytes"
	"strings"
	"time"

	"sotto/rooms/command"
)

// In line mode each line is said, and nothing in it is a command: it is for
// programs. But whoever forgets ssh's -t types there too, and "/msg bob my secret"
// would be read by all. The server isn't told whether a hand or a program is at the
// other end (docs/decisions/line-mode.md); it looks at how the lines come.
//
// Lines that come together are a batch. A short batch with a command in it is held
// for a moment. If the input ends within that, it was a program, such as printf;
// otherwise it was a hand, and its commands are explained instead of said.
const (
	// gapMost is how far apart pieces of a batch may be: less than it takes to press
	// two keys, more than a program that writes line by line takes.
	gapMost = 100 * time.Millisecond
	// endWithin is how soon the end of input follows a program's last line, and
	// endWithinSecret the same where a whisper would be read by all: Ctrl-D is
	// pressed soon after Enter.
	endWithin       = time.Second
	endWithinSecret = 300 * time.Millisecond
	// handLines and handBytes are how much a hand has typed ahead at most. What
	// is more is a program's.
	handLines = 4
	handBytes = 2 << 10
	// introduceAfter is how long nothing may come before whoever it is is told where
	// they are.
	introduceAfter = time.Second
)

// Hand says whether lines of a pipe are typed by hand.
type Hand int

const (
	Perhaps Hand = iota // it can't be told
	Never
	Always
)

// A hand holds back what may have been typed by one.
type hand struct {
	is    Hand
	held  []byte    // a batch that may have been typed
	flows bool      // the batch that is coming is a program's
	gap   time.Time // when the batch is complete
	due   time.Time // when what is held was typed if nothing more came; zero: nothing is held
}

// take takes input, and returns what is to be said now. Commands that were typed are
// given to explain.
func (h *hand) take(input []byte, now time.Time, explain func(command string)) (said []byte) {
	if h.is == Never {
		return input
	}
	if now.After(h.gap) {
		said, h.flows = h.decide(explain), false
	}
	h.gap = now.Add(gapMost)
	h.held = append(h.held, input...)
	found, secret := commands(h.held)
	h.flows = h.flows || bytes.Count(h.held, []byte("\n")) > handLines || len(h.held) > handBytes
	switch {
	case h.is == Always:
		return append(said, h.decide(explain)...)
	case h.flows, !found, !bytes.HasSuffix(h.held, []byte("\n")):
		return append(said, h.release()...)
	}
	h.due = now.Add(endWithin)
	if secret {
		h.due = now.Add(endWithinSecret)
	}
	return said
}

// release returns what is held, to be said.
func (h *hand) release() (said []byte) {
	said, h.held, h.due = h.held, nil, time.Time{}
	return said
}

// decide says that what is held was typed: its commands are explained, and the rest
// is to be said.
func (h *hand) decide(explain func(command string)) (said []byte) {
	for line := range bytes.Lines(h.release()) {
		if name, ok := meant(line); ok {
			explain(name)
		} else {
			said = append(said, line...)
		}
	}
	return said
}

// commands reports whether a command is among lines, and whether one that only one
// person was to read.
func commands(lines []byte) (found, secret bool) {
	for line := range bytes.Lines(lines) {
		if name, ok := meant(line); ok {
			found = true
			secret = secret || name == "msg" || name == "reply" || name == ""
		}
	}
	return found, secret
}

// meant returns the command that a whole line names, or was perhaps to name; it is
// empty if the line only begins as a command does.
func meant(line []byte) (name string, ok bool) {
	text, whole := strings.CutSuffix(string(line), "\n")
	if !whole {
		return "", false
	}
	if entry, ok := command.Called(text); ok {
		return entry.Name, true
	}
	switch in := command.Parse(text).(type) {
	case command.Unknown:
		return in.Nearest, in.Nearest != ""
	case command.Problem:
		return in.Command, true
	}
	return "", false
}

// explanation is what is told in place of saying a command.
func explanation(name, way string) string {
	what := "that begins like a command"
	if name != "" {
		what = "that is the command /" + name
	}
	return note("not said: %s, and there are none in this mode, in which all get to read every line. For commands: %s", what, way)
}

// introduction is what somebody is told who has come and says nothing.
func introduction(way string) string {
	return note("line mode: all get to read every line that you type, and nothing is a command. For the full screen: %s", way)
}
