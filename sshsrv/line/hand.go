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
// Lines that come together are a batch. A short batch with a command in it, or what
// begins like one, is held for a moment. If the input ends within that, it was a
// program, such as printf; otherwise it was a hand, and what the other doors would not
// say is explained instead of said, but for the paths that programs report. Once
// something came at a hand's pace, all that comes is a hand's, the end of input too.
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
	is     Hand
	here   func(nick string) bool // whether somebody is called that
	paced  bool                   // something came as a hand types
	held   []byte                 // a batch that may have been typed, or a line that has not ended
	within bool                   // held begins within a line whose beginning is said
	flows  bool                   // the batch that is coming is a program's
	gap    time.Time              // when the batch is complete; zero: none has come
	due    time.Time              // when what is held was typed if nothing more came; zero: nothing waits for that
}

// take takes input, and returns what is to be said now. Commands that were typed are
// given to explain.
func (h *hand) take(input []byte, now time.Time, explain func(command string)) (said []byte) {
	if h.is == Never {
		return input
	}
	if !h.gap.IsZero() && now.After(h.gap) {
		h.paced = h.paced || !h.flows
		said, h.flows = h.decide(explain), false
	}
	h.gap = now.Add(gapMost)
	h.held = append(h.held, input...)
	h.flows = h.flows || bytes.Count(h.held, []byte("\n")) > handLines || len(h.held) > handBytes
	if h.typed() {
		return append(said, h.decide(explain)...)
	}
	found, secret := h.commands()
	if h.flows || !found {
		return append(said, h.release(bytes.LastIndexByte(h.held, '\n')+1)...)
	}
	h.due = now.Add(endWithin)
	if secret {
		h.due = now.Add(endWithinSecret)
	}
	return said
}

// typed reports whether what comes is known to be a hand's.
func (h *hand) typed() bool { return h.is == Always || h.paced }

// wait says that what is held was waited for in vain, or that whoever it is let so
// much time pass that it is no program which had its words ready.
func (h *hand) wait(explain func(command string)) (said []byte) {
	h.paced = h.is == Perhaps
	return h.decide(explain)
}

// finish takes the end of input, with which a last line ends.
func (h *hand) finish(explain func(command string)) (said []byte) {
	if !h.typed() {
		return h.release(len(h.held))
	}
	said = h.decide(explain)
	if name, _, ok := h.meant(h.held); ok && !h.within {
		explain(name)
		h.held = nil
	}
	return append(said, h.release(len(h.held))...)
}

// release returns so much of what is held, to be said.
func (h *hand) release(n int) (said []byte) {
	said, h.held, h.due = h.held[:n:n], h.held[n:], time.Time{}
	if n > 0 {
		h.within = said[n-1] != '\n'
	}
	if len(h.held) > handBytes { // in one line: speech cuts it
		said, h.held, h.within = append(said, h.held...), nil, true
	}
	return said
}

// decide says that what is held was typed: the commands among its whole lines are
// explained, and the rest of them is to be said.
func (h *hand) decide(explain func(command string)) (said []byte) {
	within := h.within
	for line := range bytes.Lines(h.release(bytes.LastIndexByte(h.held, '\n') + 1)) {
		if name, _, ok := h.meant(line); ok && !within {
			explain(name)
		} else {
			said = append(said, line...)
		}
		within = false
	}
	return said
}

// commands reports whether a command is among the lines that are held, the last of
// which may not have ended, and whether one that only one person was to read.
func (h *hand) commands() (found, secret bool) {
	within := h.within
	for line := range bytes.Lines(h.held) {
		if _, forOne, ok := h.meant(line); ok && !within {
			found, secret = true, secret || forOne
		}
		within = false
	}
	return found, secret
}

// meant reports whether a line is not for all as it stands, the command whose very
// name it has, if any, and whether it may have been for one person. Whose lines come
// as slowly as a hand types may be a program still, and programs say paths.
func (h *hand) meant(line []byte) (name string, forOne, ok bool) {
	text := strings.TrimSuffix(string(line), "\n")
	name, forOne, ok = command.Withheld(text, h.here)
	if name == "" && h.is != Always && command.Path(text) {
		return "", false, false
	}
	return name, forOne, ok
}

// explanation is what is told in place of saying what is a command, or begins like one.
func explanation(name, way string) string {
	const none = "and there are none in this mode, in which all get to read every line"
	if name == "" {
		return note("not said: that begins like a command, %s. To say it, put a word before it. For commands: %s", none, way)
	}
	return note("not said: that is the command /%s, %s. For commands: %s", name, none, way)
}

// introduction is what somebody is told who has come and says nothing.
func introduction(way string) string {
	return note("line mode: all get to read every line that you type, and nothing is a command. For the full screen: %s", way)
}
