package rooms

import "time"

// history is what was told in a room in the last [HistoryFor], at most [HistoryBytes] of it.
// A server that shares its rooms with others keeps it, for who comes back to it and was
// connected to another. Nil is that of a server which shares none. It is guarded by the
// room.
type history struct {
	told   []telling
	bytes  int
	before uint64 // the number of the last event that is not in it
	timer  *time.Timer
}

// telling is one numbered event, for everybody or for one.
type telling struct {
	at     time.Time // here, not by the log's clock
	entry  *entry
	to     string // member id; empty: everybody
	author string // of what everybody is told: who gets own instead, if not nil
	own    *entry
}

func (t *telling) size() int {
	if t.own != nil {
		return t.entry.size + t.own.size
	}
	return t.entry.size
}

// note takes in what is told.
func (h *history) note(fx *effect, now time.Time) {
	if h == nil || fx.event == nil || fx.kind != tellsAll && fx.kind != tellsOne {
		return
	}
	t := telling{at: now, entry: newEntry(fx.event)}
	if !t.entry.numbered() {
		return
	}
	if fx.kind == tellsOne {
		t.to = fx.id
	} else if fx.own != nil {
		t.author, t.own = fx.id, newEntry(fx.own)
	}
	h.told = append(h.told, t)
	h.bytes += t.size()
	h.forget(now)
}

// forget drops what is over or too much.
func (h *history) forget(now time.Time) {
	n := 0
	for n < len(h.told) && (h.bytes > HistoryBytes || now.Sub(h.told[n].at) >= HistoryFor) {
		h.bytes -= h.told[n].size()
		h.before = max(h.before, h.told[n].entry.at.Seq)
		n++
	}
	clear(h.told[:n])
	if h.told = h.told[n:]; len(h.told) == 0 {
		h.told = nil
	}
}

// since puts on an outbox what its owner, m, was told after at, and says from where on. All
// that came before the room event of that number they have, or were told of as a gap, which
// says nothing of the numbers of whispers.
func (h *history) since(m *member, o *outbox, at Position) {
	from, rest := Position{h.before, m.wseq}, h.told
	for i, t := range h.told {
		if seq := t.entry.at.Seq; seq > 0 && seq <= at.Seq {
			from.Seq, rest = max(from.Seq, seq), h.told[i+1:]
		}
	}
	for _, t := range rest {
		switch {
		case t.to == "" && t.author == m.ID && t.own != nil:
			o.put(t.own)
		case t.to == "" || t.to == m.ID:
			o.put(t.entry)
		default:
			continue
		}
		if t.entry.at.WSeq > 0 {
			from.WSeq--
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.acked, o.taken, o.untaken = from, len(o.entries), 0
}

// replace puts something in the place of what was told.
func (h *history) replace(instead func(*entry) *entry) {
	if h == nil {
		return
	}
	h.bytes = 0
	for i := range h.told {
		t := &h.told[i]
		t.entry = instead(t.entry)
		if t.own != nil {
			t.own = instead(t.own)
		}
		h.bytes += t.size()
	}
}

// forgetLater has the room's history forgotten when it is over, though nothing happens. The
// caller holds the lock.
func (r *room) forgetLater() {
	h := r.history
	if h == nil || h.timer != nil || len(h.told) == 0 {
		return
	}
	h.timer = time.AfterFunc(time.Until(h.told[0].at.Add(HistoryFor)), func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		h.timer = nil
		h.forget(time.Now())
		r.forgetLater()
	})
}

// stop ends the wait for what is to be forgotten.
func (h *history) stop() {
	if h != nil && h.timer != nil {
		h.timer.Stop()
	}
}
