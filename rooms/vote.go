package rooms

import (
	"slices"
	"time"
)

// vote is the one that runs in a room. Who is asked, and what they answered, their places
// hold: whoever leaves takes it along. The zero value is none.
type vote struct {
	about  Member
	asker  string // member id of who asked for it
	ends   time.Time
	needed int
	timer  *time.Timer
}

func (v *vote) runs() bool { return v.about.ID != "" }

// ballot is what a place has to do with the vote that runs.
type ballot string

const (
	unasked ballot = ""
	asked   ballot = "asked"
	saidYes ballot = "yes"
	saidNo  ballot = "no"
)

// voteOver ends a vote whose time is over. Nobody asks for it but a timer.
type voteOver struct{ ends time.Time }

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
func (r *room) cast(m *member, at time.Time, op Vote) {
	about := r.roster.byID[op.To]
	var err *Error
	switch {
	case r.hosted():
		err = errHostHere
	case about == nil:
		err = errUnknownMember
	case about == m:
		err = errOwnVote
	case !r.vote.runs() && !op.Yes:
		err = errNoVote
	case !r.vote.runs():
		err = r.beginVote(m, about, at, op.ID)
	case r.vote.about.ID != about.ID:
		err = errOtherVote
	case m.ballot == unasked:
		err = errNotAsked
	}
	if !r.unless(m, op.ID, err) {
		return
	}
	m.ballot = saidNo
	if op.Yes {
		m.ballot = saidYes
	}
	if r.agreed() >= r.vote.needed {
		r.stopVote()
		r.expel(about, "")
	}
}

// beginVote asks everybody who has been here long enough whether to remove somebody, or
// says why it does not.
func (r *room) beginVote(m, about *member, at time.Time, id string) *Error {
	long := func(v *member) bool { return at.Sub(v.came) >= VoteAfter }
	voters := slices.DeleteFunc(slices.Clone(r.roster.order), func(v *member) bool { return v == about || v.Watch || v.Away || !long(v) })
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
	r.vote = vote{about.Member, m.ID, ends, max(VoteLeast, len(voters)/2+1), time.AfterFunc(VoteFor, func() { r.publish("", voteOver{ends}) })}
	seq, needed := r.next(), r.vote.needed
	r.tellDone(m, id, func(id string) Event {
		return &Voting{Seq: seq, Member: about.Member, Ends: ends, Needed: needed, ID: id}
	})
	return nil
}

// agreed is how many of those who are still here said yes.
func (r *room) agreed() (n int) {
	for _, m := range r.roster.order {
		if m.ballot == saidYes {
			n++
		}
	}
	return n
}

// stopVote forgets the vote, and who said what.
func (r *room) stopVote() {
	if r.vote.timer != nil {
		r.vote.timer.Stop()
	}
	r.vote = vote{}
	for _, m := range r.roster.order {
		m.ballot = unasked
	}
}

// endVote ends a vote that comes to nothing.
func (r *room) endVote() {
	about := r.vote.about
	r.stopVote()
	r.tell(&Voting{Seq: r.next(), Member: about, Over: true}, nil, nil)
}

// watchVote does after each op what follows from it for a vote: where a host is, or whom
// it is about has left, it is over. Whoever leaves to come in anew has spent no vote of who
// asked for it.
func (r *room) watchVote() {
	if !r.vote.runs() {
		return
	}
	left := r.roster.byID[r.vote.about.ID] == nil
	if asker := r.roster.byID[r.vote.asker]; left && asker != nil {
		asker.votedAt = time.Time{}
	}
	if left || r.hosted() {
		r.endVote()
	}
}
