package rooms

import "time"

// What is said, whispered and sealed, and who changes their name or leaves.

// rename, depart and absence are ops that only this package makes.
type (
	rename struct {
		id   string
		nick Nick
	}
	depart  struct{ reason LeaveReason }
	absence struct{ away bool }
)

func (s *state) say(m *member, at time.Time, op Say) {
	if op.Re > s.seq {
		s.tellOne(m, refusal(op.ID, BadFrame, "That answers a message that was not said in this room."))
		return
	}
	all := op.all()
	if !s.maySay(m, op.ID, all, at) {
		return
	}
	s.doorway.flood.speaks(m.ID, all, s.keys.salt)
	seq := s.next()
	s.memory.add(remembered{seq: seq, by: m.ID, at: at, answers: answers{options: len(op.Options)}})
	s.tellDone(m, op.ID, func(id string) Event {
		return &Said{Seq: seq, At: at, From: m.Person(), Text: op.Text, Action: op.Action, Re: op.Re, Options: op.Options, ID: id}
	})
}

var errUnknownMember = &Error{Code: UnknownMember, Message: "Nobody with that number is in this room. They may have left."}

func (s *state) whisper(m *member, at time.Time, op Whisper) {
	to := s.roster.byID[op.To]
	switch {
	case to == nil:
		s.tellOne(m, &Refused{ID: op.ID, Err: errUnknownMember})
		return
	case to == m:
		s.tellOne(m, refusal(op.ID, NotAllowed, "You can't whisper to yourself."))
		return
	case !s.spoken(to, m, op.ID):
		return
	case !to.Host && !s.mayPut(m, op.ID, op.Text, at):
		return
	}
	m.spoke = true
	w := Whispered{At: at, From: m.Person(), To: to.Person(), Text: op.Text}
	theirs, own := w, w
	theirs.WSeq = to.nextToOne()
	own.WSeq, own.ID = m.nextToOne(), op.ID
	s.tellOne(to, &theirs)
	s.tellOne(m, &own)
}

// nextToOne is the number of the next that is told to a member alone.
func (m *member) nextToOne() uint64 {
	m.wseq++
	return m.wseq
}

// handSealed hands a sealed message to those it has a wrap for, each their own.
func (s *state) handSealed(m *member, at time.Time, op Seal) {
	m.spoke = true
	body := &SealedBody{At: at, From: m.ID, Body: op.Body}
	for _, to := range s.roster.order {
		if wrap := op.Wraps[to.ID]; len(wrap) > 0 && to != m {
			s.tellOne(to, &Sealed{SealedBody: body, WSeq: to.nextToOne(), Wrap: wrap})
		}
	}
	s.tellOne(m, &Sealed{SealedBody: body, WSeq: m.nextToOne(), ID: op.ID})
}

func (s *state) setTopic(m *member, at time.Time, op SetTopic) {
	if !s.maySay(m, op.ID, op.Text, at) {
		return
	}
	seq, was := s.next(), s.topic
	s.topic, s.topicBy = op.Text, m.Person()
	s.tellDone(m, op.ID, func(id string) Event {
		return &TopicSet{Seq: seq, From: s.topicBy, Text: op.Text, was: was, ID: id}
	})
}

func (s *state) rename(m *member, op rename) {
	if !s.unless(m, op.id, s.silence(m)) {
		return
	}
	was := m.Nick
	if op.nick.String() == was {
		s.tellOne(m, refusal(op.id, NotAllowed, "That is your name already."))
		return
	}
	if !s.roster.rename(m, op.nick) {
		s.tellOne(m, refusal(op.id, NickTaken, "That name, or one that looks like it, is taken in this room."))
		return
	}
	seq := s.next()
	s.tellDone(m, op.id, func(id string) Event {
		return &Renamed{Seq: seq, Member: m.Member, Was: was, ID: id}
	})
}

// depart takes somebody out of the room. ended is what their own connection is told, if it
// did not end it itself.
func (s *state) depart(m *member, at time.Time, reason LeaveReason, why string, ended *Ended) {
	s.roster.remove(m)
	s.goes(m, ended)
	s.tell(&Left{Seq: s.next(), Member: m.Member, Reason: reason, Why: why})
	switch {
	case s.roster.people() == 0 && (!m.Watch || len(s.roster.order) == 0):
		s.vacate(m)
	case reason == LeftRemoved:
		s.raise(RulesRemoved, at)
	}
}
