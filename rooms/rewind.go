package rooms

import (
	"cmp"
	"maps"
	"slices"
)

// hole is what a detached place misses once its outbox is full: how many words,
// and who or what was changed meanwhile, so that its roster can be put right
// without keeping every change.
type hole struct {
	events   uint64            // room events missed
	whispers uint64            // whispers and sealed messages missed
	before   map[string]before // members as they were when the hole began
	order    []string          // keys of before, in the order of the first change
	topic    *string           // the topic as it was, if it changed
}

// before is a member as they were, or that they were not there.
type before struct {
	member Member
	here   bool
	reason LeaveReason // of the last time that they left meanwhile
}

func newHole() *hole { return &hole{before: make(map[string]before)} }

func (h *hole) note(e *entry) {
	switch ev := e.event.(type) {
	case *Whispered, *Sealed:
		h.whispers++
		return
	case *Joined:
		h.remember(ev.Member.ID, before{})
	case *Left:
		h.remember(ev.Member.ID, before{member: ev.Member, here: true})
		if was := h.before[ev.Member.ID]; was.here {
			was.reason = ev.Reason
			h.before[ev.Member.ID] = was
		} else { // came and went inside the hole
			delete(h.before, ev.Member.ID)
			h.order = slices.DeleteFunc(h.order, func(id string) bool { return id == ev.Member.ID })
		}
	case *Renamed:
		was := ev.Member
		was.Nick = ev.Was
		h.remember(was.ID, before{member: was, here: true})
	case *Away:
		was := ev.Member
		was.Away = !was.Away
		h.remember(was.ID, before{member: was, here: true})
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

func (h *hole) remember(id string, b before) {
	if _, known := h.before[id]; !known {
		h.before[id] = b
		h.order = append(h.order, id)
	}
}

// close turns the hole into what its owner is told: a gap, then the differences
// between the roster as it was and as it is. The differences bear the last of
// the missed numbers, so that numbers go on without a hole. There are never
// more differences than missed events, since each missed event made at most one.
// They are bounded by the people then and now, two rooms full, and take nothing
// of the outbox's bound: it is full already, and they would end its owner.
func (h *hole) close(r *room) []*entry {
	var changes []Event
	for _, id := range h.order {
		was := h.before[id]
		now := r.roster.byID[id]
		switch {
		case now == nil:
			changes = append(changes, &Left{Member: was.member, Reason: was.reason})
		case !was.here:
			changes = append(changes, &Joined{Member: now.Member})
		case now.Nick != was.member.Nick:
			changes = append(changes, &Renamed{Member: now.Member, Was: was.member.Nick})
		case now.Away != was.member.Away:
			changes = append(changes, &Away{Member: now.Member})
		}
	}
	if h.topic != nil {
		changes = append(changes, &TopicSet{From: r.topicBy, Text: r.topic, was: *h.topic})
	}
	reach := r.seq - uint64(len(changes))
	entries := []*entry{newEntry(&Gap{Missed: h.events + h.whispers - uint64(len(changes)), Seq: reach})}
	for i, c := range changes {
		seq := reach + 1 + uint64(i)
		switch c := c.(type) {
		case *Left:
			c.Seq = seq
		case *Joined:
			c.Seq = seq
		case *Renamed:
			c.Seq = seq
		case *Away:
			c.Seq = seq
		case *TopicSet:
			c.Seq = seq
		}
		e := newEntry(c)
		e.size = 0
		entries = append(entries, e)
	}
	return entries
}

// view is what a welcome shows of a room: its members and topic at one moment.
type view struct {
	members []Member
	topic   string
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

// member finds somebody in the view.
func (v *view) member(id string) Member {
	for _, m := range v.members {
		if m.ID == id {
			return m
		}
	}
	return Member{}
}
