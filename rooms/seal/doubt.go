package seal

import (
	"fmt"
	"maps"
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
	RosterAgrees  rooms.Code = "roster_agrees"  // and no longer is
	Unread        rooms.Code = "unread"         // the safety words were not looked at
	Twofold       rooms.Code = "twofold"        // a member told others something else than us
	Unknown       rooms.Code = "unknown_kind"   // a member's program is newer than this one
)

const (
	// SilentAfter is how long somebody may hold the link and say nothing before
	// it is said, and StrangerFor until their keys are forgotten: a place is not
	// theirs to keep.
	SilentAfter = 10 * time.Second
	StrangerFor = time.Minute
	// AskAfter is how long a difference between what two ends show may last before
	// one asks the other: most go by themselves, since people come to two ends one
	// after the other. What is a difference is not decided by it.
	AskAfter = 2 * time.Second
	// AskAgain is the pause between two questions to one member, and how long an
	// answer may take.
	AskAgain = 5 * time.Second
	// AwayFor is how long somebody whose connection is lost, as the server tells,
	// is not expected to say anything: a place waits no longer than a minute.
	AwayFor = rooms.ResumeWindow + 5*time.Second
	// AnswerEvery is how often questions are answered, all who ask with one message.
	AnswerEvery = time.Second
	// BusyAnswerEvery is that while something else waits to leave: whoever always talks
	// is no reason to be taken for silent, and whoever always asks keeps little back.
	BusyAnswerEvery = 3 * time.Second
	// BarrierWait is how long the server may leave open what became of what was under
	// way at a loss, while all that is said here waits.
	BarrierWait = 30 * time.Second // what a place keeps takes that long over 70 kbit/s
)

// doubt is what this end makes of whom another one shows. While they differ it
// asks: the answer is compared with all that was shown here since the question was
// out in the room's order, so that no delay makes a difference, and none can be
// held off by changes.
type doubt struct {
	heard    [viewBytes]byte // what they showed when they spoke last
	since    time.Time       // when that began to differ; zero: it does not
	asked    time.Time       // when they were asked last; zero: not about this
	question *question       // since our question was out, until the answer
	pending  time.Time       // when they were asked first without an answer; zero: they answered
	refused  bool            // the server did not take a question of those
	weak     map[matter]bool // what an answer differed in that may have been on its way
	told     map[matter]bool // what was said of it
	said     bool            // anything was, and is to be taken back

	silences, tellings int  // so far: nobody shouts by being silent, or by making people up
	asks               bool // they asked, and have no answer yet
}

// matter is what two ends differ in: how, and about whom.
type matter struct {
	kind byte
	id   ID
}

// difference is a matter as it is told. A sure one can't be a question of who came
// first to whom.
type difference struct {
	matter
	text string
	sure bool
}

// question is whom this end has shown since it asked.
type question struct {
	views map[[viewBytes]byte]bool
	names map[ID]map[string]bool // whoever was shown at some time, by the names they had
	left  map[ID]bool            // who was not shown all the time
}

// maxViews bounds what one question remembers: a member whose answer takes longer
// than so many changes is asked anew.
const maxViews = 4096

// note adds whom this end shows now.
func (q *question) note(view [viewBytes]byte, shown []Shown) {
	here := make(map[ID]bool, len(shown))
	for _, m := range shown {
		here[m.ID] = true
		names, known := q.names[m.ID]
		if !known {
			names = map[string]bool{}
			q.names[m.ID] = names
			q.left[m.ID] = len(q.views) > 0 // came later
		}
		names[m.Nick] = true
	}
	for id := range q.names {
		if !here[id] {
			q.left[id] = true
		}
	}
	q.views[view] = true
}

// differences is how an answer differs from all that was shown here. Whoever is away
// may have come back as somebody new, and is no difference.
func (q *question) differences(from string, answer []seen, met, away func(ID) bool, you ID) (all []difference) {
	listed := make(map[ID]bool, len(answer))
	for _, m := range answer {
		listed[m.ID] = true
		switch names := q.names[m.ID]; {
		case names == nil && away(m.ID):
		case names == nil:
			all = append(all, difference{matter{'s', m.ID}, fmt.Sprintf("%s is shown %s, whom you are not shown", from, m.Nick), !met(m.ID)})
		case !names[m.Nick]:
			known := slices.Sorted(maps.Keys(names))
			all = append(all, difference{matter{'c', m.ID}, fmt.Sprintf("%s is told that %s is called %s", from, known[0], m.Nick), false})
		}
	}
	for id, names := range q.names {
		switch {
		case listed[id] || q.left[id] || away(id):
		case id == you:
			all = append(all, difference{matter{'m', id}, from + " is not shown you", false})
		default:
			all = append(all, difference{matter{'m', id}, fmt.Sprintf("%s is not shown %s, whom you are shown", from, slices.Sorted(maps.Keys(names))[0]), false})
		}
	}
	slices.SortFunc(all, func(a, b difference) int { return strings.Compare(a.text, b.text) })
	return all
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
func (s *Seat) compare(m *person, view View) {
	m.doubt.heard = view.Hash
	switch {
	case view.Hash == s.view.Hash:
		s.agree(m)
	case m.doubt.since.IsZero():
		m.doubt.since = time.Now()
	}
}

// agree takes back what was said of a difference.
func (s *Seat) agree(m *person) {
	d := &m.doubt
	if d.said {
		s.emit(&rooms.Notice{Code: RosterAgrees, Text: m.Nick + " and you are shown the same people again."})
	}
	d.since, d.asked, d.pending = time.Time{}, time.Time{}, time.Time{}
	d.refused, d.weak, d.told, d.said = false, nil, nil, false
}

// answer takes what a member says that they show.
func (s *Seat) answer(m *person, view View, shown []seen) {
	d := &m.doubt
	q := d.question
	switch {
	case q == nil && d.asked.IsZero():
		s.suspect() // nobody asked
		return
	case q == nil:
		return // it can't be compared before our question is back
	}
	d.question, d.pending, d.refused = nil, time.Time{}, false
	if q.views[view.Hash] {
		if view.Hash == d.heard {
			s.agree(m)
		}
		return
	}
	if d.weak == nil {
		d.weak, d.told = map[matter]bool{}, map[matter]bool{}
	}
	var fresh []difference
	for _, each := range q.differences(m.Nick, shown, s.session.Met, s.isAway, s.session.me.ID) {
		switch {
		case d.told[each.matter]:
		case each.sure || d.weak[each.matter]:
			fresh = append(fresh, each)
		default:
			d.weak[each.matter] = true // may be on its way: asked once more
		}
	}
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
		d.told[each.matter] = true
		parts = append(parts, each.text)
	}
	if more := len(fresh) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	s.emit(&rooms.Notice{Code: RosterDiffers, Text: fmt.Sprintf(
		"%s says: %s. The server may be hiding somebody, or %s makes it up. Compare /verify.", m.Nick, strings.Join(parts, "; "), m.Nick)})
}

// silent notes that a member gave no answer in time, whoever kept it back.
func (s *Seat) silent(m *person) {
	d := &m.doubt
	if d.silences++; !worthSaying(d.silences) {
		return
	}
	d.said = true
	s.emit(&rooms.Notice{Code: RosterDiffers, Text: m.Nick + " is shown other people than you are, and does not say whom. The server may be hiding somebody. Compare /verify."})
}

// isSilent reports whether a question had its time. Where it is not even back, that
// is twice as long: the line may be slow.
func (d *doubt) isSilent(now time.Time) bool {
	return !d.pending.IsZero() && (d.question != nil || d.refused || now.Sub(d.pending) >= 2*AskAgain)
}

// excuse takes the time in which the connection was lost off what others took for an
// answer.
func (s *Seat) excuse(lost time.Duration) {
	for _, m := range s.people.order {
		d := &m.doubt
		for _, at := range []*time.Time{&d.since, &d.asked, &d.pending} {
			if !at.IsZero() {
				*at = at.Add(lost)
			}
		}
	}
}

// isAway reports whether the connection of a member is lost, as far as that can be.
func (s *Seat) isAway(id ID) bool {
	m := s.people.byPeer[id]
	return m != nil && m.isAway(time.Now())
}

func (m *person) isAway(now time.Time) bool { return m.Away && now.Sub(m.awaySince) < AwayFor }

// isNow notes what the server says of somebody's connection. Who is lost again soon
// after is lost since the first time: otherwise a server could say so for ever.
func (m *person) isNow(away bool, now time.Time) {
	switch m.Away = away; {
	case !away:
		m.backSince = now
	case now.Sub(m.backSince) >= AwayFor:
		m.awaySince = now
	}
}

// ask asks members about differences that last, and says when to look again.
func (s *Seat) ask(now time.Time) (due []*person, next time.Time) {
	for _, m := range s.people.order {
		d := &m.doubt
		if !m.shown || m == s.you || d.since.IsZero() {
			continue
		}
		at := d.since.Add(AskAfter)
		if !d.asked.IsZero() {
			at = d.asked.Add(AskAgain)
		}
		if now.Before(at) {
			next = earlier(next, at)
			continue
		}
		if d.isSilent(now) {
			s.silent(m)
		}
		if d.pending.IsZero() {
			d.pending = now
		}
		d.asked, d.question = now, nil
		due = append(due, m)
		next = earlier(next, now.Add(AskAgain))
	}
	return due, next
}

// question asks members whom they show, but for those whom a question is on its way to.
func (s *Seat) question(due []*person) {
	for _, m := range due {
		if !slices.ContainsFunc(s.outgoing, func(o *outgoing) bool { return o.what.T == "ask" && o.to[0] == m }) {
			s.tell(payload{T: "ask"}, m)
		}
	}
}

// reply answers all who ask with one message, more seldom while something else waits,
// and says when to look again.
func (s *Seat) reply(now time.Time) (next time.Time) {
	var asking []*person
	for _, m := range s.people.order {
		if m.doubt.asks {
			asking = append(asking, m)
		}
	}
	if len(asking) == 0 {
		return next
	}
	every := AnswerEvery
	if s.slow() {
		every = BusyAnswerEvery
	}
	if at := s.answered.Add(every); now.Before(at) {
		return at
	}
	if s.tell(s.shown(), asking...) {
		s.answered = now
		for _, m := range asking {
			m.doubt.asks = false
		}
	}
	return next
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
		if !m.silent {
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

// earlier is the earlier of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
