package line

import (
	"slices"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/rooms/governing"
	"sotto/rooms/leaping"
	"sotto/rooms/mending"
)

// A stay is what somebody in linear mode knows about the room they are in.
type stay struct {
	seat    Seat
	name    string
	kind    rooms.Kind // empty before the room has welcomed this person
	topic   string
	topicBy rooms.Person // who set it; nobody: it was there before
	you     rooms.Person
	members []rooms.Member // in the order of arrival

	whisperedBy rooms.Person // who whispered last
	turned      bool         // somebody else did while an answer was being written
	met         rooms.Met    // with whom this person whispered
	talkers     rooms.Talkers
	asides      rooms.Asides // what this person was told of who is away
	ignoring    rooms.Ignoring
	mine        []uint64 // seqs of this person's own messages, newest last
	messages    mending.Messages
	comings     gathering
	governs     governing.View
	followed    followed
	leaping     *leaping.Leap             // of this person, on its way
	files       map[uint64]rooms.Transfer // how each fared when it was last told, by the seq of its offer
}

// happen takes an event and returns its lines, or nothing for one that is not
// shown. The visit tells what its door holds, for /privacy.
func (p *stay) happen(e rooms.Event, v Visit) string {
	p.follow(e)
	clause := p.governs.Happen(e)
	if _, ok := e.(*rooms.Welcome); ok && p.messages.Keep == 0 {
		p.messages = newMessages(maxHeard, maxNames, p.ignoring.Has)
	}
	of := p.messages.Happen(e, time.Now())
	switch e := e.(type) {
	case *rooms.Welcome:
		p.name, p.kind, p.topic, p.topicBy = string(e.Room), e.Kind, e.Topic, rooms.Person{}
	case *rooms.Renamed:
		p.ignoring.Renamed(e.Member.Person())
	case *rooms.TopicSet:
		p.topic, p.topicBy = e.Text, e.From
	case *rooms.Transfer:
		return p.transfer(e)
	case *rooms.Whispered:
		if e.From.ID != p.you.ID && !p.ignoring.Has(e.From) {
			p.whisperedBy = e.From
		}
	case *rooms.Invited:
		return v.invitedLines(p.name, e)
	case *rooms.Leapt:
		return p.leapt(e, v)
	case *rooms.Held:
		return privacyLines(withDoor(e, v.Held).Fields, v.Never)
	}
	if text, ok := powerLine(e, clause, true); ok {
		return text
	}
	if p.ignoring.Has(doer(e)) {
		return ""
	}
	switch e := e.(type) {
	case *rooms.Said:
		return p.answers(e) + lineOf(e)
	case *rooms.Retracted, *rooms.Amended:
		return p.mended(e, of)
	}
	return lineOf(e)
}

// doer is whose doing an event tells of, or of whom it tells what hosts did; or nobody.
func doer(e rooms.Event) rooms.Person {
	switch e := e.(type) {
	case *rooms.Said:
		return e.From
	case *rooms.Whispered:
		return e.From
	case *rooms.Offered:
		return e.From
	case *rooms.TopicSet:
		return e.From
	case *rooms.Reacted:
		return e.From
	case *rooms.Retracted:
		return e.From
	case *rooms.Amended:
		return e.From
	case *rooms.Joined:
		return e.Member.Person()
	case *rooms.Left:
		return e.Member.Person()
	case *rooms.Renamed:
		return e.Member.Person()
	case *rooms.HostSet:
		return e.Member.Person()
	case *rooms.Muted:
		return e.Member.Person()
	case *rooms.SpeakSet:
		return e.Member.Person()
	}
	return rooms.Person{}
}

// follow keeps who is here.
func (p *stay) follow(e rooms.Event) {
	p.talkers.Happen(e)
	switch e := e.(type) {
	case *rooms.Welcome:
		p.you, p.members = e.You.Person(), slices.Clone(e.Members)
	case *rooms.Joined:
		p.members = append(p.members, e.Member)
	case *rooms.Left:
		p.members = slices.DeleteFunc(p.members, func(m rooms.Member) bool { return m.ID == e.Member.ID })
	case *rooms.Renamed:
		p.changed(e.Member)
	case *rooms.Away:
		p.changed(e.Member)
	case *rooms.AsideSet:
		p.changed(e.Member)
	case *rooms.HostSet:
		p.changed(e.Member)
	case *rooms.Muted:
		p.changed(e.Member)
	case *rooms.SpeakSet:
		p.changed(e.Member)
	}
}

func (p *stay) changed(m rooms.Member) {
	if i := slices.IndexFunc(p.members, func(have rooms.Member) bool { return have.ID == m.ID }); i >= 0 {
		p.members[i] = m
	}
	if m.ID == p.you.ID {
		p.you = m.Person()
	}
}

// find finds who is here.
func (p *stay) find(id string) (rooms.Member, bool) {
	for _, m := range p.members {
		if m.ID == id {
			return m, true
		}
	}
	return rooms.Member{}, false
}

// named returns the member who is meant by a name.
func (p *stay) named(nick string) (rooms.Member, rooms.Found) {
	names := make([]string, len(p.members))
	for i, m := range p.members {
		names[i] = m.Nick
	}
	i, found := rooms.Named(names, nick)
	if found != rooms.OneFound {
		return rooms.Member{}, found
	}
	return p.members[i], found
}

// here reports whether somebody, or more than one, is meant by a name.
func (p *stay) here(nick string) bool {
	_, found := p.named(nick)
	return found != rooms.NoneFound
}

// privacyLines says what is held, and what never was.
func privacyLines(fields []rooms.HeldField, never []string) string {
	var b strings.Builder
	b.WriteString(note("What this server holds about you, first what matters most:"))
	for i, f := range fields {
		if i == rooms.HeldFirst {
			b.WriteString(note("And everything else, field by field:"))
		}
		b.WriteString(note("%s: %s (%s)", f.Name, f.Value, f.Why))
	}
	b.WriteString(note("What it never took:"))
	for _, clause := range never {
		b.WriteString(note("%s", clause))
	}
	return b.String()
}
