package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/waiting"
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/style"
)

// outgoing is what this person said and the room has not yet.
type outgoing struct {
	queue waiting.Queue
	id    string    // of the op that is on its way from it; empty: none is
	since time.Time // when it went out
	slow  bool      // what waits has waited for so long that it is shown
	late  bool      // what is on its way has been for so long that it is shown
	stood bool      // it was shown as it waited
	// then is what happens once everything was said: this person leaves, or goes to
	// another room. Nil: they stay.
	then  func() tea.Cmd
	going bool // this person is on the way to another room

	sent   map[string]string // what was typed for another op not yet answered, by op id
	lastOp int
}

// said reports whether nothing that was entered is on its way or waits.
func (o *outgoing) said() bool { return o.id == "" && len(o.queue.Waiting()) == 0 }

// leaves reports whether this person is about to be elsewhere.
func (o *outgoing) leaves() bool { return o.going || o.then != nil }

// Nearly always words are in the room by then, and a row that comes and goes is in the way.
const (
	// lateAfter is how long words may be on their way to another machine before they are
	// shown as such.
	lateAfter = flushEvery
	// lateHere is that on the room's own machine, which may have to wait for the others
	// that share the room: what it takes of itself is done at once.
	lateHere = time.Second
)

// lateness is how long this person's words are on their way before that is shown.
func (c *composing) lateness() time.Duration {
	if c.remote {
		return lateAfter
	}
	return lateHere
}

// leavesWords says why nothing is said any more.
func (o *outgoing) leavesWords() string {
	if o.going {
		return "You are on the way to another room. This stays here until you are there."
	}
	return "You are about to leave this room. This stays here; Esc takes back what waits, and you stay."
}

// line has the room say something, now or when its turn comes. It reports false
// if too much waits already, or this person is about to be in another room.
func (c *composing) line(text string, op func(id string) rooms.Op) (tea.Cmd, bool) {
	if c.leaves() {
		c.status.say(c.leavesWords())
		return nil, false
	}
	if !c.queue.Add(waiting.Line{Text: text, Op: op}) {
		c.status.count(c.fullWords())
		return nil, false
	}
	c.lines++
	cmd := c.goOn()
	if len(c.queue.Waiting()) > 0 {
		cmd = tea.Batch(cmd, c.later())
	}
	return cmd, true
}

// fullWords says that no more lines can wait.
func (o *outgoing) fullWords() string {
	return style.Plural(len(o.queue.Waiting()), "line waits", "lines wait") + " to be said; this one stays here until there is room. Esc takes them back."
}

// goOn sends the next line if it may go; otherwise it is due later. A new name
// only has its place among them.
func (c *composing) goOn() tea.Cmd {
	now := c.now()
	for l, ok := c.queue.Next(now); ok; l, ok = c.queue.Next(now) {
		c.changed = true
		if _, renames := l.Op("").(rooms.Rename); renames {
			c.send(l.Text, l.Op) // whose answer nothing waits for: there may be none
			c.queue.Said(now)
			continue
		}
		c.outgoing.id, c.since = c.opID(), now
		c.ask(l.Op(c.outgoing.id))
		c.late, c.stood = c.remote && c.slow, c.slow
	}
	c.slow = c.slow && len(c.queue.Waiting()) > 0
	if c.status.counts && len(c.queue.Waiting()) == 0 {
		c.status.say("")
	}
	if c.then != nil && c.said() {
		then := c.then
		c.then = nil
		return then()
	}
	return nil
}

// due is when fallsDue has something to do; zero: the clock alone changes nothing.
func (c *composing) due() time.Time {
	switch {
	case c.outgoing.id == "":
		return c.queue.Due()
	case c.late:
		return time.Time{}
	}
	return c.since.Add(c.lateness())
}

// fallsDue shows what has been on its way for too long, or sends what had to wait.
func (c *composing) fallsDue() tea.Cmd {
	if c.outgoing.id == "" {
		return c.goOn()
	}
	c.late = true
	return nil
}

// showWaiting shows what still waits.
func (c *composing) showWaiting() {
	c.slow = len(c.queue.Waiting()) > 0
	c.changed = c.changed || c.slow
}

// whenSaid does something once all that waits was said, and tells by these words that
// it waits for that. It reports false if nothing waits.
func (c *composing) whenSaid(words string, do func() tea.Cmd) bool {
	n := len(c.queue.Waiting())
	if n == 0 {
		return false
	}
	c.then = do
	c.status.count(style.Plural(n, "line waits", "lines wait") + words)
	return true
}

// answered forgets what was typed for an op that is no line.
func (o *outgoing) answered(op string) { delete(o.sent, op) }

// answers reports whether something answers an op that was asked for here, and for which
// nothing has come yet.
func (o *outgoing) answers(op string) bool {
	_, ok := o.sent[op]
	o.answered(op)
	return ok && op != ""
}

// cameBack says that an op of this person's has come back from the room.
func (c *composing) cameBack(op string) tea.Cmd {
	if op == "" || op != c.outgoing.id {
		c.answered(op)
		return nil
	}
	c.outgoing.id, c.changed = "", true
	c.queue.Said(c.now())
	return c.goOn()
}

// refused gives the words back that could not be said, with the reason; what was
// only too fast waits.
func (c *composing) refused(e *rooms.Refused, st *stay) tea.Cmd {
	if c.amendRefused(e) {
		return nil
	}
	now, lines := c.now(), []waiting.Line(nil)
	switch text, ok := c.sent[e.ID]; {
	case ok:
		c.answered(e.ID)
		lines = []waiting.Line{{Text: text}}
	case e.ID == "" || e.ID != c.outgoing.id:
		c.status.say(e.Err.Message)
		c.status.passing = e.Err.Code == rooms.Undelivered
		return nil
	case e.Err.Code == rooms.RateLimited:
		c.queue.Early(now)
		c.slow = true
	case e.Err.Code == rooms.TooSoon:
		c.queue.TooSoon(now, e.Err.Wait)
		c.slow, c.slowUntil, c.changed = true, now.Add(e.Err.Wait), true
	case e.Err.Code == rooms.Undelivered, e.Err.Code == rooms.Uncertain, e.Err.Code == rooms.Unreachable:
		lines = c.queue.Lost()
	default:
		lines = []waiting.Line{c.queue.Refused(now)}
	}
	if e.Err.Code == rooms.UnknownMember && len(lines) > 0 {
		c.doubt(lines[0].Text, st.roster)
	}
	if len(lines) == 0 || lines[0].Op != nil {
		c.outgoing.id, c.changed = "", true
	}
	if len(lines) > 0 {
		c.then = nil
		c.status.keep(strings.TrimSpace(e.Err.Message + " " + c.giveBack(lines)))
		c.status.passing = e.Err.Code == rooms.Undelivered
	}
	return c.goOn()
}

// keptApart says where words are that can't stand beside what is being written.
const keptApart = "It was kept apart from what you write: Ctrl-Y brings it here."

// giveBack puts lines into the composer again, in front of what is there, and says
// where those are that must not be put together with it.
func (c *composing) giveBack(lines []waiting.Line) string {
	var words []string
	for _, l := range lines {
		if len(lines) == 1 || composer.IsSpeech(l.Text) {
			words = append(words, l.Text)
		}
	}
	if len(words) > 0 && !c.composer.Restore(strings.Join(words, "\n")) {
		return keptApart
	}
	if len(words) < len(lines) {
		return "Commands stay apart: ↑ brings them back."
	}
	return ""
}

// takeBack gives back everything that waits.
func (c *composing) takeBack() {
	lines := c.queue.TakeBack()
	c.slow, c.then = false, nil
	c.status.keep(strings.TrimSpace(style.Plural(len(lines), "line", "lines") + " taken back. " + c.giveBack(lines)))
}

// unsaid is what this person wrote and the room has not said, one line or more.
func (c *composing) unsaid() []string {
	var texts []string
	for _, l := range c.queue.Unsaid() {
		texts = append(texts, l.Text)
	}
	return append(texts, slices.DeleteFunc(c.composer.Drafts(), func(draft string) bool {
		return c.amending != 0 && draft == c.was // which was said
	})...)
}

// underway reports whether the first of those is on its way, and may have been said.
func (o *outgoing) underway() bool {
	return o.id != "" && len(o.queue.Unsaid()) > len(o.queue.Waiting())
}

func (o *outgoing) opID() string {
	o.lastOp++
	return rooms.Apart(fmt.Sprint("t", o.lastOp)) // it stays in the timeline
}

// maxSent is how many ops may be unanswered and their text still be given back.
// Somebody who types does not get there.
const maxSent = 64

// send does an op that is no line, and keeps its text until it is answered.
func (c *composing) send(text string, op func(id string) rooms.Op) {
	id := c.opID()
	if len(c.sent) < maxSent {
		c.sent[id] = text
	}
	c.ask(op(id))
}

// rename asks for another name. What was said before is said by the old one.
func (c *composing) rename(typed, nick string) (tea.Cmd, bool) {
	op := func(id string) rooms.Op { return rooms.Rename{ID: id, Nick: nick} }
	if c.said() && !c.leaves() {
		c.send(typed, op)
		return nil, true
	}
	return c.line(typed, op)
}

// quit leaves, once what waits was said.
func (c *composing) quit() tea.Cmd {
	if c.then != nil || !c.whenSaid(" to be said first, then you leave. /quit again leaves now.", func() tea.Cmd { return tea.Quit }) {
		return tea.Quit
	}
	return nil
}
