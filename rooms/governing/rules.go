package governing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"sotto/rooms"
)

// Rule is one rule of a room, for a list of them.
type Rule struct {
	Name  string // the command that sets it
	Value string // in a word or two
	Means string // a sentence
}

// String is a rule in a few words: "slow: 30 s".
func (r Rule) String() string { return r.Name + ": " + r.Value }

// List lists the rules that there are. A room without any has none.
func List(r rooms.Rules) (list []Rule) {
	add := func(name, value, means string) { list = append(list, Rule{name, value, rooms.Sentence(means)}) }
	switch r.Door {
	case rooms.DoorKnock:
		add("door", "knock", doorMeans(r.Door))
	case rooms.DoorLocked:
		add("door", "locked", doorMeans(r.Door))
	}
	if r.Slow > 0 {
		add("slow", Short(r.Slow), slowMeans(r.Slow))
	}
	if r.Quiet {
		add("quiet", "on", quietMeans)
	}
	if r.Fade > 0 {
		add("fade", Short(r.Fade), fadeMeans(r.Fade)+", and others may have copied it")
	}
	if r.NoLinks {
		add("links", "off", noLinksMeans)
	}
	return list
}

// Told is the rules in one line, for whoever comes in: "door: knock, slow: 30 s"; ""
// if there are none.
func Told(r rooms.Rules) string {
	var told []string
	for _, rule := range List(r) {
		told = append(told, rule.String())
	}
	return strings.Join(told, ", ")
}

// Powers says what a host can do, in commands.
const Powers = "/door, /slow, /quiet, /fade and /links set the rules; /admit and /deny answer who knocks; /remove, /mute and /voice are about one person; /host and /key make others hosts; /leap goes on in a fresh room with whom you like; /burn ends the room."

// DoorNow says in a sentence who may come in.
func DoorNow(d rooms.Door) string { return rooms.Sentence(doorMeans(d)) }

// Hostless is a clause that says what holds in a room where no host is.
const Hostless = "no host is here; whoever has this room's key becomes one by /host and its five words, " +
	"and everybody may let in whoever knocks (/admit NICK) and ask all whether to remove somebody (/vote NICK)"

// Hosted reports whether a host is among those who are here.
func Hosted(members []rooms.Member) bool {
	return slices.ContainsFunc(members, func(m rooms.Member) bool { return m.Host })
}

// Unhosted reports whether by what happened the last host went, as members are here now.
func Unhosted(e rooms.Event, members []rooms.Member) bool {
	switch e := e.(type) {
	case *rooms.Left:
		return e.Member.Host && !Hosted(members)
	case *rooms.HostSet:
		return !e.Member.Host && !Hosted(members)
	}
	return false
}

const (
	quietMeans   = "only hosts speak, and whom they let speak"
	noLinksMeans = "people who came less than a minute ago post no links"
)

func doorMeans(d rooms.Door) string {
	switch d {
	case rooms.DoorKnock:
		return "newcomers have to knock, and somebody inside lets them in"
	case rooms.DoorLocked:
		return "nobody comes in without an invitation"
	}
	return "everybody may come in"
}

func doorChanged(d rooms.Door) string {
	switch d {
	case rooms.DoorKnock:
		return "newcomers have to knock now"
	case rooms.DoorLocked:
		return "nobody comes in without an invitation now"
	}
	return "everybody may come in now"
}

func slowMeans(d time.Duration) string {
	return "each person may speak once in " + Long(d)
}

func fadeMeans(d time.Duration) string {
	return "what was said leaves everybody's screen after " + Long(d)
}

// changed says what rules that were set change, a clause for each.
func changed(before, now rooms.Rules) string {
	var clauses []string
	add := func(differs bool, clause string) {
		if differs {
			clauses = append(clauses, clause)
		}
	}
	add(cmp.Or(now.Door, rooms.DoorOpen) != cmp.Or(before.Door, rooms.DoorOpen), doorChanged(now.Door))
	if now.Slow > 0 {
		add(now.Slow != before.Slow, slowMeans(now.Slow)+" now")
	} else {
		add(before.Slow > 0, "nobody has to wait between messages any more")
	}
	if now.Quiet {
		add(!before.Quiet, "only hosts speak now, and whom they let speak")
	} else {
		add(before.Quiet, "everybody may speak again")
	}
	if now.Fade > 0 {
		add(now.Fade != before.Fade, fadeMeans(now.Fade)+" now, and others may have copied it")
	} else {
		add(before.Fade > 0, "what was said stays on screens again")
	}
	if now.NoLinks {
		add(!before.NoLinks, "no links now from people who came less than a minute ago")
	} else {
		add(before.NoLinks, "everybody may post links again")
	}
	if len(clauses) == 0 {
		return "the rules are as they were"
	}
	return strings.Join(clauses, "; ")
}

// unit is one of time.
type unit struct {
	of          time.Duration
	long, short string
}

var units = []unit{{time.Hour, "hour", "h"}, {time.Minute, "minute", "min"}, {time.Second, "second", "s"}}

// of is a time in the largest unit that it is so many of.
func of(d time.Duration) (n int64, u unit) {
	for _, u = range units {
		if d >= u.of && d%u.of == 0 {
			break
		}
	}
	return int64(d / u.of), u
}

// Long is a time in words: "30 seconds", "an hour". It is of whole seconds.
func Long(d time.Duration) string {
	switch n, u := of(d); {
	case n == 1 && u.of == time.Hour:
		return "an hour"
	case n == 1:
		return "a " + u.long
	default:
		return fmt.Sprintf("%d %ss", n, u.long)
	}
}

// Short is Long in a narrow place: "30 s".
func Short(d time.Duration) string {
	n, u := of(d)
	return fmt.Sprintf("%d %s", n, u.short)
}
