package line

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms/wire"
)

// Where a rule has what was said forgotten, it is, by the clock alone.
func TestFade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t)
		p.happen(strings.Replace(inTea, `"door":"open"`, `"door":"open","fade":60`, 1))
		p.happen(`{"t":"said","seq":1,"at":1,"from":{"id":"02","nick":"bob"},"text":"canary"}`)
		if log := p.log.String(); !strings.Contains(log, "the rules are: fade: 1 min") || strings.Count(log, "can't be taken back") != 1 {
			t.Errorf("the transcript is\n%s", log)
		}
		by := time.Now().Add(time.Minute + time.Minute/fadeEvery)
		for p.l.stay.messages.Newest() > 0 {
			due := p.l.awaits().due
			if due.IsZero() || due.After(by) {
				t.Fatalf("%v is remembered until %v", p.l.stay.messages, due)
			}
			time.Sleep(time.Until(due))
			if err := p.l.tick(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		p.happen(`{"t":"rules","seq":2,"from":{"id":"02","nick":"bob"},"rules":{"door":"open"}}`)
		if due := p.l.awaits().due; !due.IsZero() {
			t.Errorf("something is due at %v where nothing fades", due)
		}
		p.happen(`{"t":"rules","seq":3,"from":{"id":"02","nick":"bob"},"rules":{"door":"open","fade":120}}`)
		if n := strings.Count(p.log.String(), "can't be taken back"); n != 2 {
			t.Errorf("told %d times that what is written stays", n)
		}
	})
}

// A pipe forgets it as well, and what it said itself as soon as that is answered.
func TestFadeInAPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seat := &told{}
		p := &pipe{seat: seat, out: &strings.Builder{}, id: "1", offered: "canary"}
		p.stay.messages = newMessages(pipeHeard, 0, nil)
		for _, frame := range []string{
			strings.Replace(inTea, `"door":"open"`, `"door":"open","fade":60`, 1),
			`{"t":"said","seq":1,"at":1,"from":{"id":"02","nick":"bob"},"text":"canary"}`,
			`{"t":"said","seq":2,"at":1,"from":{"id":"01","nick":"ear"},"text":"canary","id":"1"}`,
		} {
			f, err := wire.DecodeServer([]byte(frame))
			if err != nil {
				t.Fatal(err)
			}
			seat.events = append(seat.events, f.Event)
		}
		if err := p.print(); err != nil || p.stay.messages.Newest() != 2 {
			t.Fatalf("%v; %d is the newest", err, p.stay.messages.Newest())
		}
		if p.offered != "" {
			t.Errorf("%q was said and is still there", p.offered)
		}
		by := time.Now().Add(time.Minute + time.Minute/fadeEvery)
		for p.stay.messages.Newest() > 0 {
			due := p.awaits().due
			if due.IsZero() || due.After(by) {
				t.Fatalf("%v is remembered until %v", p.stay.messages, due)
			}
			time.Sleep(time.Until(due))
			if err := p.tick(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
		}
	})
}
