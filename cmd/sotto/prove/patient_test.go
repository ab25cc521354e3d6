//go:build e2e && prove

package prove

import (
	"fmt"
	"os/exec"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
)

// One person with 64 connections, who has been in a room of ten for long enough to vote,
// removes nobody while a host is there, and nobody is asked anything; and all ten once there
// is none. It is written down how fast.
func TestPatientVotes(t *testing.T) {
	s := e2e.StartCommand(t, exec.Command(e2e.StaticBinary(t), e2e.ServeArgs("--trusted-proxy="+proxy)...))
	var ten, stuffing []*citizen
	for i := range besieged {
		c, err := settle(s, i)
		must(t, err)
		must(t, c.say("hello"))
		ten = append(ten, c)
	}
	for i := range besiegers {
		c, err := settleAs(s, guest{nick: alias(i), source: "203.0.113.99"})
		must(t, err)
		must(t, c.say(fmt.Sprint("hello ", i))) // a silent crowd closes the door
		stuffing = append(stuffing, c)
	}
	<-time.After(rooms.VoteAfter) // the rule itself
	votes := func(about *citizen) {
		t.Helper()
		must(t, together(len(stuffing), func(i int) error {
			return stuffing[i].ask(e2e.Frame{"t": "vote", "to": about.id, "yes": true})
		}))
	}
	for _, c := range ten {
		c.reached()
	}
	votes(ten[1])
	for _, c := range stuffing {
		must(t, c.await(`"not_allowed"`))
	}
	must(t, ten[0].resigns())
	for i, c := range ten {
		must(t, c.await(`"t":"host"`)) // which comes after all that they asked for
		if lines, _ := c.reached(); lines["vote"] > 0 {
			t.Errorf("with a host here %s is told %v", friend(i), lines)
		}
	}
	const wait = time.Second
	began := time.Now()
	for _, c := range ten {
		for votes(c); !c.endsWithin(wait); votes(c) { // they say as much as may be said
			if time.Since(began) > patience {
				t.Fatalf("%s is still there", c.id)
			}
		}
	}
	took := time.Since(began)
	t.Logf("all ten are removed within %v, %.0f a minute", took, float64(len(ten))/took.Minutes())
}

// endsWithin reports whether the end comes so soon.
func (e *ears) endsWithin(d time.Duration) bool {
	return e.untilWithin(d, "the end", func() bool { return e.over }) == nil
}
