package rooms

import (
	"cmp"
	"maps"
	"slices"
)

// hole is what a detached place misses once its outbox is full: how many words,
// and who or what was changed meanwhile, so that its roster can be put right
// without keeping every change. A full room may have a hole for each of its people,
// so one holds numbers and what all of them share.
type hole struct {
	events   uint64            // room events missed
	whispers uint64            // whispers, sealed messages and the like missed
	changed  map[uint64]change // by the number of who was changed
	topic    *string           // the topic as it was, if it changed
	rules    []*RulesSet       // the first and the last that changed the rules
	vote     *Voting           // the last that is known of a vote
	from     uint64            // the first missed event; what was said before it, its owner may have
	mends    mends             // what became of that
}

// change is the first and the last event that changed a member since the hole began.
type change struct{ first, last *entry }

// changeBytes is what a change costs a hole, in bytes.
const changeBytes = 48

func newHole() *hole { return &hole{changed: make(map[uint64]change)} }

func (h *hole) note(e *entry) {
	if h.from == 0 {
		h.from = e.at.Seq // still 0 of what has no number in the room
	}
	switch ev := e.event.(type) {
	case *Whispered, *Sealed, *Leapt:
		h.whispers++
		return
	case *Joined:
		h.change(ev.Member, e)
	case *Left:
		if first := h.changed[ev.Member.arrived].first; first != nil && first.at.Seq == ev.Member.arrived {
			delete(h.changed, ev.Member.arrived) // came and went inside the hole
		} else {
			h.change(ev.Member, e)
		}
	case *Renamed:
		h.change(ev.Member, e)
	case *Away:
		h.change(ev.Member, e)
	case *AsideSet:
		h.change(ev.Member, e)
	case *HostSet:
		h.change(ev.Member, e)
	case *Muted:
		h.change(ev.Member, e)
	case *SpeakSet:
		h.change(ev.Member, e)
	case *Voting:
		h.vote = ev
	case *Reacted:
		h.mends.note(e, ev.Re, h.from)
	case *Amended:
		h.mends.note(e, ev.Re, h.from)
	case *Retracted:
		h.mends.note(e, ev.Re, h.from)
	case *RulesSet:
		h.rules = append(h.rules[:min(1, len(h.rules))], ev)
	case *TopicSet:
		if h.topic == nil {
			was := ev.was
			h.topic = &was
		}
	}
	if e.at.Seq > 0 {
		h.events++
	}
}

func (h *hole) change(m Member, e *entry) {
	c := h.changed[m.arrived]
	if c.last = e; c.first == nil {
		c.first = e
	}
	h.changed[m.arrived] = c
}

// before is the member as they were before the change, and whether they were here.
func (c change) before() (was Member, here bool) {
	switch e := c.first.event.(type) {
	case *Joined:
		return e.Member, false
	case *Left:
		was = e.Member
	case *Renamed:
		was = e.Member
		was.Nick = e.Was
	case *Away:
		was = e.Member
		was.Away = !was.Away
	case *AsideSet:
		was = e.Member
		was.Aside = e.was
	case *HostSet:
		was = e.Member
		was.Host = !was.Host
	case *Muted:
		was = e.Member
		was.Muted = e.was
	case *SpeakSet:
		was = e.Member
		was.Speaks = !was.Speaks
	}
	return was, true
}

// holds is what the hole costs, in bytes; a place without one has none.
func (h *hole) holds() int {
	if h == nil {
		return 0
	}
	return changeBytes*len(h.changed) + h.mends.holds()
}

// close turns the hole into what its owner is told: a gap, then the differences
// between the roster as it was and as it is. The differences bear the last of
// the missed numbers, so that numbers go on without a hole. There are never
// more differences than missed events, since each missed event made at most one.
// They are bounded by the people then and now, two rooms full, and by what a hole keeps of
// what became of earlier messages ([mends]), and take nothing of the outbox's bound: it is
// full already, and they would end its owner.
func (h *hole) close(s *state) []*entry {
	var changes []difference
	for _, c := range slices.SortedFunc(maps.Values(h.changed), func(a, b change) int { return cmp.Compare(a.first.at.Seq, b.first.at.Seq) }) {
		was, wasHere := c.before()
		now := s.roster.byID[was.ID]
		switch left, _ := c.last.event.(*Left); {
		case now == nil:
			changes = append(changes, func(seq uint64) Event { return &Left{Seq: seq, Member: was, Reason: left.Reason, Why: left.Why} })
		case !wasHere:
			changes = append(changes, func(seq uint64) Event { return &Joined{Seq: seq, Member: now.Member} })
		default:
			changes = append(changes, differences(now, was)...)
		}
	}
	if n := len(h.rules); n > 0 && h.rules[0].was != h.rules[n-1].Rules {
		last := h.rules[n-1]
		changes = append(changes, func(seq uint64) Event {
			return &RulesSet{Seq: seq, From: last.From, Rules: last.Rules, Why: last.Why, was: h.rules[0].was}
		})
	}
	if v := h.vote; v != nil && v.Over == !s.vote.runs() {
		changes = append(changes, func(seq uint64) Event {
			return &Voting{Seq: seq, Member: v.Member, Ends: v.Ends, Needed: v.Needed, Over: v.Over}
		})
	}
	if h.topic != nil {
		changes = append(changes, func(seq uint64) Event { return &TopicSet{Seq: seq, From: s.topicBy, Text: s.topic, was: *h.topic} })
	}
	changes = append(changes, h.mends.told()...)
	reach := s.seq - uint64(len(changes))
	entries := []*entry{newEntry(&Gap{Missed: h.events + h.whispers - uint64(len(changes)), Seq: reach})}
	for i, c := range changes {
		e := newEntry(c(reach + 1 + uint64(i)))
		e.size = 0
		entries = append(entries, e)
	}
	return entries
}

// difference is an event that gets its number once it is known how many there are.
type difference func(seq uint64) Event

// differences are what tells of whatever has changed about a member who was here: an event
// for each thing, since each was changed by one.
func differences(m *member, was Member) (changes []difference) {
	if m.Nick != was.Nick {
		changes = append(changes, func(seq uint64) Event { return &Renamed{Seq: seq, Member: m.Member, Was: was.Nick} })
	}
	if m.Away != was.Away {
		changes = append(changes, func(seq uint64) Event { return &Away{Seq: seq, Member: m.Member} })
	}
	if m.Aside != was.Aside {
		changes = append(changes, func(seq uint64) Event { return &AsideSet{Seq: seq, Member: m.Member, was: was.Aside} })
	}
	if m.Host != was.Host {
		changes = append(changes, func(seq uint64) Event { return &HostSet{Seq: seq, Member: m.Member} })
	}
	if m.Muted != was.Muted {
		changes = append(changes, func(seq uint64) Event {
			return &Muted{Seq: seq, Member: m.Member, For: mutedFor(m.mutedTill), was: was.Muted}
		})
	}
	if m.Speaks != was.Speaks {
		changes = append(changes, func(seq uint64) Event { return &SpeakSet{Seq: seq, Member: m.Member} })
	}
	return changes
}

// view is what a welcome shows of a room: its members, topic and rules at one moment.
type view struct {
	members []Member
	topic   string
	rules   Rules
}

// now is how the room is shown now.
func (s *state) now() view {
	return view{members: s.roster.snapshot(), topic: s.topic, rules: s.rules}
}

// rewind winds the view back over events, the newest last, so that whoever is shown
// the view and then the events ends where they began. It takes as long as there are
// members and events, and no longer: whoever asks for it decides how many.
func (v *view) rewind(entries []*entry) {
	if len(entries) == 0 {
		return
	}
	here := make(map[string]*Member, len(v.members))
	for i := range v.members {
		here[v.members[i].ID] = &v.members[i]
	}
	change := func(id string, f func(*Member)) {
		if m := here[id]; m != nil {
			changed := *m
			f(&changed)
			here[id] = &changed
		}
	}
	for _, entry := range slices.Backward(entries) {
		switch e := entry.event.(type) {
		case *Joined:
			delete(here, e.Member.ID)
		case *Left:
			here[e.Member.ID] = &e.Member
		case *Renamed:
			change(e.Member.ID, func(m *Member) { m.Nick = e.Was })
		case *Away:
			change(e.Member.ID, func(m *Member) { m.Away = !e.Member.Away })
		case *AsideSet:
			change(e.Member.ID, func(m *Member) { m.Aside = e.was })
		case *HostSet:
			change(e.Member.ID, func(m *Member) { m.Host = !e.Member.Host })
		case *Muted:
			change(e.Member.ID, func(m *Member) { m.Muted = e.was })
		case *SpeakSet:
			change(e.Member.ID, func(m *Member) { m.Speaks = !e.Member.Speaks })
		case *RulesSet:
			v.rules = e.was
		case *TopicSet:
			v.topic = e.was
		}
	}
	members := make([]Member, 0, len(here))
	for _, m := range slices.SortedFunc(maps.Values(here), func(a, b *Member) int { return cmp.Compare(a.arrived, b.arrived) }) {
		members = append(members, *m)
	}
	v.members = members
}

// asides are what goes with a welcome: who is away, and why.
func (v *view) asides() (events []Event) {
	for _, m := range v.members {
		if m.Aside.On {
			events = append(events, &AsideSet{Member: m})
		}
	}
	return events
}

// member finds somebody in the view.
func (v *view) member(id string) Member {
	for _, m := range v.members {
		if m.ID == id {
			return m
		}
	}
	return Member{}
}
