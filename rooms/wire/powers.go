package wire

import (
	"time"

	"sotto/rooms"
)

// This file has the ops of whoever governs a room, or wants to. Times are in seconds.

// power reads an op of whoever governs a room, or wants to.
func (o *object) power(t string) (op rooms.Op, ok bool) {
	switch t {
	case "rules":
		return o.setRules(), true
	case "claim":
		o.must("key")
		return rooms.Claim{ID: o.id("id"), Key: o.str("key")}, true
	case "host":
		o.must("to")
		o.must("on")
		return rooms.MakeHost{ID: o.id("id"), To: o.id("to"), On: o.bool("on")}, true
	case "key":
		return rooms.AskKey{ID: o.id("id")}, true
	case "remove":
		o.must("to")
		return rooms.Remove{ID: o.id("id"), To: o.id("to"), Reason: o.str("reason")}, true
	case "mute":
		o.must("to")
		o.must("for")
		return rooms.Mute{ID: o.id("id"), To: o.id("to"), For: o.seconds("for")}, true
	case "speak":
		o.must("to")
		o.must("on")
		return rooms.LetSpeak{ID: o.id("id"), To: o.id("to"), On: o.bool("on")}, true
	case "admit", "deny":
		o.must("knock")
		return rooms.Decide{ID: o.id("id"), Knock: o.id("knock"), In: t == "admit"}, true
	case "invite":
		return rooms.Invite{ID: o.id("id"), Uses: int(min(o.uint("uses"), rooms.MaxInviteUses+1)), For: o.seconds("for"), Watch: o.bool("watch")}, true
	case "uninvite":
		return rooms.Uninvite{ID: o.id("id")}, true
	case "vote":
		o.must("to")
		o.must("yes")
		return rooms.Vote{ID: o.id("id"), To: o.id("to"), Yes: o.bool("yes")}, true
	case "leap":
		return rooms.Leap{ID: o.id("id"), Room: o.str("room"), Key: o.str("key"), To: o.ids("to")}, true
	case "burn":
		return rooms.Burn{ID: o.id("id")}, true
	}
	return nil, false
}

// good writes what an invitation is good for, as far as that is said.
func (f frame) good(uses int, lasts time.Duration, watch bool) frame {
	if uses > 0 {
		f = f.uint("uses", uint64(uses))
	}
	if lasts > 0 {
		f = f.seconds("for", lasts)
	}
	return f.flag("watch", watch)
}

func (o *object) setRules() rooms.SetRules {
	op := rooms.SetRules{ID: o.id("id"), Door: rooms.Door(o.str("door"))}
	if o.get("slow") != nil {
		slow := o.seconds("slow")
		op.Slow = &slow
	}
	if o.get("fade") != nil {
		fade := o.seconds("fade")
		op.Fade = &fade
	}
	if o.get("quiet") != nil {
		quiet := o.bool("quiet")
		op.Quiet = &quiet
	}
	if o.get("links") != nil {
		links := o.bool("links")
		op.Links = &links
	}
	return op
}

// maxSeconds is the longest time that is read as it stands, in seconds: more than any
// rule allows, and little enough for a time.Duration.
const maxSeconds = 1 << 30

func (o *object) seconds(key string) time.Duration {
	return time.Duration(min(o.uint(key), maxSeconds)) * time.Second
}

func (f frame) seconds(key string, d time.Duration) frame {
	return f.uint(key, uint64(d/time.Second))
}

// boolean appends what flag leaves out when it is false.
func (f frame) boolean(key string, value bool) frame {
	if value {
		return f.flag(key, true)
	}
	return append(f.key(key), "false"...)
}

// appendPower appends an op of whoever governs a room, or wants to.
func appendPower(buf []byte, op rooms.Op) (frame []byte, ok bool) {
	switch op := op.(type) {
	case rooms.SetRules:
		f := begin(buf, "rules").text("door", string(op.Door))
		if op.Slow != nil {
			f = f.seconds("slow", *op.Slow)
		}
		if op.Quiet != nil {
			f = f.boolean("quiet", *op.Quiet)
		}
		if op.Fade != nil {
			f = f.seconds("fade", *op.Fade)
		}
		if op.Links != nil {
			f = f.boolean("links", *op.Links)
		}
		return f.text("id", op.ID).close(), true
	case rooms.Claim:
		return begin(buf, "claim").str("key", op.Key).text("id", op.ID).close(), true
	case rooms.MakeHost:
		return begin(buf, "host").str("to", op.To).boolean("on", op.On).text("id", op.ID).close(), true
	case rooms.AskKey:
		return begin(buf, "key").text("id", op.ID).close(), true
	case rooms.Remove:
		return begin(buf, "remove").str("to", op.To).text("reason", op.Reason).text("id", op.ID).close(), true
	case rooms.Mute:
		return begin(buf, "mute").str("to", op.To).seconds("for", op.For).text("id", op.ID).close(), true
	case rooms.LetSpeak:
		return begin(buf, "speak").str("to", op.To).boolean("on", op.On).text("id", op.ID).close(), true
	case rooms.Decide:
		t := "deny"
		if op.In {
			t = "admit"
		}
		return begin(buf, t).str("knock", op.Knock).text("id", op.ID).close(), true
	case rooms.Invite:
		return begin(buf, "invite").good(op.Uses, op.For, op.Watch).text("id", op.ID).close(), true
	case rooms.Uninvite:
		return begin(buf, "uninvite").text("id", op.ID).close(), true
	case rooms.Vote:
		return begin(buf, "vote").str("to", op.To).boolean("yes", op.Yes).text("id", op.ID).close(), true
	case rooms.Leap: // a key is for no server
		return begin(buf, "leap").str("room", op.Room).ids("to", op.To).text("id", op.ID).close(), true
	case rooms.Burn:
		return begin(buf, "burn").text("id", op.ID).close(), true
	}
	return nil, false
}
