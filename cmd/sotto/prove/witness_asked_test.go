//go:build e2e

package prove

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"sotto/cmd/sotto/e2e"
)

// What a test asks of the witness.

// until waits until it is so.
func (o *observer) until(what string, so func() bool) {
	o.t.Helper()
	o.untilWithin(e2e.Patience, what, so)
}

func (o *observer) untilWithin(patience time.Duration, what string, so func() bool) {
	o.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		o.mu.Lock()
		is, broken, more := so(), o.broken, o.more
		o.mu.Unlock()
		if is {
			return
		}
		if broken != nil {
			o.t.Fatalf("the witness, waiting for %s: %v", what, broken)
		}
		select {
		case <-more:
		case <-deadline.C:
			o.t.Fatalf("the witness never saw %s; it heard %q", what, o.heard[max(0, len(o.heard)-8):])
		}
	}
}

// hear waits until a member has said this.
func (o *observer) hear(text string) {
	o.t.Helper()
	o.until("said: "+text, func() bool {
		return slices.ContainsFunc(o.heard, func(said string) bool { return strings.Contains(said, text) })
	})
}

// say says something to all.
func (o *observer) say(text string) {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	must(o.t, o.seal(o.shown(), true, e2e.Frame{"t": "say", "text": text}))
}

// pairOf is the pair with somebody.
func (o *observer) pairOf(nick string) *pair {
	o.t.Helper()
	for _, p := range o.pairs {
		if p.nick == nick {
			return p
		}
	}
	o.t.Fatalf("the witness never heard of %s", nick)
	return nil
}

// chains are the keys that somebody must hold now, to speak, to hear and to step.
func (o *observer) chains(nick string) []needle {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.pairOf(nick).now()
}

// all is every key so far.
func (o *observer) all() []needle {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Concat(o.lasting, o.passing)
}

// hurry has the witness step where it is its turn, as if its clock were ahead.
func (o *observer) hurry() {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range o.pairs {
		p.stepped = time.Time{}
	}
	must(o.t, o.doWhatIsDue())
}

// old is what nobody may have any more: every key for a moment but those that come
// next, and the public halves of what somebody stepped on from.
func (o *observer) old(nick string) keys {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	needed := make(map[string]bool)
	for _, p := range o.pairs {
		for _, n := range p.now() {
			needed[string(n.bytes)] = true
		}
	}
	p := o.pairOf(nick)
	old := keys{secret: slices.DeleteFunc(slices.Clone(o.passing), func(n needle) bool { return needed[string(n.bytes)] })}
	for _, share := range p.shares {
		if !p.turn() || !bytes.Equal(share, p.theirShare) {
			old.public = append(old.public, share)
		}
	}
	return old
}

// needed is what somebody must hold while they are here.
func (o *observer) needed(nick string) keys {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.pairOf(nick)
	return keys{append(p.now(), o.lasting[0]), [][]byte{p.theirs}}
}

// gone is what nobody may have who is not here any more.
func (o *observer) gone(nick string) keys {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	p := o.pairOf(nick)
	return keys{slices.Clone(o.passing), append(slices.Clone(p.shares), p.theirs)}
}
