package tui

import (
	"slices"
	"time"

	"sotto/rooms"
	"sotto/rooms/governing"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// A ruleSwitch is a rule as something that is turned.
type ruleSwitch struct {
	id, name string
	now      func(r rooms.Rules) string // its position, in words
	turned   func(r rooms.Rules, by int) rooms.SetRules
	sealed   bool // it works in a sealed room too
}

// The positions of the switches for times. A rule may have any other, by its command.
var (
	slows = []time.Duration{0, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute}
	fades = []time.Duration{0, time.Minute, 5 * time.Minute, 10 * time.Minute, time.Hour, rooms.MaxFade}
	doors = []rooms.Door{rooms.DoorOpen, rooms.DoorKnock, rooms.DoorLocked}
)

// next is the position so many further, round and round.
func next[T comparable](all []T, now T, by int) T {
	i := slices.Index(all, now)
	if i < 0 {
		return all[0]
	}
	return all[(i+by+len(all))%len(all)]
}

// nextTime is next for a time that may be between two positions.
func nextTime(all []time.Duration, now time.Duration, by int) *time.Duration {
	i, among := slices.BinarySearch(all, now)
	to := all[max(i-1, 0)] // below it
	switch {
	case among:
		to = next(all, now, by)
	case by > 0: // above it, or none
		to = all[i%len(all)]
	}
	return &to
}

func doorOf(r rooms.Rules) rooms.Door {
	if r.Door == "" {
		return rooms.DoorOpen
	}
	return r.Door
}

func every(d time.Duration, none, before string) string {
	if d == 0 {
		return none
	}
	return before + governing.Long(d)
}

var ruleSwitches = []ruleSwitch{
	{"door", "door", func(r rooms.Rules) string {
		return map[rooms.Door]string{rooms.DoorOpen: "open to everybody", rooms.DoorKnock: "newcomers knock", rooms.DoorLocked: "locked"}[doorOf(r)]
	}, func(r rooms.Rules, by int) rooms.SetRules { return rooms.SetRules{Door: next(doors, doorOf(r), by)} }, true},
	{"slow", "slow", func(r rooms.Rules) string { return every(r.Slow, "off", "each person once in ") },
		func(r rooms.Rules, by int) rooms.SetRules { return rooms.SetRules{Slow: nextTime(slows, r.Slow, by)} }, false},
	{"quiet", "quiet", func(r rooms.Rules) string {
		if r.Quiet {
			return "only hosts speak, and whom they let speak"
		}
		return "off"
	}, func(r rooms.Rules, _ int) rooms.SetRules { on := !r.Quiet; return rooms.SetRules{Quiet: &on} }, false},
	{"fade", "fade", func(r rooms.Rules) string { return every(r.Fade, "off", "words go after ") },
		func(r rooms.Rules, by int) rooms.SetRules { return rooms.SetRules{Fade: nextTime(fades, r.Fade, by)} }, true},
	{"links", "links", func(r rooms.Rules) string {
		if r.NoLinks {
			return "none from who just came"
		}
		return "from everybody"
	}, func(r rooms.Rules, _ int) rooms.SetRules { on := r.NoLinks; return rooms.SetRules{Links: &on} }, false},
}

// ruleColumns is what the name of a rule takes.
const ruleColumns = 8

// rulesCard shows the rules as switches, which hosts can turn.
func rulesCard(st *stay, ask func(rooms.Op)) *card {
	apply := func(id string, by int) {
		for _, sw := range ruleSwitches {
			if sw.id == id {
				ask(sw.turned(st.view.Rules, by))
			}
		}
	}
	q := &list{enter: func(id string) { apply(id, 1) }, turn: apply}
	turns := func(sw ruleSwitch) bool { return sw.sealed || st.kind != rooms.KindSealed }
	q.ids = func() (ids []string) {
		for _, sw := range ruleSwitches {
			if st.you.Host && turns(sw) {
				ids = append(ids, sw.id)
			}
		}
		return ids
	}
	return &card{title: "rules", wide: 50, list: q, does: []hint{{"Enter", "change"}}, rows: func(l look, width, _ int) []string {
		var rows []string
		for _, sw := range ruleSwitches {
			if !turns(sw) {
				continue
			}
			row := l.ink.Paint(theme.Accent, sw.name) + cells.Blank(ruleColumns-len(sw.name)) + sw.now(st.view.Rules)
			if st.you.Host {
				row = q.entry(l, sw.id, box{len(rows), 0, width}, row)
			}
			rows = append(rows, row)
		}
		rows = append(rows, "")
		switch {
		case st.you.Host:
			rows = append(rows, l.wrap("You are a host. What you change here holds for everybody, you too, and everybody is told.", width)...)
		case st.hosted():
			rows = append(rows, l.wrap("Only hosts change this. You read it.", width)...)
		default:
			rows = append(rows, l.wrap(rooms.Sentence(governing.Hostless), width)...)
		}
		if st.kind == rooms.KindSealed {
			rows = append(rows, l.wrap("Slow, quiet and links need a server that can read what is said, which nobody's can here.", width)...)
		}
		if st.view.Rules.Fade > 0 {
			rows = append(rows, l.wrap("Words that fade go from every screen, but others may have copied them.", width)...)
		}
		return rows
	}}
}
