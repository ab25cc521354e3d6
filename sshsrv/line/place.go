package line

import (
	"slices"
	"strings"

	"sotto/rooms"
)

// A place is what somebody in linear mode knows about the room they are in.
type place struct {
	seat    Seat
	name    string
	topic   string
	you     rooms.Person
	members []rooms.Member // in the order of arrival

	whisperedBy rooms.Person // who whispered last
	ignoring    []rooms.Person
	files       map[uint64]rooms.Transfer // how each fared when it was last told, by the seq of its offer
}

// happen takes an event and returns its lines, or nothing for one that is not
// shown. The visit tells what its door holds, for /privacy.
func (p *place) happen(e rooms.Event, v Visit) string {
	switch e := e.(type) {
	case *rooms.Welcome:
		p.name, p.topic, p.you, p.members = string(e.Room), e.Topic, e.You.Person(), slices.Clone(e.Members)
	case *rooms.Joined:
		p.members = append(p.members, e.Member)
	case *rooms.Left:
		p.members = slices.DeleteFunc(p.members, func(m rooms.Member) bool { return m.ID == e.Member.ID })
	case *rooms.Renamed:
		p.changed(e.Member)
	case *rooms.Away:
		p.changed(e.Member)
	case *rooms.TopicSet:
		p.topic = e.Text
	case *rooms.Said:
		if p.ignores(e.From) {
			return ""
		}
	case *rooms.Offered:
		if p.ignores(e.From) {
			return ""
		}
	case *rooms.Transfer:
		return p.transfer(e)
	case *rooms.Whispered:
		if p.ignores(e.From) {
			return ""
		}
		if e.From.ID != p.you.ID {
			p.whisperedBy = e.From
		}
	case *rooms.Held:
		fields := slices.Clone(e.Fields)
		if v.Held != nil {
			fields = append(fields, v.Held()...)
		}
		return privacyLines(fields, v.Never)
	}
	return lineOf(e)
}

func (p *place) changed(m rooms.Member) {
	if i := slices.IndexFunc(p.members, func(have rooms.Member) bool { return have.ID == m.ID }); i >= 0 {
		p.members[i] = m
	}
	if m.ID == p.you.ID {
		p.you = m.Person()
	}
}

// named finds a member by the name they go by, in any case.
func (p *place) named(nick string) (rooms.Member, bool) {
	for _, m := range p.members {
		if strings.EqualFold(m.Nick, nick) {
			return m, true
		}
	}
	return rooms.Member{}, false
}

func (p *place) ignores(who rooms.Person) bool {
	return slices.ContainsFunc(p.ignoring, func(i rooms.Person) bool { return i.ID == who.ID })
}

// privacyLines says what is held, and what never was.
func privacyLines(fields []rooms.HeldField, never []string) string {
	var b strings.Builder
	b.WriteString(note("All that this server holds about you, field by field:"))
	for _, f := range fields {
		b.WriteString(note("%s: %s (%s)", f.Name, f.Value, f.Why))
	}
	b.WriteString(note("What it never took:"))
	for _, clause := range never {
		b.WriteString(note("%s", clause))
	}
	return b.String()
}
