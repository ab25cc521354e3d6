package seal

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"sotto/rooms"
)

// In a sealed room no server knows who said what, so each end decides for itself what a
// member may react to, change and take back. All decide alike, since all go by what is
// sealed, in the room's order: whose message it was, how many options it has, which
// reactions are on it.

// recent are the newest messages here, at most [rooms.RememberedMessages], by their names.
// Whoever says much drives out what they said themselves: nobody can keep another from
// taking something back by it.
type recent struct {
	messages map[Hash]*remembered
	order    []named // the oldest first, with those that were taken back
}

// named is the name of a message, and whose it was.
type named struct {
	name Hash
	by   ID
}

// remembered is what is kept of a message, which is nothing of its words. It has at most
// [rooms.MaxReactionKinds] reactions, each by [MaxMembers] at most, since who leaves is
// only counted.
type remembered struct {
	seq       uint64
	by        ID
	at        time.Time // by the server's clock, as that of what changes it
	here      time.Time // when it came, by ours
	file      bool      // it offers one
	options   int       // of a poll
	reactions []reaction
}

// reaction is one emoji, or choice of a poll, and who has put it on a message.
type reaction struct {
	emoji string
	by    []ID
	gone  int // of those who did and have left: nobody can take theirs off
}

func newRecent() recent { return recent{messages: map[Hash]*remembered{}} }

func (r *recent) add(name Hash, m *remembered) {
	r.messages[name], r.order = m, append(r.order, named{name, m.by})
	if len(r.order) > rooms.RememberedMessages {
		i := r.surplus()
		delete(r.messages, r.order[i].name)
		r.order = slices.Delete(r.order, i, i+1)
	}
}

// surplus is where the oldest is of whoever has the most.
func (r *recent) surplus() int {
	has, most := map[ID]int{}, 0
	for _, each := range r.order {
		has[each.by]++
		most = max(most, has[each.by])
	}
	return slices.IndexFunc(r.order, func(each named) bool { return has[each.by] == most })
}

// number is the name of the message that has a number here, if it is known.
func (r *recent) number(seq uint64) (name Hash, known bool) {
	for name, m := range r.messages {
		if m.seq == seq {
			return name, true
		}
	}
	return name, false
}

// remember notes what was said just now: it can be answered, reacted to, changed and taken
// back.
func (s *Seat) remember(seq uint64, from *person, h happening, m *remembered) {
	m.seq, m.by, m.at, m.here = seq, from.peer.ID, h.at, time.Now()
	s.names.add(h.hash, seq)
	s.recent.add(h.hash, m)
}

// left notes that somebody is gone, whose reactions stay.
func (r *recent) left(who ID) {
	for _, m := range r.messages {
		for i := range m.reactions {
			each := &m.reactions[i]
			if at := slices.Index(each.by, who); at >= 0 {
				each.by = slices.Delete(each.by, at, at+1)
				each.gone++
			}
		}
	}
}

// Why something said stays as it is.
var (
	errUnknown  = &rooms.Error{Code: rooms.UnknownMessage, Message: "That message is not known here any more: it was not said in this room, it was taken back, or it was said too long ago."}
	errNotYours = &rooms.Error{Code: rooms.NotAllowed, Message: "In a sealed room only who said something takes it back or changes it."}
	errFile     = &rooms.Error{Code: rooms.NotAllowed, Message: "A file is not taken back, nor changed. Whoever offers it stops that with /cancel."}
	errLate     = &rooms.Error{Code: rooms.NotAllowed, Message: fmt.Sprintf("What was said can be changed for %d minutes, and that was longer ago.", int(rooms.AmendFor.Minutes()))}
	errNoEmoji  = &rooms.Error{Code: rooms.BadFrame, Message: "A reaction is one emoji, as keyboards give it, or the number of an option of a poll."}
	errNoOption = &rooms.Error{Code: rooms.BadFrame, Message: "That message has no such option."}
	errAlready  = &rooms.Error{Code: rooms.NotAllowed, Message: "That is so already."}
	errKinds    = &rooms.Error{Code: rooms.NotAllowed, Message: fmt.Sprintf("There are %d different emoji on that message already, which is as many as fit. Choose one of them.", rooms.MaxReactionKinds)}
)

// isDishonest reports whether no honest program asks for what there is such a reason
// against: it goes by what all ends know alike.
func isDishonest(why *rooms.Error) bool {
	return why == errNotYours || why == errFile || why == errNoOption
}

// judge says why somebody can't do with a message what a payload says, at that time; nil:
// they can.
func (r *recent) judge(p payload, who ID, at time.Time) *rooms.Error {
	m := r.messages[*p.Re]
	switch {
	case m == nil:
		return errUnknown
	case p.T == "react":
		return m.judge(p.Emoji, p.On, who)
	case m.by != who:
		return errNotYours
	case m.file:
		return errFile
	case p.T == "amend" && at.Sub(m.at) > rooms.AmendFor:
		return errLate
	}
	return nil
}

func (m *remembered) judge(emoji string, on bool, who ID) *rooms.Error {
	i := m.index(emoji)
	switch {
	case option(emoji) > m.options:
		return errNoOption
	case on == (i >= 0 && slices.Contains(m.reactions[i].by, who)):
		return errAlready
	case on && i < 0 && option(emoji) == 0 && m.kinds() == rooms.MaxReactionKinds:
		return errKinds
	}
	return nil
}

// kinds is how many different reactions it has, with all options of a poll: so nobody
// fills one with other emoji before it is answered.
func (m *remembered) kinds() int {
	kinds := m.options
	for _, r := range m.reactions {
		if option(r.emoji) == 0 {
			kinds++
		}
	}
	return kinds
}

func (m *remembered) index(emoji string) int {
	return slices.IndexFunc(m.reactions, func(r reaction) bool { return r.emoji == emoji })
}

// react puts a reaction on, or takes it off, as judge allowed.
func (m *remembered) react(emoji string, on bool, who ID) {
	i := m.index(emoji)
	if i < 0 {
		m.reactions = append(m.reactions, reaction{emoji: emoji, by: []ID{who}})
		return
	}
	each := &m.reactions[i]
	if on {
		each.by = append(each.by, who)
		return
	}
	each.by = slices.DeleteFunc(each.by, func(id ID) bool { return id == who })
	if len(each.by) == 0 && each.gone == 0 {
		m.reactions = slices.Delete(m.reactions, i, i+1)
	}
}

// option is the option of a poll that a clean reaction chooses, from 1 on; 0: it is an
// emoji.
func option(reaction string) int {
	n, _ := strconv.Atoi(reaction)
	return n
}

// prepareMending turns what is asked about something said into a message, or refuses it.
func (s *Seat) prepareMending(op rooms.Op) (o *dispatch, pass rooms.Op, refused *rooms.Refused) {
	id, p := rooms.IDOf(op), payload{}
	var re uint64
	switch op := op.(type) {
	case rooms.React:
		emoji, ok := rooms.CleanReaction(op.Emoji)
		if !ok {
			return nil, nil, refusal(id, errNoEmoji)
		}
		re, p = op.Re, payload{T: "react", Emoji: emoji, On: op.On}
	case rooms.Retract:
		re, p = op.Re, payload{T: "retract"}
	case rooms.Amend:
		re, p = op.Re, payload{T: "amend", Text: op.Text}
	}
	name, known := s.recent.number(re)
	if !known {
		return nil, nil, refusal(id, errUnknown)
	}
	p.Re = &name
	if why := s.mayMend(p); why != nil {
		return nil, nil, refusal(id, why)
	}
	switch p.T {
	case "react":
		refused = s.spendSay(id)
	case "amend":
		p.Text, refused = s.words(p.Text, id)
	}
	if refused != nil {
		return nil, nil, refused
	}
	return s.compose(id, p)
}

// mayMend judges what this end's person asks for, behind all that they asked for before and
// that has not happened yet.
func (s *Seat) mayMend(p payload) *rooms.Error {
	m := s.recent.messages[*p.Re]
	if m == nil {
		return errUnknown
	}
	why := s.recent.judge(p, s.you.peer.ID, m.at.Add(time.Since(m.here)))
	for _, o := range s.sending.queue {
		switch before := o.what; {
		case before.Re == nil || *before.Re != *p.Re:
		case before.T == "retract":
			return errUnknown
		case p.T != "react" || before.T != "react" || before.Emoji != p.Emoji:
		case before.On == p.On:
			why = errAlready
		default:
			why = nil
		}
	}
	return why
}

// mend does what somebody asks about something said. What the rules don't let them do
// changes nothing: this end's person is told why. Of others, what no honest program asks is
// counted as theirs, and a change that came too late is missing, since what keeps it back
// may be the server. The rest was overtaken, or is about what never came here, and then
// there is nothing to show.
func (s *Seat) mend(p payload, from *person, h happening) {
	m := s.recent.messages[*p.Re]
	switch why := s.recent.judge(p, from.peer.ID, h.at); {
	case why == nil:
	case from == s.you:
		s.emit(refusal(h.id, why))
		return
	case isDishonest(why):
		s.lapse(from, &from.broken)
		return
	case why == errLate:
		s.emit(&rooms.Gap{Missed: 1, Seq: s.seq, From: from.Person()})
		return
	default:
		return
	}
	switch p.T {
	case "react":
		m.react(p.Emoji, p.On, from.peer.ID)
		s.emit(&rooms.Reacted{Seq: s.next(), From: from.Person(), Re: m.seq, Emoji: p.Emoji, On: p.On, ID: h.id})
	case "retract":
		delete(s.recent.messages, *p.Re)
		takeBack(s.events, m.seq)
		takeBack(s.afterwards, m.seq)
		s.emit(&rooms.Retracted{Seq: s.next(), From: from.Person(), Re: m.seq, ID: h.id})
	case "amend":
		s.emit(&rooms.Amended{Seq: s.next(), From: from.Person(), Re: m.seq, Text: p.Text, ID: h.id})
	}
}

// takeBack takes the words of a message out of events that nobody was handed yet.
func takeBack(events []rooms.Event, seq uint64) {
	for i, event := range events {
		switch e := event.(type) {
		case *rooms.Said:
			if e.Seq == seq {
				events[i] = &rooms.Said{Seq: e.Seq, At: e.At, From: e.From, Action: e.Action, Re: e.Re, ID: e.ID, Gone: true}
			}
		case *rooms.Amended:
			if e.Re == seq {
				events[i] = &rooms.Amended{Seq: e.Seq, From: e.From, Re: e.Re, ID: e.ID}
			}
		}
	}
}
