// Package mending is what one participant's own end knows of the newest messages, as far
// as they can be reacted to, taken back and changed, and which of them a command is about.
// Every door that is written in Go asks it, so that "/react" and "/retract" mean the same
// message in each.
//
// It keeps no more of a text than its door has it keep, nothing of what was taken back, and
// so many messages and names. It runs nothing and knows no screen and no clock.
package mending

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"sotto/rooms"
)

// Messages are the newest that a participant got. The zero value keeps none.
type Messages struct {
	Keep   int                         // how many are kept at most
	Names  int                         // how many people are kept for each emoji of each
	Begins func(text string) string    // what is kept of a text; nil: nothing
	Hidden func(who rooms.Person) bool // whose words and reactions are not shown; nil: nobody's
	you    string                      // this participant's id
	newest []*Message                  // the newest last
}

// A Message is one that may be reacted to, or the offer of a file.
type Message struct {
	Seq       uint64
	From      rooms.Person
	At        time.Time // when it was got
	Action    bool
	File      bool       // it is an offer, whose name begins it
	Begins    string     // what is kept of its text
	Before    []string   // the same of what it was before it was changed
	Options   []string   // the same of a poll's answers
	Reactions []Reaction // in the order in which their first came
	Gone      bool       // it was taken back
	over      bool       // it is the offer of a file that can't be taken any more
	Called    bool       // it has called for this participant's attention; for the door to say
}

// A Reaction is an emoji on a message, or a choice in a poll, and who put it there.
type Reaction struct {
	Emoji string
	Count int // of people; some may be hidden
	Mine  bool
	By    []rooms.Person // those who are kept, this participant not among them
}

// Happen takes an event. It returns the message that it is about, as it is then; nil if that
// is not kept, or was taken back before.
func (m *Messages) Happen(e rooms.Event, now time.Time) *Message {
	switch e := e.(type) {
	case *rooms.Welcome:
		m.you = e.You.ID
		if !e.Resumed { // what is said is numbered anew
			m.newest = nil
		}
	case *rooms.Said:
		return m.said(e, now)
	case *rooms.Offered:
		return m.add(Message{Seq: e.Seq, From: e.From, At: now, File: true, Begins: m.begins(e.File.Name)})
	case *rooms.Reacted:
		if of := m.there(e.Re); of != nil {
			m.reacted(of, e)
			return of
		}
	case *rooms.Amended:
		if of := m.there(e.Re); of != nil && !of.File && of.From.ID == e.From.ID && e.Text != "" { // without a text: taken back since
			of.Before = append(of.Before[max(0, len(of.Before)+1-maxBefore):], of.Begins)
			of.Begins = m.begins(e.Text)
			return of
		}
	case *rooms.Retracted:
		if of := m.there(e.Re); of != nil && !of.File {
			*of = Message{Seq: of.Seq, From: of.From, At: of.At, Action: of.Action, Gone: true}
			return of
		}
	}
	return nil
}

func (m *Messages) said(e *rooms.Said, now time.Time) *Message {
	if e.Gone {
		return nil
	}
	of := Message{Seq: e.Seq, From: e.From, At: now, Action: e.Action, Begins: m.begins(e.Text)}
	for _, option := range e.Options {
		of.Options = append(of.Options, m.begins(option))
	}
	return m.add(of)
}

func (m *Messages) add(of Message) *Message {
	if m.Keep == 0 {
		return nil
	}
	if len(m.newest) == m.Keep {
		m.newest = slices.Delete(m.newest, 0, 1) // which leaves nothing of it behind
	}
	of.From.Nick = rooms.Apart(of.From.Nick)
	m.newest = append(m.newest, &of)
	return &of
}

func (m *Messages) begins(text string) string {
	if m.Begins == nil {
		return ""
	}
	return rooms.Apart(m.Begins(text))
}

func (m *Messages) reacted(of *Message, e *rooms.Reacted) {
	i := slices.IndexFunc(of.Reactions, func(r Reaction) bool { return r.Emoji == e.Emoji })
	if i < 0 {
		if !e.On || len(of.Reactions) == rooms.MaxReactionKinds || !of.takes(e.Emoji) {
			return
		}
		i = len(of.Reactions)
		of.Reactions = append(of.Reactions, Reaction{Emoji: rooms.Apart(e.Emoji)})
	}
	r := &of.Reactions[i]
	known := slices.IndexFunc(r.By, func(p rooms.Person) bool { return p.ID == e.From.ID })
	switch mine := e.From.ID == m.you; {
	case e.On && (mine && r.Mine || known >= 0):
		return // it was so already
	case mine && !e.On && !r.Mine:
		return
	case mine:
		r.Mine = e.On
	case !e.On && known < 0 && r.whole():
		return // nor had they it
	case !e.On && known >= 0:
		r.By = slices.Delete(r.By, known, known+1)
	case e.On && len(r.By) < m.Names:
		r.By = append(r.By, rooms.Person{ID: e.From.ID, Nick: rooms.Apart(e.From.Nick)})
	}
	if e.On {
		r.Count++
	} else if r.Count--; r.Count <= 0 {
		of.Reactions = slices.Delete(of.Reactions, i, i+1)
	}
}

// whole reports whether everybody is kept who reacted so.
func (r *Reaction) whole() bool {
	known := len(r.By)
	if r.Mine {
		known++
	}
	return known == r.Count
}

// takes reports whether an emoji is none of a poll's answers, or one that there is.
func (of *Message) takes(emoji string) bool {
	if strings.Trim(emoji, "0123456789") != "" {
		return true
	}
	n, _ := strconv.Atoi(emoji)
	return emoji == strconv.Itoa(n) && n > 0 && n <= len(of.Options)
}

// Was reports whether a text began like that before the message was changed, or does now.
func (of *Message) Was(beginning string) bool {
	return beginning != "" && (of.Begins == beginning || slices.Contains(of.Before, beginning))
}

// Of returns the message of a number, or nil.
func (m *Messages) Of(seq uint64) *Message {
	if i := slices.IndexFunc(m.newest, func(of *Message) bool { return of.Seq == seq }); i >= 0 {
		return m.newest[i]
	}
	return nil
}

// Over notes that the file of an offer can't be taken any more.
func (m *Messages) Over(offer uint64) {
	if of := m.Of(offer); of != nil {
		of.over = true
	}
}

// Gone reports whether a message was taken back, as far as that is kept.
func (m *Messages) Gone(seq uint64) bool {
	of := m.Of(seq)
	return of != nil && of.Gone
}

// there returns the message of a number unless it was taken back.
func (m *Messages) there(seq uint64) *Message {
	return m.last(func(of *Message) bool { return of.Seq == seq })
}

// Forget forgets the messages that were got by a time.
func (m *Messages) Forget(by time.Time) {
	m.newest = slices.DeleteFunc(m.newest, func(of *Message) bool { return !of.At.After(by) })
}

// Newest is the number of the newest message, or 0.
func (m *Messages) Newest() uint64 {
	if len(m.newest) == 0 {
		return 0
	}
	return m.newest[len(m.newest)-1].Seq
}

// last returns the newest message that is there and of which something holds, or nil.
func (m *Messages) last(holds func(*Message) bool) *Message {
	for _, of := range slices.Backward(m.newest) {
		if !of.Gone && holds(of) {
			return of
		}
	}
	return nil
}

// Reacted returns the newest message that somebody has reacted to, or nil.
func (m *Messages) Reacted(seen uint64) *Message {
	return m.last(func(of *Message) bool { return of.Seq <= seen && !m.hidden(of.From) && len(m.Shown(of)) > 0 })
}

// Mine reports whether a message is this participant's.
func (m *Messages) Mine(of *Message) bool { return of.From.ID == m.you }

// hidden reports whether nothing of somebody is shown.
func (m *Messages) hidden(who rooms.Person) bool { return m.Hidden != nil && m.Hidden(who) }

// Shown are the reactions to a message without those of people who are hidden.
func (m *Messages) Shown(of *Message) (shown []Reaction) {
	for _, r := range of.Reactions {
		by := slices.DeleteFunc(slices.Clone(r.By), m.hidden)
		r.Count -= len(r.By) - len(by)
		if r.By = by; r.Count > 0 {
			shown = append(shown, r)
		}
	}
	return shown
}

// Bytes is about how much is kept.
func (m *Messages) Bytes() (bytes int) {
	for _, of := range m.newest {
		bytes += 2*partBytes + len(of.Begins)
		for _, kept := range append(of.Before[:len(of.Before):len(of.Before)], of.Options...) {
			bytes += partBytes + len(kept)
		}
		for _, r := range of.Reactions {
			bytes += partBytes + len(r.By)*personBytes
		}
	}
	return bytes
}

const (
	// partBytes is what a part of a message takes beside its text, and personBytes what
	// somebody's name does, about and in bytes.
	partBytes   = 96
	personBytes = 64
	// maxBefore is how many earlier texts of a message are kept: more than anybody mends
	// in the time that there is.
	maxBefore = 16
)
