package rooms

// scrub takes the words of a message that was taken back out of every outbox: those that
// were not handed out, and those that were and may be once more. Whoever gets them still
// is told that something was said, so that numbers go on, and not what.
func (r *room) scrub(re uint64) {
	blank := make(map[*entry]*entry) // by what it stands for; all who share the one share the other
	instead := func(e *entry) *entry {
		event := withoutWords(e.event, re)
		if event == nil {
			return e
		}
		if blank[e] == nil {
			b := newEntry(event)
			b.readers = e.readers
			blank[e] = b
		}
		return blank[e]
	}
	for _, p := range r.here.order {
		p.out.replace(instead)
	}
	r.history.replace(instead)
}

// withoutWords is an event about a message without its words, or nil of one that has none
// of them.
func withoutWords(event Event, re uint64) Event {
	switch e := event.(type) {
	case *Said:
		if e.Seq == re {
			return &Said{Seq: e.Seq, At: e.At, From: e.From, Re: e.Re, ID: e.ID, Gone: true}
		}
	case *Amended:
		if e.Re == re {
			return &Amended{Seq: e.Seq, From: e.From, Re: e.Re, ID: e.ID}
		}
	}
	return nil
}

// replace puts something in the place of what waits.
func (o *outbox) replace(instead func(*entry) *entry) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, e := range o.entries {
		now := instead(e)
		if now == e {
			continue
		}
		o.entries[i] = now
		o.bytes += now.size - e.size
		if i >= o.taken {
			o.untaken += now.size - e.size
		}
	}
	o.press()
}
