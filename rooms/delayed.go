package rooms

import (
	"context"
	"sync"
	"time"
)

type delayedKey struct{}

// WhenDelayed has tell called, at most once, when whoever comes in by this ctx has waited for
// [StallAfter], since the servers that share the room can't reach each other just now: they
// are let in once these do, within [HoldFor]. It is called beside, never after the call that
// lets them in has returned, and must not wait.
func WhenDelayed(ctx context.Context, tell func()) context.Context {
	return context.WithValue(ctx, delayedKey{}, tell)
}

// TellDelayed is for whoever lets somebody in, and learns that it takes time.
func TellDelayed(ctx context.Context) {
	if tell, ok := ctx.Value(delayedKey{}).(func()); ok {
		tell()
	}
}

// Delayed is the notice of that, before a [Welcome].
func Delayed() *Notice { return &Notice{Code: Unreachable, Text: DelayedWords} }

// DelayedWords are what somebody is told then.
const DelayedWords = "The servers that share this room can't reach each other just now. You are let in as soon as they do."

// watchDelay tells whoever comes in when it takes too long, until stop.
func (h *Hub) watchDelay(ctx context.Context) (stop func()) {
	if h.shared == nil || ctx.Value(delayedKey{}) == nil {
		return func() {}
	}
	var mu sync.Mutex
	over := false
	timer := time.AfterFunc(StallAfter, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			TellDelayed(ctx)
		}
	})
	return func() {
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
	}
}

// enterEvery is how often somebody comes in once more whom the servers could not let in: no
// sooner than a server that is back has told the others.
const enterEvery = time.Second

// comesAgain reports whether somebody who could not come in for that reason may try once more,
// after a moment: not where they have waited for [HoldFor] since began.
func (h *Hub) comesAgain(ctx context.Context, err error, began time.Time) bool {
	if h.shared == nil || err != errUnreachable || time.Since(began) >= HoldFor {
		return false
	}
	select {
	case <-time.After(enterEvery):
		return true
	case <-ctx.Done():
		return false
	}
}
