package seal

import (
	"fmt"
	"slices"
	"time"

	"sotto/rooms"
)

// Codes of notices about members from whom nothing comes: their machine sleeps, or
// the server keeps back what they send. Which, nobody but they can know.
const (
	Absent     rooms.Code = "absent"      // a member is away whom we never met, and another knows
	Unheard    rooms.Code = "unheard"     // nothing comes from a member
	HeardAgain rooms.Code = "heard_again" // and something does
	Unsealed   rooms.Code = "unsealed"    // somebody came in, and spoke, while we were away
)

// QuietAfter is how long nothing may have come from a member before we ask for a sign
// of life with what we say: whoever only reads answers by themselves.
const QuietAfter = 10 * time.Second

// StalledAfter is how long our own questions may take to come back before their silence
// counts all the same: longer than a client takes to give up a line that is stuck.
const StalledAfter = 30 * time.Second

// unconfirmedHere is the matter of somebody whom another shows, the server shows us,
// and who has not said here who they are.
const unconfirmedHere = 'u'

// naming is how somebody who says nothing was told of by name.
type naming int

const (
	unnamed naming = iota
	namedAway
	namedSilent
)

// isAway reports whether the connection of a member is lost, as far as that can be.
func (s *Seat) isAway(id ID) bool {
	m := s.people.byPeer[id]
	return m != nil && m.isAway(time.Now())
}

func (m *person) isAway(now time.Time) bool { return m.Away && now.Sub(m.awaySince) < AwayFor }

// isNow notes what the server says of somebody's connection. Who is lost again soon
// after is lost since the first time: otherwise a server could say so for ever. Who is
// back has the time that all have to say who they are.
func (s *Seat) isNow(m *person, away bool, now time.Time) {
	was := m.isAway(now)
	switch m.Away = away; {
	case !away:
		m.backSince = now
		if was && !m.shown {
			m.since = now
		}
	case now.Sub(m.backSince) >= AwayFor:
		m.awaySince = now
	}
}

// watch tells of those who hold the link and say nothing, and says when to look
// again.
func (s *Seat) watch(now time.Time) (next time.Time) {
	for _, m := range s.people.order {
		if m.shown || m.gone {
			continue
		}
		if m.isAway(now) {
			next = earlier(next, m.awaySince.Add(AwayFor))
			continue
		}
		if silent := m.since.Add(SilentAfter); now.Before(silent) {
			next = earlier(next, silent)
			continue
		}
		if m.vouched && now.Before(m.since.Add(2*SilentAfter)) { // they are told of by name
			next = earlier(next, m.since.Add(2*SilentAfter))
		} else if !m.silent && m.named == unnamed {
			m.silent = true
			if s.strangers++; worthSaying(s.strangers) {
				s.emit(&rooms.Notice{Code: Unconfirmed, Text: fmt.Sprintf(
					"Somebody with this room's link came in and says nothing (%d so far). They get nothing that you say. Or the server keeps back what they send.", s.strangers)})
			}
		}
		if gone := m.since.Add(StrangerFor); now.Before(gone) {
			next = earlier(next, gone)
			continue
		}
		m.gone = true
		s.session.Remove(m.peer.ID)
	}
	return next
}

// listen wants a sign of life from those of whom nothing came for a while, now that
// we have said something that they should have.
func (s *Seat) listen() {
	now := time.Now()
	for _, m := range s.people.order {
		if m != s.you && m.shown && now.Sub(m.heardAt) >= QuietAfter {
			s.want(m)
		}
	}
}

// linger wants one too where the server does not say for long that it took what we said,
// and says when to look again.
func (s *Seat) linger(now time.Time) (next time.Time) {
	since := s.sending.saidSince()
	if since.IsZero() {
		return next
	}
	if at := since.Add(StalledAfter); now.Before(at) {
		return at
	}
	s.listen()
	return now.Add(QuietAfter)
}

// want wants a sign of life from somebody.
func (s *Seat) want(m *person) {
	if m != nil && m.shown && m.doubt.wanted.IsZero() {
		m.doubt.wanted = time.Now()
	}
}

// heard notes that something came from a member, which is all that a sign of life is.
func (s *Seat) heard(m *person) {
	d := &m.doubt
	m.heardAt, d.wanted = time.Now(), time.Time{}
	if d.unheard {
		d.unheard = false
		s.emit(&rooms.Notice{Code: HeardAgain, Text: m.Nick + " is heard again."})
	}
	if d.since.IsZero() {
		d.asked, d.pending, d.refused, d.question, d.unanswered = time.Time{}, time.Time{}, false, nil, unanswered{}
	}
}

// overdue reports whether somebody who was asked had their time to answer. It begins
// when our question has come back, and the newest has to be back too: what they had
// answered before came over the same line. A line that brings nothing at all is no
// silence of theirs, unless it stays so, and it is none while it is we who are slow: not
// beyond a sum, see [Seat.closeSums].
func (s *Seat) overdue(m *person, now time.Time) bool {
	d := &m.doubt
	since, patience := d.pending, StalledAfter
	switch {
	case d.refused:
		patience = AskAgain
	case d.question != nil:
		since, patience = d.out, SilentAfter
	}
	if d.pending.IsZero() || now.Sub(since) < patience {
		return false
	}
	if s.sending.waits(m) {
		d.pending = now
		return false
	}
	return true
}

// unheard tells that nothing comes from a member who was asked.
func (s *Seat) unheard(m *person) {
	d := &m.doubt
	if d.unheard {
		return
	}
	if d.silences++; !worthSaying(d.silences) {
		return
	}
	d.unheard = true
	s.emit(&rooms.Notice{Code: Unheard, Text: fmt.Sprintf(
		"Nothing has come from %s for %d seconds. Their machine sleeps, or the server keeps back what they send.", m.Nick, int(time.Since(m.heardAt).Seconds()))})
}

// same takes a step for an answer if we were asking: its header says whom they show.
func (s *Seat) same(m *person, view View) {
	d := &m.doubt
	if q := d.question; q != nil && q.views[view.Hash] {
		d.question = nil
		s.agree(m)
	}
}

// isUnconfirmed reports whether the server shows us somebody who has not said who
// they are.
func (s *Seat) isUnconfirmed(id ID) bool {
	m := s.people.byPeer[id]
	return m != nil && !m.shown
}

// isTold reports whether a member was quoted already with what another says now.
func (s *Seat) isTold(d difference) bool {
	return d.kind != 'm' && slices.ContainsFunc(s.people.order, func(m *person) bool {
		names, told := m.doubt.told[d.matter]
		return told && names == d.names
	})
}

func (d *doubt) isTold(what matter) bool {
	_, told := d.told[what]
	return told
}

// heardSince reports whether a difference can't be a question of somebody's silence:
// who is not shown somewhere may be asleep, and is then not heard here either.
func (s *Seat) heardSince(what matter, since time.Time) bool {
	m := s.people.byPeer[what.id]
	return what.kind != 'm' || m == nil || m == s.you || m.heardAt.After(since)
}

// vouch notes whom a member knows who have said nothing here, and tells of them by the
// name that they have there, once for all who know them.
func (s *Seat) vouch(by *person, silent []difference) {
	now := time.Now()
	var due []*person
	var names []string
	for _, each := range silent {
		m := s.people.byPeer[each.id]
		m.vouched = true
		switch away := m.isAway(now); {
		case away && m.named == unnamed, !away && m.named < namedSilent && !now.Before(m.since.Add(SilentAfter)):
			due, names = append(due, m), append(names, each.text)
		}
	}
	if len(due) == 0 {
		return
	}
	if by.doubt.tellings++; !worthSaying(by.doubt.tellings) {
		return
	}
	for i, m := range due[:min(len(due), mostParts)] {
		if m.isAway(now) {
			m.named = namedAway
			s.emit(&rooms.Notice{Code: Absent, Text: fmt.Sprintf(
				"%s is here too, says %s, and away just now. They get nothing that you say until they are back.", names[i], by.Nick)})
			continue
		}
		m.named = namedSilent
		s.emit(&rooms.Notice{Code: Unconfirmed, Text: fmt.Sprintf(
			"%s is here too, says %s, and says nothing to you. They get nothing that you say. Their machine sleeps, or the server keeps back what they send.", names[i], by.Nick)})
	}
}
