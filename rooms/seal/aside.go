package seal

import "sotto/rooms"

// Who is away only members know: who is says so to all, and to each newcomer with the word by
// which they say who they are.

// stepAside has this person be away, or back.
func (s *Seat) stepAside(op rooms.SetAside) (*dispatch, rooms.Op, *rooms.Refused) {
	text, err := rooms.CleanAside(op.Text)
	if err != nil {
		return nil, nil, refusal(op.ID, err)
	}
	if !op.On {
		text = ""
	}
	before := s.you.Aside
	if o := s.sending.last("aside"); o != nil {
		before = rooms.Aside{On: o.what.On, Text: o.what.Text}
	}
	if before == (rooms.Aside{On: op.On, Text: text}) {
		return nil, nil, refuse(op.ID, rooms.NotAllowed, "That is so already.")
	}
	if refused := s.spendSay(op.ID); refused != nil {
		return nil, nil, refused
	}
	return s.compose(op.ID, payload{T: "aside", On: op.On, Text: text})
}

// aside is what newcomers are told of this person: nil where they are not away.
func (s *Seat) aside() *aside {
	if s.you.Aside.On {
		return &aside{s.you.Aside.Text}
	}
	return nil
}

// setAside notes that somebody is away, or back, and tells of it if that is news, or was asked
// for here.
func (s *Seat) setAside(m *person, now rooms.Aside, id string) {
	if m.Aside == now && id == "" {
		return
	}
	m.Aside = now
	s.emit(&rooms.AsideSet{Seq: s.next(), Member: m.Member, ID: id})
}

// asides are what goes with a welcome: who of those who are shown is away.
func (s *Seat) asides() (events []rooms.Event) {
	for _, m := range s.people.shownMembers() {
		if m.Aside.On {
			events = append(events, &rooms.AsideSet{Member: m})
		}
	}
	return events
}
