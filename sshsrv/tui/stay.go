package tui

import (
	"fmt"
	"slices"
	"time"

	"sotto/rooms"
	"sotto/rooms/governing"
	"sotto/rooms/leaping"
	"sotto/sshsrv/tui/style"
)

// stay is what the screen knows about the room it sits in. A new seat begins
// with a new one.
type stay struct {
	seat        rooms.Participant
	name        rooms.RoomName
	from        rooms.RoomName // the room that this person was in before
	over        bool           // which ended for them, or of which nothing is left
	kind        rooms.Kind
	topic       topic
	view        governing.View // who governs the room, and how
	you         rooms.Member
	mutedUntil  time.Time // when this person may speak again; zero: nobody has said
	vote        vote
	followed    followed
	leaping     *leaping.Leap // of this person, on its way
	question    string        // what this person is asked above the composer, by an id
	turned      time.Time     // since when, if that took another's place
	entered     time.Time     // when this person came in
	roster      *roster
	exact       bool      // the roster is the room's; see roster
	unconfirmed int       // how many hold a sealed room's link and are not shown
	comparedAt  time.Time // when its words were compared; zero: they were not, or it no longer holds
	lost        bool      // the connection is
	silent      time.Time // since when nobody has answered over it; zero: somebody does

	typing   map[string]time.Time // until when, by member id
	ignoring rooms.Ignoring
	talkers  rooms.Talkers
	asides   rooms.Asides // what this person was told of who is away
}

// begin takes a welcome, and returns who has a name that they had not.
func (st *stay) begin(w *rooms.Welcome, now time.Time) []rooms.Member {
	before := st.roster
	st.name, st.kind, st.topic, st.you = w.Room, w.Kind, topic{text: w.Topic}, w.You
	st.roster, st.exact = newRoster(w.Members), true
	st.view.Happen(w)
	st.question, st.turned, st.vote = "", time.Time{}, vote{}
	if !w.Resumed {
		st.entered = now
	}
	if !w.You.Muted {
		st.mutedUntil = time.Time{}
	}
	if !w.Resumed {
		st.unconfirmed, st.comparedAt = 0, time.Time{}
	}
	return slices.DeleteFunc(slices.Clone(w.Members), func(m rooms.Member) bool {
		old, ok := before.find(m.ID)
		return ok && old.Nick == m.Nick
	})
}

// topic is what a room is about, and who set it; nobody: it was set before this
// person came.
type topic struct {
	text string
	by   rooms.Person
}

// hiddenTopic stands for a topic that somebody set whom this person ignores.
const hiddenTopic = "set by somebody whom you ignore"

// topicText is the topic as this person sees it; empty: there is none.
func (st *stay) topicText() string {
	if st.topic.text != "" && st.ignores(st.topic.by) {
		return hiddenTopic
	}
	return st.topic.text
}

// ignores reports whether this person hides all that somebody does.
func (st *stay) ignores(p rooms.Person) bool { return st.ignoring.Has(p) }

// here reports whether somebody in this room, or more than one, is meant by a name.
func (st *stay) here(nick string) bool {
	_, found := st.roster.named(nick)
	return found != rooms.NoneFound
}

// member finds somebody here by name, or says why not.
func (st *stay) member(nick string) (m rooms.Member, why string) {
	m, found := st.roster.named(nick)
	switch found {
	case rooms.NoneFound:
		why = "Nobody here is called that. F2 lists who is here."
	case rooms.SeveralFound:
		why = "That could be more than one person here. Write the name as F2 lists it."
	}
	return m, why
}

// kindNotes are what a person must know about a room of each kind, in a long and
// a short wording. The kind itself is on every screen, however narrow.
var kindNotes = map[rooms.Kind][2]string{
	rooms.KindOpen: {
		" — the server could read this while it is said",
		" — the server could read this",
	},
	rooms.KindSealed: {
		" — only members can read this",
		" — only members can read",
	},
}

// kindWords name the room's kind, and whether its words were compared.
func (st *stay) kindWords() string {
	switch {
	case st.kind != rooms.KindSealed:
		return string(st.kind)
	case st.comparedAt.IsZero():
		return string(st.kind) + ", not compared"
	}
	return string(st.kind) + ", compared " + st.comparedAt.Format("15:04")
}

// strangers says how many hold a sealed room's link and are not shown.
func (st *stay) strangers() string {
	if st.unconfirmed == 0 {
		return ""
	}
	return fmt.Sprintf(" + %d silent", st.unconfirmed)
}

// gapWords says that so many events are missing, and whose; none: that nobody knows.
func (st *stay) gapWords(gap *rooms.Gap) string {
	switch {
	case gap.Missed == 0:
		return "Something may be missing here."
	case gap.From.ID != "":
		return "Something is missing here: " + style.Plural(int(gap.Missed), "sealed message", "sealed messages") + " of " + gap.From.Nick + " did not reach you."
	}
	return style.Plural(int(gap.Missed), "event", "events") + " could not be kept for you while you were away."
}

// types notes until when somebody types, and reports whether that is news.
func (st *stay) types(id string, until time.Time) bool {
	m, ok := st.roster.find(id)
	if !ok || id == st.you.ID || st.ignores(m.Person()) {
		return false
	}
	_, already := st.typing[id]
	st.typing[id] = until
	return !already
}

// pause takes away whoever stopped typing, and returns when the next may; zero: nobody
// types.
func (st *stay) pause(now time.Time) (next time.Time) {
	for id, until := range st.typing {
		if !until.After(now) {
			delete(st.typing, id)
		} else if next.IsZero() || until.Before(next) {
			next = until
		}
	}
	return next
}

// typingLine says who is typing.
func (st *stay) typingLine() string {
	var names []string
	for _, m := range st.roster.members {
		if _, ok := st.typing[m.ID]; ok {
			names = append(names, m.Nick)
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0] + " is typing…"
	case 2:
		return names[0] + " and " + names[1] + " are typing…"
	}
	return "several people are typing…"
}

// unheard reports whether nobody answers over the connection, or there is none.
func (st *stay) unheard() bool { return st.lost || !st.silent.IsZero() }
