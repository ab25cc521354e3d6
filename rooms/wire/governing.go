package wire

import (
	"time"

	"sotto/rooms"
)

// This file has the events that tell who governs a room, and how.

// rules appends the rules of a room as an object.
func (f frame) rules(r rooms.Rules) frame {
	door := r.Door
	if door == "" {
		door = rooms.DoorOpen
	}
	f = appendString(append(f.key("rules"), `{"door":`...), string(door))
	if r.Slow > 0 {
		f = f.seconds("slow", r.Slow)
	}
	f = f.flag("quiet", r.Quiet)
	if r.Fade > 0 {
		f = f.seconds("fade", r.Fade)
	}
	if r.NoLinks {
		f = f.boolean("links", false)
	}
	return f.close()
}

// rules reads them. One who knows none, a server without any, has an open door.
func (o *object) rules() rooms.Rules {
	if o.get("rules") == nil {
		return rooms.Rules{Door: rooms.DoorOpen}
	}
	inner := o.object("rules")
	r := rooms.Rules{
		Door: rooms.Door(inner.word("door")), Slow: inner.seconds("slow"), Quiet: inner.bool("quiet"), Fade: inner.seconds("fade"),
		NoLinks: inner.get("links") != nil && !inner.bool("links"),
	}
	o.adopt(inner)
	return r
}

// governing reads an event about who governs a room, and how.
func (o *object) governing(t string) (event rooms.Event, ok bool) {
	switch t {
	case "rules":
		e := &rooms.RulesSet{Seq: o.number("seq"), Rules: o.rules(), Why: rooms.RulesReason(o.str("why")), ID: o.id("id")}
		if o.get("from") != nil {
			e.From = o.person("from")
		}
		return e, true
	case "host":
		return &rooms.HostSet{Seq: o.number("seq"), Member: o.member("member"), ID: o.id("id")}, true
	case "key":
		return &rooms.KeyShown{Words: o.word("words"), ID: o.id("id")}, true
	case "muted":
		o.must("for")
		return &rooms.Muted{Seq: o.number("seq"), Member: o.member("member"), For: o.seconds("for"), ID: o.id("id")}, true
	case "speak":
		return &rooms.SpeakSet{Seq: o.number("seq"), Member: o.member("member"), ID: o.id("id")}, true
	case "vote":
		return o.vote(), true
	case "knocking":
		return &rooms.Knocking{Knock: o.token("knock"), Nick: o.str("nick"), Text: o.str("text"), Watch: o.bool("watch")}, true
	case "invited":
		return &rooms.Invited{Token: o.token("token"), Uses: int(min(o.uint("uses"), rooms.MaxInviteUses)), For: o.seconds("for"), Watch: o.bool("watch"), ID: o.id("id")}, true
	case "leapt": // a key comes from a member, and from no server
		return &rooms.Leapt{WSeq: o.number("wseq"), At: o.at(), From: o.person("from"), Room: rooms.RoomName(o.word("room")), ID: o.id("id")}, true
	case "knocked":
		return &rooms.Knocked{Knock: o.token("knock"), Outcome: rooms.KnockOutcome(o.word("outcome")), ID: o.id("id")}, true
	}
	return nil, false
}

// vote reads what everybody is asked, or that it is over.
func (o *object) vote() *rooms.Voting {
	e := &rooms.Voting{Seq: o.number("seq"), Member: o.member("member"), Over: o.bool("over"), ID: o.id("id")}
	if !e.Over {
		e.Ends = time.UnixMilli(int64(o.number("ends")))
		e.Needed = int(o.number("needed"))
	}
	return e
}

func (f frame) vote(e *rooms.Voting) frame {
	if e.Over {
		return f.flag("over", true)
	}
	return f.uint("ends", uint64(e.Ends.UnixMilli())).uint("needed", uint64(e.Needed))
}

// encodeGoverning writes such an event.
func encodeGoverning(buf []byte, event rooms.Event) (frame []byte, ok bool) {
	switch e := event.(type) {
	case *rooms.RulesSet:
		f := begin(buf, "rules").uint("seq", e.Seq)
		if e.From.ID != "" {
			f = f.person("from", e.From)
		}
		return f.rules(e.Rules).text("why", string(e.Why)).text("id", e.ID).close(), true
	case *rooms.HostSet:
		return begin(buf, "host").uint("seq", e.Seq).member("member", e.Member).text("id", e.ID).close(), true
	case *rooms.KeyShown:
		return begin(buf, "key").str("words", e.Words).text("id", e.ID).close(), true
	case *rooms.Muted:
		return begin(buf, "muted").uint("seq", e.Seq).member("member", e.Member).seconds("for", e.For).text("id", e.ID).close(), true
	case *rooms.SpeakSet:
		return begin(buf, "speak").uint("seq", e.Seq).member("member", e.Member).text("id", e.ID).close(), true
	case *rooms.Voting:
		return begin(buf, "vote").uint("seq", e.Seq).member("member", e.Member).vote(e).text("id", e.ID).close(), true
	case *rooms.Knocking:
		return begin(buf, "knocking").str("knock", e.Knock).text("nick", e.Nick).text("text", e.Text).flag("watch", e.Watch).close(), true
	case *rooms.Invited:
		return begin(buf, "invited").text("token", e.Token).good(e.Uses, e.For, e.Watch).text("id", e.ID).close(), true
	case *rooms.Leapt:
		return begin(buf, "leapt").uint("wseq", e.WSeq).at(e.At).person("from", e.From).text("room", string(e.Room)).text("key", e.Key).text("id", e.ID).close(), true
	case *rooms.Knocked:
		return begin(buf, "knocked").str("knock", e.Knock).str("outcome", string(e.Outcome)).text("id", e.ID).close(), true
	}
	return nil, false
}

// foreignRules bounds what a server says the rules are, or says what can't be.
func foreignRules(r *rooms.Rules) *rooms.Error {
	switch r.Door {
	case rooms.DoorOpen, rooms.DoorKnock, rooms.DoorLocked:
	default:
		return badFrame("That is no door that this program knows.")
	}
	r.Slow = min(r.Slow, rooms.MaxSlow)
	if r.Fade > 0 {
		r.Fade = min(max(r.Fade, rooms.MinFade), rooms.MaxFade)
	}
	return nil
}

// foreignGoverning cleans an event about who governs a room, as foreign does.
func foreignGoverning(event rooms.Event) *rooms.Error {
	switch e := event.(type) {
	case *rooms.RulesSet:
		cleanPerson(&e.From)
		switch e.Why {
		case rooms.RulesRemoved, rooms.RulesFlood, rooms.RulesCalm:
		default:
			e.Why = ""
		}
		return foreignRules(&e.Rules)
	case *rooms.HostSet:
		cleanMember(&e.Member)
	case *rooms.KeyShown:
		if !rooms.IsKey(e.Words) {
			return badFrame("That is no key of a room.")
		}
	case *rooms.Muted:
		cleanMember(&e.Member)
		e.For = min(e.For, rooms.MaxMute)
	case *rooms.SpeakSet:
		cleanMember(&e.Member)
	case *rooms.Voting:
		cleanMember(&e.Member)
		if !e.Over {
			e.Ends = rooms.CleanTime(e.Ends)
		}
	case *rooms.Leapt:
		cleanPerson(&e.From)
		e.At = rooms.CleanTime(e.At)
		if name, err := rooms.ParseRoomName(string(e.Room)); err != nil || name != e.Room {
			return badFrame("That leads to no room.")
		}
	case *rooms.Knocking:
		e.Nick, e.Text = nick(e.Nick), line(e.Text, rooms.MaxKnockBytes)
		if e.Watch {
			e.Nick = ""
		}
	case *rooms.Knocked:
		switch e.Outcome {
		case rooms.KnockAdmitted, rooms.KnockDenied, rooms.KnockGone:
		default:
			e.Outcome = rooms.KnockGone
		}
	}
	return nil
}
