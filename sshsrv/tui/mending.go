package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/rooms/mending"
	"sotto/sshsrv/tui/timeline"
)

// What is done to something that was said: reactions, changing it, taking it back.

// reacted shows a reaction. It calls nobody and moves nothing else.
func (s *Screen) reacted(e *rooms.Reacted) {
	s.composing.answered(e.ID)
	s.reading.timeline.React(e)
}

// retracted forgets what was taken back, wherever it stands.
func (s *Screen) retracted(e *rooms.Retracted) tea.Cmd {
	s.composing.answered(e.ID)
	if it, ok := s.said(e.Re); ok && it.From.ID == s.you.ID {
		s.composing.composer.Forget(it.Text, isOf(it))
	}
	if s.reading.retract(e) {
		s.status.say(retractedChoice)
	}
	s.composing.retracted(e.Re)
	s.layout.touch() // something may quote it
	return s.layout.later()
}

// amended shows how a message reads now.
func (s *Screen) amended(e *rooms.Amended) tea.Cmd {
	s.composing.amendCame(e.ID)
	if was, ok := s.said(e.Re); ok && was.From.ID == s.you.ID && was.Text != e.Text {
		s.composing.composer.Forget(was.Text, isOf(was))
	}
	call := s.reading.amend(e)
	s.layout.touch()
	return tea.Batch(call, s.layout.later())
}

// said returns the message of a number, if it is here.
func (p *place) said(seq uint64) (it timeline.Said, ok bool) {
	if id := p.reading.timeline.Message(seq); id != timeline.None {
		it, ok = p.reading.timeline.Item(id).(timeline.Said)
	}
	return it, ok
}

// isOf reports of what somebody typed whether it said a message.
func isOf(it timeline.Said) func(typed string) bool {
	return func(typed string) bool {
		switch in := command.Parse(typed).(type) {
		case command.Say:
			if in.Text == it.Text {
				return true
			}
		case command.Me:
			return in.Text == it.Text
		case command.Amend:
			return in.Text == it.Text
		case command.Poll:
			return in.Question == it.Text
		}
		return rooms.CheckText(typed) != nil && it.Text != "" && strings.Contains(typed, it.Text) // in parts
	}
}

// reactTo puts this person's reaction on a message, or takes it off if it is there. Typed is
// what they typed for that, if anything.
func (s *Screen) reactTo(id int, emoji, typed string) {
	seq, ok := s.reading.timeline.Seq(id)
	if !ok || s.reading.timeline.IsGone(id) {
		return
	}
	s.composing.send(typed, func(op string) rooms.Op {
		s.reacting = rooms.React{ID: op, Re: seq, Emoji: emoji, On: !s.reading.timeline.Reacts(id, emoji)}
		return s.reacting
	})
}

// isSo reports whether a refused reaction is as it was asked for, as after two clicks at
// once: nobody needs a word about it.
func (s *Screen) isSo(e *rooms.Refused) bool {
	if e.ID == "" || e.ID != s.reacting.ID || e.Err.Code != rooms.NotAllowed {
		return false
	}
	id := s.reading.timeline.Message(s.reacting.Re)
	return id != timeline.None && s.reading.timeline.Reacts(id, s.reacting.Emoji) == s.reacting.On
}

// retract takes a message back.
func (s *Screen) retract(id int) {
	if it, ok := s.reading.timeline.Item(id).(timeline.Said); ok && !it.Gone {
		s.composing.send("", func(op string) rooms.Op { return rooms.Retract{ID: op, Re: it.Seq} })
	}
}

// mayRetract says why this person can't take a message back; empty: they can.
func (p *place) mayRetract(id int) string {
	it, ok := p.reading.timeline.Item(id).(timeline.Said)
	switch _, offer := p.reading.timeline.Item(id).(*timeline.Offered); {
	case offer:
		return mending.IsOffered
	case !ok:
		return notSaid
	case it.From.ID == p.you.ID:
	case p.kind == rooms.KindSealed:
		return "In a sealed room only who said something takes it back."
	case !p.you.Host:
		return "Only who said it, or a host, takes something back."
	}
	return ""
}

// notSaid is about whispers.
const notSaid = "That works for what was said to everybody."

// amend begins to change a message, or says why it can't.
func (s *Screen) amend(id int) (why string) {
	it, ok := s.reading.timeline.Item(id).(timeline.Said)
	switch {
	case !ok:
		return notSaid
	case it.From.ID != s.you.ID:
		return "Only who said something changes it."
	case !s.reading.timeline.Amendable(id):
		return "A message can be changed for five minutes after it was said."
	case !s.composing.composer.Empty():
		return "Say or clear what you are writing first."
	}
	s.composing.change(it)
	return ""
}

// amendNewest begins to change what this person said last, if that was a message which
// can be, and reports whether it does.
func (s *Screen) amendNewest() bool {
	if s.composing.amending != 0 || !s.composing.composer.Empty() || !s.composing.said() {
		return false
	}
	it, ok := s.mine()
	if typed := s.composing.composer.LastSent(); !ok || typed == "" || !isOf(it)(typed) {
		return false // what was entered last was something else, which comes back
	}
	s.composing.change(it)
	return true
}

// mine is the newest message of this person's own, if they can still change it.
func (s *Screen) mine() (it timeline.Said, ok bool) {
	if id := s.reading.timeline.Mine(); id != timeline.None {
		it, ok = s.reading.timeline.Item(id).(timeline.Said)
	}
	return it, ok
}

// up is the key that goes back through what was sent: where it comes to their newest
// message, they change that, and the next time have it as any other text.
func (s *Screen) up(msg tea.KeyPressMsg) tea.Cmd {
	c := &s.composing
	if s.amendNewest() || s.leaveRecalled() {
		return nil
	}
	it, ok := s.mine()
	arrives := ok && c.amending == 0 && c.said() && !c.composer.Recalled(isOf(it))
	cmd := c.key("up", msg, s.submit)
	if arrives && c.composer.Recalled(isOf(it)) {
		c.change(it)
		c.recalled = true
	}
	return cmd
}

// leaveRecalled ends a change that [Screen.up] came to and that changed nothing yet, and
// reports whether the text as it was sent stands there then.
func (s *Screen) leaveRecalled() bool {
	c := &s.composing
	if c.amending == 0 || !c.recalled || c.composer.Text() != c.was {
		return false
	}
	it, ok := s.said(c.amending)
	c.unchanged()
	return ok && c.composer.Recall(isOf(it))
}

// reactionsCard says who reacted to a message.
func reactionsCard(t *timeline.Timeline, seq uint64) *card {
	return &card{title: "who reacted", wide: cardWidth, rows: func(l look, width, _ int) []string {
		id := t.Message(seq)
		if id == timeline.None || t.IsGone(id) {
			return l.wrap("That message is gone.", width)
		}
		var rows, options []string
		if it, ok := t.Item(id).(timeline.Said); ok {
			options = it.Options
		}
		on := append(t.Votes(id), t.Reactions(id)...)
		label := func(i int) string {
			label := on[i].Emoji
			if i < len(options) {
				label += " " + options[i]
			}
			return l.cells.Cut(label, max(width/2, 1), "…")
		}
		widest := 0
		for i := range on {
			widest = max(widest, l.cells.Width(label(i)))
		}
		for i, r := range on {
			var names []string
			for _, p := range r.Who {
				names = append(names, p.Nick)
			}
			if len(names) == 0 {
				names = []string{"nobody"}
			}
			rows = append(rows, l.pair(label(i), strings.Join(names, ", "), widest+2, width)...)
		}
		if len(rows) == 0 {
			return l.wrap("Nobody reacts to that any more.", width)
		}
		return rows
	}}
}

// retract takes away what was taken back, and reports whether it was chosen.
func (r *reading) retract(e *rooms.Retracted) (chosen bool) {
	_, before := r.timeline.Selected()
	id, called := r.timeline.Retract(e)
	if id == timeline.None {
		return false
	}
	r.unread.takeBack(id, called)
	r.search.mended(id)
	if _, still := r.timeline.Selected(); before && !still && r.choosing {
		r.loseChoice(retractedChoice)
		return true
	}
	return false
}

// amend shows other words, and calls for this person's attention if these name them.
func (r *reading) amend(e *rooms.Amended) (call tea.Cmd) {
	r.attend()
	id, calls := r.timeline.Amend(e)
	if id == timeline.None {
		return nil
	}
	r.search.mended(id)
	if calls {
		r.unread.named(id)
		return r.call(true)
	}
	return nil
}

// changing is the message that is being changed in the composer.
type changing struct {
	amending uint64 // its seq; 0: none is
	was      string // its text, as it would be typed
	orphan   bool   // what is written was meant to change one that can't be changed any more
	recalled bool   // looking through what was sent led there

	asked   string // the id of the change that was last asked for
	amended uint64 // and which message that was
}

// change begins to change a message.
func (c *composing) change(it timeline.Said) {
	c.answering, c.orphan = 0, false
	c.amending, c.was, c.recalled = it.Seq, command.Speech(it.Text), false
	c.composer.TakeUp(c.was)
	c.began = time.Time{}
}

// amend asks for what is written to be the text of the message that is being changed. It
// reports false if this person is about to be elsewhere.
func (c *composing) amend(typed, text string) bool {
	if c.leaves() {
		c.status.say(c.leavesWords())
		return false
	}
	re, was := c.amending, c.was
	c.amending, c.was = 0, ""
	if typed == was {
		return true // it is so already
	}
	c.send(typed, func(id string) rooms.Op {
		c.asked, c.amended = id, re
		return rooms.Amend{ID: id, Re: re, Text: text}
	})
	return true
}

// unchanged leaves the message that was being changed as it was.
func (c *composing) unchanged() {
	c.composer.LetGo(c.was)
	c.amending, c.was = 0, ""
}

// amendCame notes that a change was made.
func (c *composing) amendCame(op string) {
	c.answered(op)
	if op == c.asked {
		c.asked, c.amended = "", 0
	}
}

// amendRefused goes on with a change that was refused, for this reason, and reports whether
// it does: not if the message can't be changed any more, or something else is written.
func (c *composing) amendRefused(e *rooms.Refused) bool {
	if e.ID == "" || e.ID != c.asked {
		return false
	}
	re, text := c.amended, c.sent[e.ID]
	c.asked, c.amended = "", 0
	if text == "" || e.Err.Code == rooms.UnknownMessage || c.amending != 0 || !c.composer.Empty() {
		c.orphan = text != "" && c.amending == 0
		return false
	}
	c.answered(e.ID)
	c.amending = re
	c.composer.TakeUp(text)
	c.status.keep(e.Err.Message)
	return true
}

// retractedChoice, retractedAnswer and retractedChange say that what somebody was at is gone.
const (
	retractedChoice = "What you had chosen was taken back."
	retractedAnswer = "What you were answering was taken back, so what you write is no answer any more."
	retractedChange = "What you were changing was taken back."
)

// retracted says that a message is gone.
func (c *composing) retracted(seq uint64) {
	if c.answering == seq {
		c.answering = 0
		c.status.say(retractedAnswer)
	}
	if c.amending == seq {
		c.was = c.composer.Text() // none of it is kept
		c.unchanged()
		c.orphan = true
		c.status.keep(retractedChange)
	}
}

// keptChange and leftChange say what becomes of a change that was begun in a room which was
// left since, and asksWhetherNew asks before words for it are said as any others.
const (
	keptChange     = "What you were changing stays as it was; your words are here as a draft."
	leftChange     = "What you were changing stays as it was, in the room you left."
	asksWhetherNew = "That can't change the message any more. Enter once more says it as a new one."
)

// leaveChange ends a change, if one was begun, as its room is left. What was written for it
// is a draft from then on. It returns a sentence about that, or "".
func (c *composing) leaveChange() (told string) {
	switch {
	case c.amending == 0:
		return ""
	case c.composer.Text() == c.was && !c.asks():
		c.unchanged()
		return leftChange
	}
	c.composer.Adopt()
	return keptChange
}

// wouldBeNew reports whether what was entered would be said as a new message though it may
// have been meant to change one, and asks about it, once.
func (c *composing) wouldBeNew() bool {
	if !c.orphan {
		return false
	}
	c.orphan = false
	c.status.say(asksWhetherNew)
	return true
}
