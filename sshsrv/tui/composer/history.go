package composer

import (
	"maps"
	"slices"
	"strings"
	"time"

	"sotto/rooms"
)

const (
	// maxSent is how many sent texts the arrow keys go back through.
	maxSent = 100
	// maxSentBytes is how much those hold together.
	maxSentBytes = 64 << 10
	// maxKept is how many changed lines a walk through the history keeps with
	// all that can be undone in them.
	maxKept = 4
)

// A history is what this person sent in this session, in memory alone. While
// somebody walks through it, every line that was changed on the way keeps its
// change, and what was not sent yet waits below the newest.
type history struct {
	sent   []string    // the newest last
	times  []time.Time // when each was
	bytes  int
	number int            // the line that is being edited; len(sent): the unsent one
	kept   map[int]buffer // the other lines that were changed, and the unsent one
	found  found          // what was last looked for in sent, until that changes
}

// add appends a text that is sent now, once if it was the last one too.
func (h *history) add(text string, now time.Time) {
	h.found = found{}
	if n := len(h.sent); n == 0 || h.sent[n-1] != text {
		h.sent, h.times = append(h.sent, rooms.Apart(text)), append(h.times, now)
		h.bytes += len(text)
	}
	h.times[len(h.times)-1] = now
	drop, bytes := 0, h.bytes
	for len(h.sent)-drop > maxSent || bytes > maxSentBytes && drop < len(h.sent)-1 {
		bytes -= len(h.sent[drop])
		drop++
	}
	h.forget(drop)
}

// forget forgets so many texts, the oldest ones.
func (h *history) forget(n int) {
	h.found = found{}
	for _, text := range h.sent[:n] {
		h.bytes -= len(text)
	}
	h.sent, h.times = slices.Delete(h.sent, 0, n), slices.Delete(h.times, 0, n)
}

// ForgetLast forgets the text that was sent last.
func (c *Composer) ForgetLast() {
	h := &c.history
	n := len(h.sent)
	if n == 0 || h.number < n {
		return
	}
	h.found = found{}
	c.forgetCut(h.sent[n-1:])
	h.bytes -= len(h.sent[n-1])
	h.sent, h.times = slices.Delete(h.sent, n-1, n), h.times[:n-1]
	h.number = n - 1
}

// forgetCut forgets what was cut out of texts.
func (c *Composer) forgetCut(texts []string) {
	c.kills.pieces = slices.DeleteFunc(c.kills.pieces, func(piece string) bool {
		return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, piece) })
	})
}

// OldestSent is when the oldest text was sent that can be brought back; zero: there is none.
func (c *Composer) OldestSent() time.Time {
	if len(c.history.times) == 0 {
		return time.Time{}
	}
	return c.history.times[0]
}

// LastSent is the text that was sent last, or "".
func (c *Composer) LastSent() string {
	if n := len(c.history.sent); n > 0 {
		return c.history.sent[n-1]
	}
	return ""
}

// newest is the place of the newest text that was sent of which something holds, or -1.
func (h *history) newest(is func(sent string) bool) int {
	for i, text := range slices.Backward(h.sent) {
		if is(text) {
			return i
		}
	}
	return -1
}

// Recalled reports whether somebody who looks through what they sent is at the newest text
// of which something holds, and has it as it was sent.
func (c *Composer) Recalled(is func(sent string) bool) bool {
	h := &c.history
	return h.number < len(h.sent) && string(c.text) == h.sent[h.number] && h.newest(is) == h.number
}

// Recall goes to that text, and reports whether there is one.
func (c *Composer) Recall(is func(sent string) bool) bool {
	at := c.history.newest(is)
	if at >= 0 && at != c.history.number {
		c.endRun()
		c.walk(at - c.history.number)
	}
	return at >= 0
}

// Forget forgets words that were said: the texts that were sent and are these, and what was
// cut, undone or begun of them, or of the words themselves where those are known. Whoever
// looks through what they sent is back at what they had begun before; if they changed what
// they were at, that is what they write now.
func (c *Composer) Forget(words string, are func(sent string) bool) {
	h := &c.history
	var gone []string
	for _, text := range h.sent {
		if are(text) {
			gone = append(gone, text)
		}
	}
	if len(gone) > 0 {
		h.found = found{}
		if h.number < len(h.sent) {
			c.returnFrom()
		}
		for _, number := range slices.Sorted(maps.Keys(h.kept)) { // their numbers change
			c.setAside(number)
		}
		kept := 0
		for i, text := range h.sent {
			if are(text) {
				h.bytes -= len(text)
				continue
			}
			h.sent[kept], h.times[kept] = text, h.times[i]
			kept++
		}
		clear(h.sent[kept:])
		h.sent, h.times = h.sent[:kept], h.times[:kept]
		h.number = kept
	}
	if words != "" {
		gone = append(gone, words)
	}
	c.forgetCut(gone)
	for _, words := range gone {
		c.kills.pieces = slices.DeleteFunc(c.kills.pieces, func(piece string) bool { return strings.Contains(piece, words) })
		if c.buffer.had(words) {
			c.endRun()
			c.buffer.forget()
		}
		if c.aside != nil && c.aside.had(words) {
			c.aside.forget()
		}
	}
}

// had reports whether something that can be undone or done again has words in it.
func (b *buffer) had(words string) bool {
	has := func(c change) bool {
		return strings.Contains(string(c.removed), words) || strings.Contains(string(c.inserted), words)
	}
	return slices.ContainsFunc(b.undo, has) || slices.ContainsFunc(b.redo, has)
}

// ForgetSent forgets the texts that were sent by a time, and what was cut out of them.
// Somebody who is at one of them is back at what they had begun before; if they changed
// it, that is what they write now, and undoing that brings back what they had begun.
func (c *Composer) ForgetSent(by time.Time) {
	h := &c.history
	n := 0
	for n < len(h.sent) && !h.times[n].After(by) {
		n++
	}
	if n == 0 {
		return
	}
	if h.number < len(h.sent) {
		c.returnFrom()
	}
	c.forgetCut(h.sent[:n])
	h.forget(n)
	h.number = len(h.sent)
}

// returnFrom ends a walk: somebody is back at what they had begun before. If they changed
// the text that they are at, that is what they write now.
func (c *Composer) returnFrom() {
	c.endRun()
	changed := string(c.text) != c.history.sent[c.history.number]
	writes := c.Text()
	if c.leave(); changed {
		c.Set(writes)
	}
	c.history.number = len(c.history.sent)
}

// older and newer walk through the history.
func (c *Composer) older() { c.walk(-1) }
func (c *Composer) newer() { c.walk(1) }

func (c *Composer) walk(by int) {
	h := &c.history
	from, to := h.number, h.number+by
	if to < 0 || to > len(h.sent) {
		return
	}
	if from == len(h.sent) || string(c.text) != h.sent[from] {
		c.keep(from)
	}
	h.number = to
	rev := c.rev
	if kept, ok := h.kept[to]; ok {
		c.buffer = kept
		delete(h.kept, to)
	} else {
		c.buffer = buffer{text: []byte(h.sent[to])}
		c.at = len(c.text)
		if by > 0 { // from above, a text is entered at its first line
			c.at = c.lineEnd(0)
		}
	}
	c.rev, c.laid = rev+1, 0
	c.layout.steady = false
}

// keep keeps the line that is being edited as it is. If too many changed lines
// are kept, the oldest one goes where cut text goes.
func (c *Composer) keep(number int) {
	h := &c.history
	if h.kept == nil {
		h.kept = make(map[int]buffer)
	}
	if len(h.kept) == maxKept {
		oldest := slices.Min(slices.Collect(maps.Keys(h.kept)))
		c.setAside(oldest)
	}
	h.kept[number] = c.buffer
}

func (c *Composer) setAside(number int) {
	kept := c.history.kept[number]
	delete(c.history.kept, number)
	c.kills.growing = false
	c.kills.add(string(kept.text), false)
	c.kills.growing = false
}

// leave ends a walk. What had been started before
// the walk is back; lines of the history that were changed and not sent are
// where cut text is.
func (c *Composer) leave() {
	h := &c.history
	rev := c.rev
	c.buffer = h.kept[len(h.sent)]
	c.rev, c.laid = rev+1, 0
	delete(h.kept, len(h.sent))
	for _, number := range slices.Sorted(maps.Keys(h.kept)) {
		c.setAside(number)
	}
	h.kept = nil
}

// sendOff ends a walk behind a text that is sent. What had been started before the walk
// does not come back unasked, where the next words would be added to it: undoing brings it.
func (c *Composer) sendOff() {
	c.leave()
	c.replace(0, len(c.text), "", alone)
}
