package rooms

import "time"

// hear notes that something came from the client over connection gen.
func (o *outbox) hear(gen uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gen == gen {
		o.heard, o.answered, o.owing, o.asked = true, true, time.Time{}, time.Time{}
	}
}

// askNow asks the client for a sign of life, where its door can and none is missing
// already. It does not wait for it.
func (o *outbox) askNow() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ask == nil || !o.attached || o.over() != nil || !o.asked.IsZero() {
		return
	}
	o.asked = time.Now()
	gen := o.gen
	o.ask(func() { o.signed(gen) })
}

// signed notes the sign of life of connection gen.
func (o *outbox) signed(gen uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gen == gen {
		o.asked = time.Time{}
	}
}

// absent reports whether there is a connection and nobody seems to be at its other
// end.
func (o *outbox) absent() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	patience := WelcomeFor
	if o.answered {
		patience = AnswerFor
	}
	late := func(since time.Time, patience time.Duration) bool {
		return !since.IsZero() && time.Since(since) >= patience
	}
	return o.attached && (o.answers && late(o.owing, patience) || late(o.asked, SignFor))
}
