package tui

import (
	"fmt"
	"time"

	"sotto/rooms"
	"sotto/rooms/governing"
	"sotto/sshsrv/tui/style"
)

// What holds in a room, as the screen words it in few columns and in sentences.

// span is a length of time in few columns: "30s", "10m", "2h".
func span(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", (d+time.Second-1)/time.Second)
}

// spanWords is a length of time in words, begun units counted as whole ones.
func spanWords(d time.Duration) string {
	switch {
	case d > time.Hour && d%time.Hour == 0, d > 2*time.Hour:
		return style.Plural(int((d+time.Hour-1)/time.Hour), "hour", "hours")
	case d >= time.Minute:
		return style.Plural(int((d+time.Minute-1)/time.Minute), "minute", "minutes")
	}
	return style.Plural(int((d+time.Second-1)/time.Second), "second", "seconds")
}

// ruleWords are a room's rules in few columns each, those first that somebody who comes
// in meets first.
func ruleWords(r rooms.Rules) (words []string) {
	switch r.Door {
	case rooms.DoorKnock:
		words = append(words, "knock")
	case rooms.DoorLocked: // beside the room's kind, which may be open
		words = append(words, "door locked")
	}
	if r.Slow > 0 {
		words = append(words, "slow "+span(r.Slow))
	}
	if r.Quiet {
		words = append(words, "quiet")
	}
	if r.Fade > 0 {
		words = append(words, "fade "+span(r.Fade))
	}
	if r.NoLinks {
		words = append(words, "no links")
	}
	return words
}

// governed words, for the title, whether this person is a host and what rules there are,
// from the longest wording to the shortest. What gives way first is that this person is
// a host, which the roster says too; then the last of the rules, which are counted.
func (st *stay) governed() (wordings []string) {
	words := ruleWords(st.view.Rules)
	all := ""
	for _, word := range words {
		all += " · " + word
	}
	if st.you.Host {
		wordings = append(wordings, " · you host"+all)
	}
	wordings = append(wordings, all)
	for n := len(words) - 1; n > 0; n-- {
		some := ""
		for _, word := range words[:n] {
			some += " · " + word
		}
		wordings = append(wordings, fmt.Sprintf("%s +%d", some, len(words)-n))
	}
	if len(words) > 0 {
		wordings = append(wordings, " · "+style.Plural(len(words), "rule", "rules"))
	}
	return wordings
}

// silenced says why nothing that this person says would be said now; empty: it would.
func (st *stay) silenced(now time.Time) string {
	switch {
	case st.you.Muted && st.mutedUntil.After(now):
		return "You are muted for " + spanWords(st.mutedUntil.Sub(now)) + "."
	case st.you.Muted:
		return "You are muted for now."
	case st.view.Rules.Quiet && !st.you.Host && !st.you.Speaks:
		return "Only hosts speak here just now."
	}
	return ""
}

// opens reports whether this person may let in who knocks: hosts may, and where there is
// none, everybody.
func (st *stay) opens() bool { return st.you.Host || !st.hosted() && !st.you.Watch }

// hosted reports whether a host is here.
func (st *stay) hosted() bool { return governing.Hosted(st.roster.members) }
