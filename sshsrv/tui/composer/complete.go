package composer

import (
	"strings"
	"unicode/utf8"
)

// A Candidate is one way to complete what stands before the cursor.
type Candidate struct {
	Text string // what replaces it
	Help string // said beside it, may be empty
}

// A Completion is what could replace text[Start:End], in bytes.
type Completion struct {
	Start, End int
	Candidates []Candidate
}

// A Completer says what could complete text at a cursor, a byte offset. It is
// called when Tab is pressed.
type Completer func(text string, cursor int) Completion

// maxCandidates is how many candidates are offered; behind more nobody looks.
const maxCandidates = 64

// completing is a completion under way: the candidates are shown, and further
// Tabs go through them.
type completing struct {
	from, to   int // what is replaced, as it was when Tab was pressed
	candidates []Candidate
	chosen     int  // -1: only what all have in common is in the text
	changed    bool // the last change of the buffer is this completion's
}

// Candidates returns what is offered at the moment, none if Tab was not
// pressed, and which of them is in the text, -1 if none is.
func (c *Composer) Candidates() (candidates []Candidate, chosen int) {
	if c.completing == nil {
		return nil, -1
	}
	return c.completing.candidates, c.completing.chosen
}

// complete begins a completion, or goes on by so many candidates.
func (c *Composer) complete(by int) Action {
	if c.completing != nil {
		return c.cycle(by)
	}
	if c.completer == nil || by < 0 {
		return Unused{}
	}
	found := c.completer(c.Text(), c.at)
	if len(found.Candidates) == 0 || found.Start < 0 || found.Start > found.End || found.End > len(c.text) {
		return NoMatch{}
	}
	if len(found.Candidates) == 1 {
		c.replace(found.Start, found.End, found.Candidates[0].Text, alone)
		return Edited{}
	}
	found.Candidates = found.Candidates[:min(len(found.Candidates), maxCandidates)]
	c.completing = &completing{from: found.Start, to: found.End, candidates: found.Candidates, chosen: -1}
	if common := commonPrefix(found.Candidates); len(common) > found.End-found.Start {
		c.offer(common)
	}
	return Edited{}
}

func (c *Composer) cycle(by int) Action {
	p := c.completing
	n := len(p.candidates)
	if p.chosen < 0 && by < 0 {
		p.chosen = 0
	}
	p.chosen = (p.chosen + by + n) % n
	c.offer(p.candidates[p.chosen].Text)
	return Edited{}
}

// offer puts text in the place of what is being completed, as one change
// together with what was offered before.
func (c *Composer) offer(text string) {
	p := c.completing
	if p.changed {
		c.revert()
	}
	before := c.rev
	c.replace(p.from, p.to, text, alone)
	p.changed = c.rev != before
}

// refuse ends a completion and takes back what it changed.
func (c *Composer) refuse() {
	if c.completing.changed {
		c.revert()
	}
	c.completing = nil
}

// commonPrefix is what all candidates begin with, in whole characters.
func commonPrefix(candidates []Candidate) string {
	common := candidates[0].Text
	for _, candidate := range candidates[1:] {
		n := 0
		for n < len(common) && n < len(candidate.Text) && common[n] == candidate.Text[n] {
			n++
		}
		common = common[:n]
	}
	for common != "" && !utf8.ValidString(common) {
		common = common[:len(common)-1]
	}
	return strings.TrimRight(common, "\u200d")
}
