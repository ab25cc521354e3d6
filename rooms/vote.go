package rooms

import (
	"slices"
	"time"
)

// vote is the one that runs in a room. Who is asked, and what they answered, is known of
// them: whoever leaves takes it along. The zero value is none.
type vote struct {
	about  Member
	asker  string // member id of who asked for it
	ends   time.Time
	needed int
}

func (v *vote) runs() bool { return v.about.ID != "" }

// ballot is what somebody has to do with the vote that runs.
type ballot string

const (
	unasked ballot = ""
	asked   ballot = "asked"
	saidYes ballot = "yes"
	saidNo  ballot = "no"
)

var (
	errHostHere  = &Error{Code: NotAllowed, Message: "A host is here, and hosts remove whoever has to go. Votes are for rooms without one."}
	errOwnVote   = &Error{Code: NotAllowed, Message: "You can't vote about yourself."}
	errOtherVote = &Error{Code: NotAllowed, Message: "Another vote is running. It ends within a minute."}
	errNoVote    = &Error{Code: NotAllowed, Message: "No vote is running."}
	errNotAsked  = &Error{Code: NotAllowed, Message: "Only those are asked who had been here for two minutes when this vote began."}
	errNewcomer  = &Error{Code: NotAllowed, Message: "Who came less than two minutes ago asks for no vote."}
	errVotedNow  = &Error{Code: NotAllowed, Message: "You asked for a vote already, which anybody does once in ten minutes."}
	errFewVoters = &Error{Code: NotAllowed, Message: "Three who have been here for two minutes have to agree, and besides whom it is about there are not so many."}
)

// cast is what somebody answers, or asks everybody.
func (s *state) cast(m *member, at time.Time, op Vote) {
	about := s.roster.byID[op.To]
	var err *Error
	switch {
	case s.hosted():
		err = errHostHere
	case about == nil:
		err = errUnknownMember
	case about == m:
		err = errOwnVote
	case !s.vote.runs() && !op.Yes:
		err = errNoVote
	case !s.vote.runs():
		err = s.beginVote(m, about, at, op.ID)
	case s.vote.about.ID != about.ID:
		err = errOtherVote
	case m.ballot == unasked:
		err = errNotAsked
	}
	if !s.unless(m, op.ID, err) {
		return
	}
	m.ballot = saidNo
	if op.Yes {
		m.ballot = saidYes
	}
	if s.agreed() >= s.vote.needed {
		s.stopVote()
		s.expel(about, at, "")
	}
}

// beginVote asks everybody who has been here long enough whether to remove somebody, or
// says why it does not.
func (s *state) beginVote(m, about *member, at time.Time, id string) *Error {
	long := func(v *member) bool { return at.Sub(v.came) >= VoteAfter }
	voters := slices.DeleteFunc(slices.Clone(s.roster.order), func(v *member) bool { return v == about || v.Watch || v.Away || !long(v) })
	switch {
	case !long(m):
		return errNewcomer
	case !m.votedAt.IsZero() && at.Sub(m.votedAt) < VoteEvery:
		return errVotedNow
	case len(voters) < VoteLeast:
		return errFewVoters
	}
	for _, v := range voters {
		v.ballot = asked
	}
	m.votedAt = at
	ends := at.Add(VoteFor)
	s.vote = vote{about.Member, m.ID, ends, max(VoteLeast, len(voters)/2+1)}
	seq, needed := s.next(), s.vote.needed
	s.tellDone(m, id, func(id string) Event {
		return &Voting{Seq: seq, Member: about.Member, Ends: ends, Needed: needed, ID: id}
	})
	return nil
}

// agreed is how many of those who are still here said yes.
func (s *state) agreed() (n int) {
	for _, m := range s.roster.order {
		if m.ballot == saidYes {
			n++
		}
	}
	return n
}

// stopVote forgets the vote, and who said what.
func (s *state) stopVote() {
	s.vote = vote{}
	for _, m := range s.roster.order {
		m.ballot = unasked
	}
}

// endVote ends a vote that comes to nothing.
func (s *state) endVote() {
	about := s.vote.about
	s.stopVote()
	s.tell(&Voting{Seq: s.next(), Member: about, Over: true})
}

// watchVote does after each op what follows from it for a vote: where a host is, or whom
// it is about has left, it is over. Whoever leaves to come in anew has spent no vote of who
// asked for it.
func (s *state) watchVote() {
	if !s.vote.runs() {
		return
	}
	left := s.roster.byID[s.vote.about.ID] == nil
	if asker := s.roster.byID[s.vote.asker]; left && asker != nil {
		asker.votedAt = time.Time{}
	}
	if left || s.hosted() {
		s.endVote()
	}
}
