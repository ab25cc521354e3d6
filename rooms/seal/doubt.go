package seal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sotto/rooms"
)

// Codes of notices that only a sealed room's own members can give.
const (
	Ghost         rooms.Code = "ghost"          // somebody without the secret tried to come in
	Forged        rooms.Code = "forged"         // something did not prove to be genuine
	Unconfirmed   rooms.Code = "unconfirmed"    // somebody holds the link and says nothing
	RosterDiffers rooms.Code = "roster_differs" // a member is shown other people than we are
	RosterSilent  rooms.Code = "roster_silent"  // and does not say whom
	RosterAgrees  rooms.Code = "roster_agrees"  // and no longer is
	Unread        rooms.Code = "unread"         // the safety words were not looked at
	Twofold       rooms.Code = "twofold"        // a member told others something else than us
)

const (
	// SilentAfter is how long somebody may hold the link and say nothing before
	// it is said, and StrangerFor until their keys are forgotten: a place is not
	// theirs to keep.
	SilentAfter = 10 * time.Second
	// LastsAfter is how long somebody takes at most to come in over a slow line.
	LastsAfter  = 3 * time.Second
	StrangerFor = time.Minute
	// AskAfter is how long a difference between what two ends show may last before
	// one asks the other: most go by themselves, since people come to two ends one
	// after the other. What is a difference is not decided by it.
	AskAfter = 2 * time.Second
	// AskAgain is the pause between two questions to one member.
	AskAgain = 5 * time.Second
	// AskSeldom is that for whoever is said to be silent: what is asked of a machine
	// that sleeps waits for it.
	AskSeldom = 30 * time.Second
	// AwayFor is how long somebody whose connection is lost, as the server tells,
	// is not expected to say anything: a place waits no longer than a minute.
	AwayFor = rooms.ResumeWindow + 5*time.Second
	// QuestionEvery is how often questions leave, to all who are due with one message:
	// where many come in, everybody differs from many for a moment.
	QuestionEvery = 2 * time.Second
	// AnswerEvery is how often questions are answered, all who ask with one message.
	AnswerEvery = time.Second
	// BusyAnswerEvery is that while something else waits to leave: whoever always talks
	// is no reason to be taken for silent, and whoever always asks keeps little back.
	BusyAnswerEvery = 3 * time.Second
	// listedFor is how many people a list of those who are shown may name for each
	// AnswerEvery until the next: a full room in which everybody owes one, as after a
	// rush of newcomers, would otherwise be kept busy by lists alone.
	listedFor = 16
	// BarrierWait is how long the server may leave open what became of what was under
	// way at a loss, while all that is said here waits.
	BarrierWait = 30 * time.Second // what a place keeps takes that long over 70 kbit/s
)

// doubt is what this end makes of whom another one shows. While they differ it asks.
// The answer may be of any moment since our question came back to us in the room's
// order. So it is compared with everything that this end has shown since then: a slow
// answer is no difference, and a server can't avoid the comparison by changing who is
// there.
type doubt struct {
	heard    [viewBytes]byte // what they showed when they spoke last
	since    time.Time       // when that began to differ; zero: it does not
	early    bool            // but for the first word of a newcomer, who could not show us yet, nothing says so
	wanted   time.Time       // since when they are to give a sign of life; zero: they need not
	unheard  bool            // it was said that nothing comes from them
	asked    time.Time       // when they were asked last; zero: not about this
	question *question       // since our question was out, until the answer
	pending  time.Time       // when they were asked first without an answer; zero: they answered
	out      time.Time       // when one of those came back first, if that is later
	refused  bool            // the server did not take a question of those
	unanswered
	weak map[matter]time.Time // what an answer differed in that may have been on its way, and when
	told map[matter]string    // what was said of it: the names that differ
	said bool                 // anything was, and is to be taken back

	silences, tellings int  // so far: nobody shouts by being silent, or by making people up
	questions          int  // of ours to them that may still be answered
	asks               bool // they asked, and have no answer yet
}

// see notes whom this end shows from now on.
func (s *Seat) see() {
	shown := s.people.shown()
	view := s.room.ViewOf(shown)
	if view == s.view.Hash {
		return
	}
	s.view = View{s.view.Epoch + 1, view}
	s.session.See(s.view)
	for _, m := range s.people.order {
		if m.doubt.heard == view {
			s.agree(m)
		}
		if q := m.doubt.question; q != nil && len(q.views) < maxViews {
			q.note(view, shown)
		} else if q != nil {
			m.doubt.question = nil
		}
	}
	s.compared()
}

// compare notes whom a member showed when they spoke.
func (s *Seat) compare(m *person, view View, first bool) {
	d := &m.doubt
	d.heard = view.Hash
	switch early := first && !m.before; {
	case view.Hash == s.view.Hash:
		s.agree(m)
	case d.since.IsZero():
		d.since, d.early = time.Now(), early
	default:
		d.early = d.early && early
	}
}

// agree takes back what was said of a difference.
func (s *Seat) agree(m *person) {
	d := &m.doubt
	if d.said {
		s.emit(&rooms.Notice{Code: RosterAgrees, Text: m.Nick + " and you are shown the same people again."})
	}
	d.since, d.asked, d.pending = time.Time{}, time.Time{}, time.Time{}
	d.refused, d.weak, d.told, d.said, d.early = false, nil, nil, false, false
	d.unanswered = unanswered{}
}

// answer takes what a member says that they show.
func (s *Seat) answer(m *person, view View, shown []seen) {
	d := &m.doubt
	q := d.question
	switch {
	case d.questions == 0:
		s.lapse(m, &m.broken) // nobody asked
		return
	case q == nil: // it can't be compared before our question is back, or needs not to be
		d.questions--
		return
	}
	d.questions--
	d.question, d.pending, d.refused, d.unanswered = nil, time.Time{}, false, unanswered{}
	if q.views[view.Hash] {
		s.agree(m)
		return
	}
	if d.weak == nil {
		d.weak, d.told = map[matter]time.Time{}, map[matter]string{}
	}
	var fresh, silent []difference
	for _, each := range q.differences(m.Nick, shown, s.session.Met, s.isAway, s.isUnconfirmed, s.session.me.ID) {
		switch first, again := d.weak[each.matter]; {
		case each.kind == unconfirmedHere:
			silent = append(silent, each)
		case d.isTold(each.matter) || s.isTold(each):
		case each.sure || again && s.heardSince(each.matter, first):
			fresh = append(fresh, each)
		case !again:
			d.weak[each.matter] = time.Now() // may be on its way: asked once more
			s.want(s.people.byPeer[each.id])
		}
	}
	s.vouch(m, silent)
	if len(fresh) > 0 {
		s.differ(m, fresh)
	}
}

// mostParts is how many differences are told at a time: the others with the next.
const mostParts = 3

// differ tells of differences, if one is due: what is not told now the next answer
// says again.
func (s *Seat) differ(m *person, fresh []difference) {
	d := &m.doubt
	if d.tellings++; !worthSaying(d.tellings) {
		return
	}
	d.said = true
	var parts []string
	for _, each := range fresh[:min(len(fresh), mostParts)] {
		d.told[each.matter] = each.names
		parts = append(parts, each.text)
	}
	if more := len(fresh) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	s.emit(&rooms.Notice{Code: RosterDiffers, Text: fmt.Sprintf(
		"%s says: %s. The server may be hiding somebody, or %s makes it up. Compare /verify.", m.Nick, strings.Join(parts, "; "), m.Nick)})
}

// differs reports whether they show other people than we do, as far as we know.
func (d *doubt) differs() bool { return !d.since.IsZero() && !d.early }

// saysNothing notes that a member gave no answer in time, whoever kept it back.
func (s *Seat) saysNothing(m *person) {
	d := &m.doubt
	if !d.differs() {
		s.unheard(m)
		return
	}
	if d.silences++; !worthSaying(d.silences) {
		return
	}
	d.said = true
	s.emit(&rooms.Notice{Code: RosterSilent, Text: m.Nick + " is shown other people than you are, and does not say whom. The server may be hiding somebody. Compare /verify."})
}

// excuse takes the time in which the connection was lost off what others took for an
// answer.
func (s *Seat) excuse(lost time.Duration) {
	for _, m := range s.people.order {
		d := &m.doubt
		for _, at := range []*time.Time{&d.since, &d.asked, &d.pending, &d.out, &d.wanted} {
			if !at.IsZero() {
				*at = at.Add(lost)
			}
		}
	}
}

// ask asks members about differences that last and for signs of life, and says when to
// look again. Nothing is expected of who is away.
func (s *Seat) ask(now time.Time) (due []*person, next time.Time) {
	again := s.questioned.Add(QuestionEvery)
	var silent []*person
	for _, m := range s.people.order {
		d := &m.doubt
		if !m.shown || m == s.you || d.since.IsZero() && d.wanted.IsZero() {
			continue
		}
		if m.isAway(now) {
			d.asked, d.pending, d.refused, d.question = time.Time{}, time.Time{}, false, nil
			next = earlier(next, m.awaySince.Add(AwayFor))
			continue
		}
		at := d.wanted
		if !d.since.IsZero() {
			at = earlier(at, d.since.Add(AskAfter))
		}
		switch {
		case d.asked.IsZero():
		case d.unheard:
			at = d.asked.Add(AskSeldom)
		default:
			at = d.asked.Add(AskAgain)
		}
		if at.Before(again) {
			at = again
		}
		if now.Before(at) {
			next = earlier(next, at)
			continue
		}
		if s.overdue(m, now) {
			silent = append(silent, m)
		}
		due = append(due, m)
		next = earlier(next, now.Add(AskAgain))
	}
	s.silent(silent)
	for _, m := range due {
		d := &m.doubt
		if d.pending.IsZero() {
			d.pending = now
		}
		d.asked, d.question = now, nil
	}
	return due, next
}

// question asks members whom they show, but for those whom a question is on its way to.
func (s *Seat) question(due []*person) {
	due = slices.DeleteFunc(due, s.sending.asks)
	if s.tell(payload{T: "ask"}, due...) {
		s.questioned = time.Now()
		for _, m := range due {
			m.doubt.questions++
		}
	}
}

// asked notes that our question to some is out, in the room's order.
func (s *Seat) asked(of []*person) {
	for _, m := range of {
		if !m.doubt.asked.IsZero() { // otherwise it needs no answer any more
			q := &question{map[[viewBytes]byte]bool{}, map[ID]map[string]bool{}, map[ID]bool{}}
			q.note(s.view.Hash, s.people.shown())
			m.doubt.question, m.doubt.taken = q, true
			if m.doubt.out.Before(m.doubt.pending) {
				m.doubt.out = time.Now()
			}
		}
	}
}

// reply answers all who ask with one message, or with two, more seldom while something
// else waits, and says when to look again. Who asks and shows whom we show needs no list
// of them: the header of a step says the same. A long list leaves more seldom.
func (s *Seat) reply(now time.Time) (next time.Time) {
	var same, others []*person
	shown := 0
	for _, m := range s.people.order {
		if m.shown {
			shown++
		}
		switch {
		case !m.doubt.asks:
		case m.doubt.heard == s.view.Hash:
			same = append(same, m)
		default:
			others = append(others, m)
		}
	}
	every := AnswerEvery
	if s.sending.slow() {
		every = BusyAnswerEvery
	}
	for _, each := range []struct {
		to     []*person
		answer func() payload
		last   *time.Time
		every  time.Duration
	}{
		{same, func() payload { return payload{T: "step"} }, &s.answered, every},
		{others, func() payload { return listed(s.people.shown()) }, &s.listed, max(every, AnswerEvery*time.Duration(shown)/listedFor)},
	} {
		if len(each.to) == 0 {
			continue
		}
		if at := each.last.Add(each.every); now.Before(at) {
			next = earlier(next, at)
		} else if s.tell(each.answer(), each.to...) {
			*each.last = now
			for _, m := range each.to {
				m.doubt.asks = false
			}
		}
	}
	return next
}

// disagree tells of what a member told others otherwise than us: what they said shows
// it, or somebody says so.
func (s *Seat) disagree(m *person, o Opened) {
	if o.Twofold {
		if m.twofold++; worthSaying(m.twofold) {
			s.emit(&rooms.Notice{Code: Twofold, Text: m.Nick + " told others something else than you. What you read here may not be what they read."})
		}
	}
	for _, id := range s.session.Compare(o) {
		about := s.people.byPeer[id]
		if !about.shown {
			continue
		}
		if m.disputes++; worthSaying(m.disputes) {
			s.emit(&rooms.Notice{Code: Twofold, Text: fmt.Sprintf(
				"%s was told something else by %s than you were. %[2]s tells people different things, or %[1]s makes it up.", m.Nick, about.Nick)})
		}
	}
}

// suspect counts what did not prove to be genuine.
func (s *Seat) suspect() {
	if s.forged++; worthSaying(s.forged) {
		s.emit(&rooms.Notice{Code: Forged, Text: fmt.Sprintf(
			"Something reached you that no member of this room sealed, or that came twice (%d so far). It was dropped. The server or the network may be tampering.", s.forged)})
	}
}

// haunted counts those who were not let in.
func (s *Seat) haunted(why error) {
	if s.ghosts++; !worthSaying(s.ghosts) {
		return
	}
	who := "Somebody without this room's key tried to come in"
	switch why {
	case ErrGhost:
	case ErrUsed:
		who = "Somebody who had left was shown once more"
	case ErrVersion:
		who = "Somebody whose program speaks another version of sealed rooms tried to come in"
	default:
		who = "Somebody could not be let in: " + why.Error()
	}
	s.emit(&rooms.Notice{Code: Ghost, Text: fmt.Sprintf("%s (%d so far). They were not let in and can read nothing.", who, s.ghosts)})
}

// worthSaying reports whether the nth time of the same thing is the first, second,
// fourth, eighth …, so that a hostile server can't fill the screen with warnings.
func worthSaying(n int) bool { return n&(n-1) == 0 }

// isDue reports whether the time for something has come; zero is none.
func isDue(at, now time.Time) bool { return !at.IsZero() && !now.Before(at) }

// earlier is the earlier of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
