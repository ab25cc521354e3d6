package tui

import (
	"fmt"
	"time"

	"sotto/sshsrv/tui/timeline"
)

// spoke notes that this person said something in a room where that may be done once in so
// long; 0: as often as one likes.
func (c *composing) spoke(slow time.Duration) {
	c.slowUntil = time.Time{}
	if slow > 0 {
		c.slowUntil = c.now().Add(slow)
	}
}

// hushed says why nothing that this person says would be said now; empty: it would.
func (sc scene) hushed() string {
	now := sc.composing.now()
	if why := sc.silenced(now); why != "" {
		return why
	}
	if left := sc.composing.slowUntil.Sub(now); left > 0 && sc.view.Rules.Slow > 0 {
		return fmt.Sprintf("slow: again in %s", spanShort(left))
	}
	return ""
}

// spanShort is a time that is counted down: "12 s", "4 min".
func spanShort(left time.Duration) string {
	if left > nearly {
		return fmt.Sprintf("%d min", (left+time.Minute-1)/time.Minute)
	}
	return fmt.Sprintf("%d s", (left+time.Second-1)/time.Second)
}

// fadedAnswer says that what was to be answered is gone.
const fadedAnswer = "What you were answering has faded, so what you write is no answer any more."

// fade forgets what was sent that has faded, after so long, and what was to be answered if
// that has; 0: nothing fades. It returns when something next will.
func (c *composing) fade(after time.Duration, t *timeline.Timeline) (next time.Time) {
	if after == 0 {
		return next
	}
	if c.answering != 0 && !t.Knows(c.answering) {
		c.answering = 0
		c.status.say(fadedAnswer)
	}
	c.composer.ForgetSent(c.now().Add(-after))
	if sent := c.composer.OldestSent(); !sent.IsZero() {
		next = sent.Add(after)
	}
	return next
}
