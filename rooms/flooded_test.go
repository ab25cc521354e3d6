package rooms_test

import (
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// flood has some say so many short lines in turn, and returns the number of the first.
func flood(lines int, who []*person, listeners ...*person) (first uint64) {
	for n := range lines {
		p := who[n%len(who)]
		p.do(rooms.Say{Text: "spam"})
		if n == 0 {
			first = want[*rooms.Said](p.t, p.take()).Seq
		}
		if n%100 == 0 {
			for _, l := range append(listeners, who...) {
				l.take()
			}
		}
	}
	return first
}

// However much others say, and say it fast, what somebody said little of is taken back by
// them and by a host, also once they have left, and is changed as long as it may be: the
// flood's own lines are what is forgotten.
func TestAFloodKeepsNothingFromBeingTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, mia, zoe := couple(t)
		heron := enter(t, h, rooms.Visitor{Nick: "heron"})
		secret, slip, insult := said(zoe, rooms.Say{Text: "a secret"}), said(zoe, rooms.Say{Text: "a slpi"}), said(heron, rooms.Say{Text: "an insult"})
		heron.do(rooms.Leave{})
		var crowd []*person
		for range 5 {
			crowd = append(crowd, enter(t, h, rooms.Visitor{}))
		}
		time.Sleep(time.Minute)
		var first uint64
		for round := range 3 { // as fast as each may
			begins := flood(4*rooms.RememberedMessages, crowd, mia, zoe)
			if round == 0 {
				first = begins
			}
			time.Sleep(10 * time.Second)
		}
		for _, c := range []struct {
			who *person
			op  rooms.Op
		}{{zoe, rooms.Amend{Re: slip, Text: "a slip"}}, {zoe, rooms.Retract{Re: secret}}, {mia, rooms.Retract{Re: insult}}} {
			c.who.take()
			c.who.do(c.op)
			for _, e := range c.who.take() {
				if r, is := e.(*rooms.Refused); is {
					t.Errorf("%+v: %v", c.op, r.Err)
				}
			}
		}
		if err := refused(mia, rooms.Retract{ID: "x", Re: first}); err.Code != rooms.UnknownMessage {
			t.Errorf("the flood's own first line: %v", err)
		}
		if err := refused(zoe, rooms.React{ID: "x", Re: slip, Emoji: "👍", On: true}); err.Code != rooms.UnknownMessage {
			t.Errorf("reactions are for the newest: %v", err)
		}
	})
}

// Some who put on as many reactions as fit in a room, and leave, end nobody else's: what
// others put on later is there, theirs from before too, and so is a poll.
func TestAFloodEndsNoReactions(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	mia, zoe := enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{})
	var seqs []uint64
	for range rooms.RememberedMessages - 20 {
		seqs = append(seqs, said(mia, rooms.Say{Text: "x"}))
		zoe.take()
	}
	react := func(p *person, re uint64, emoji string) {
		t.Helper()
		p.take()
		p.do(rooms.React{ID: "x", Re: re, Emoji: emoji, On: true})
		if r, is := p.take()[0].(*rooms.Refused); is {
			t.Fatalf("%s on %d: %v", emoji, re, r.Err)
		}
	}
	react(zoe, seqs[0], kinds[0])
	for _, leaves := range []bool{true, false} {
		var crowd []*person
		for range 3 {
			crowd = append(crowd, enter(t, h, rooms.Visitor{}))
		}
		for _, p := range crowd {
			mia.take()
			for _, re := range seqs {
				for _, emoji := range kinds[:rooms.MaxReactionKinds] {
					react(p, re, emoji)
				}
				for _, other := range append(crowd, mia, zoe) {
					other.take()
				}
			}
		}
		for _, p := range crowd {
			if leaves {
				p.do(rooms.Leave{})
			}
		}
		if err := refused(zoe, rooms.React{ID: "x", Re: seqs[0], Emoji: kinds[0], On: true}); err.Code != rooms.NotAllowed {
			t.Errorf("zoe's from before is forgotten: %v", err)
		}
		poll := said(mia, rooms.Say{Text: "lunch?", Options: []string{"a", "b"}})
		react(zoe, poll, "1")
		react(mia, poll, "2")
	}
}
