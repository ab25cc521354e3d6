package rooms

import (
	"fmt"
	"time"
	"unicode/utf8"
)

// Aside is what somebody said of themselves: that they are away for a while, and in a line
// why. It stands beside their name until they say that they are back, whatever they say or
// do meanwhile, and ends with their place.
type Aside struct {
	On   bool
	Text string // a line, of at most MaxAsideRunes and MaxAsideBytes; empty: they did not say why
}

// SetAside says that somebody is away, or back.
type SetAside struct {
	ID   string
	On   bool
	Text string // why; without On it means nothing
}

// AsideSet says that a member is away, or back: Member.Aside says which. It belongs to the
// roster; timelines do not show it. Without a Seq it goes with a welcome, for each member who
// is away then.
type AsideSet struct {
	Forms
	Seq    uint64
	Member Member
	ID     string // only on the own copy of whoever asked
	was    Aside  // to wind a view back (rewind.go)
}

var errLongAside = &Error{Code: TooLong, Message: fmt.Sprintf("What stands beside the name of who is away has at most %d characters and %d bytes.", MaxAsideRunes, MaxAsideBytes)}

// CleanAside returns why somebody is away as it is shown. The error is an *[Error] if that is
// too long.
func CleanAside(text string) (string, error) {
	if text = CleanTopic(text); utf8.RuneCountInString(text) > MaxAsideRunes || len(text) > MaxAsideBytes {
		return "", errLongAside
	}
	return text, nil
}

func (p *place) admitAside(op SetAside) (Op, *Refused) {
	text, err := CleanAside(op.Text)
	switch {
	case err != nil:
		return nil, &Refused{ID: op.ID, Err: asError(err)}
	case op.On:
		op.Text = Apart(text)
	default:
		op.Text = ""
	}
	return op, p.spendSay(op.ID, op)
}

// bytes is what an aside takes of the frame that tells a newcomer of it.
func (a Aside) bytes() int {
	if a.Text == "" {
		return 0
	}
	return overhead + escapedBytes(a.Text)
}

// setAside says that a member is away, or back. Who may not speak may still say that, though
// not why.
func (s *state) setAside(m *member, at time.Time, op SetAside) {
	was, now := m.Aside, Aside{On: op.On, Text: op.Text}
	switch {
	case now == was:
		s.unless(m, op.ID, errSoAlready)
		return
	case now.Text == "":
	case s.asidesOfOthers(m)+now.bytes() > RoomAsideBytes:
		s.unless(m, op.ID, errAsidesEnough)
		return
	case !s.maySay(m, op.ID, now.Text, at):
		return
	}
	m.Aside = now
	seq := s.next()
	s.tellDone(m, op.ID, func(id string) Event {
		return &AsideSet{Seq: seq, Member: m.Member, ID: id, was: was}
	})
}

var errAsidesEnough = &Error{Code: TooLong, Message: "So many here say why they are away that no more fits. /away alone says that you are."}

// asidesOfOthers is how much of RoomAsideBytes the others in the room take.
func (s *state) asidesOfOthers(m *member) (bytes int) {
	for _, other := range s.roster.order {
		if other != m {
			bytes += other.Aside.bytes()
		}
	}
	return bytes
}
