package tui

import (
	"slices"
	"strconv"
	"strings"

	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// mostName is how many columns a room's name has in the line of rooms at most: all that
// names have.
const mostName = 64

// tabNames is how many columns long names have there at least, which share what room there
// is, and whether a room's state is a sign, at best first. Where not even the last fits
// the line has numbers, counts and signs, and then no counts.
var tabNames = []struct {
	least int
	signs bool
}{{8, false}, {5, true}}

// tabWords name a room's state, and tabSigns stand for it where there is no room.
var (
	tabWords = map[tabState]string{tabGoing: "…", tabAsks: "asks", tabLost: "lost", tabEnded: "ended", tabRefused: "not in"}
	tabSigns = map[tabState]string{tabGoing: "…", tabAsks: "?", tabLost: "!", tabEnded: "!", tabRefused: "!"}
)

// roomLine shows which rooms there are, which is in front, and what is new in the others.
// It is the first row where there are several, and none otherwise.
func (l *layout) roomLine(places []*place, front *place) []string {
	l.tabEnds = [maxPlaces]int{}
	if len(places) < 2 {
		return nil
	}
	var tabs [maxPlaces]tab
	at := slices.Index(places, front)
	for i, p := range places {
		tabs[i] = p.tab()
	}
	var texts [maxPlaces]string
	for n := range len(tabNames) + 2 {
		columns := mostName
		if n < len(tabNames) {
			columns = l.nameColumns(n, tabs[:len(places)])
		}
		width := 0
		for i := range places {
			texts[i] = l.tabText(n, columns, i, tabs[i])
			width += l.cells.Width(texts[i]) + 2
		}
		if width <= l.width {
			break
		}
	}
	first := 0 // that is shown: the one in front is, if not even numbers fit
	for l.tabsWidth(texts[first:at+1]) > l.width && first < at {
		first++
	}
	var b strings.Builder
	b.Grow(4 * l.width)
	left := l.width
	for i := first; i < len(places); i++ {
		style, before, after := theme.BarDim, " ", " "
		switch t := tabs[i]; {
		case i == at:
			style, before, after = theme.BarName, "[", "]"
		case t.calls > 0 || t.state > tabGoing:
			style = theme.BarWarn
		case t.count > 0:
			style = theme.Key
		}
		text := l.cells.Cut(before+texts[i]+after, left, "")
		left -= l.cells.Width(text)
		l.tabEnds[i] = l.width - left
		b.WriteString(l.ink.Paint(style, text))
	}
	b.WriteString(l.ink.Paint(theme.BarDim, cells.Blank(left)))
	return []string{b.String()}
}

// tabsWidth is how wide rooms are beside each other.
func (l *layout) tabsWidth(texts []string) (width int) {
	for _, text := range texts {
		width += l.cells.Width(text) + 2
	}
	return width
}

// nameColumns is the most that each name may have in the nth wording so that all fit, or
// the least that it has to.
func (l *layout) nameColumns(n int, tabs []tab) int {
	room := l.width
	for i, t := range tabs {
		room -= l.cells.Width(l.tabText(n, 0, i, t)) + 2
	}
	columns := mostName
	for ; columns > tabNames[n].least; columns-- {
		taken := 0
		for _, t := range tabs {
			taken += min(l.cells.Width(t.name), columns)
		}
		if taken <= room {
			break
		}
	}
	return columns
}

// tabAt is which room stands at a column of the line of rooms that was drawn last, from 0,
// or -1.
func (l *layout) tabAt(x int) int {
	return slices.IndexFunc(l.tabEnds[:], func(end int) bool { return x < end })
}

// tabText is what the nth wording of the line says of a room whose name may have so many
// columns there.
func (l *layout) tabText(n, columns, i int, t tab) string {
	number := strconv.Itoa(i + 1)
	switch n -= len(tabNames); {
	case n < 0:
		text := number + " "
		if columns > 0 {
			text += l.cells.Cut(t.name, columns, "…")
		}
		switch {
		case tabNames[n+len(tabNames)].signs:
			return text + t.counts("") + tabSigns[t.state]
		case tabWords[t.state] != "":
			return text + t.counts(" ") + " " + tabWords[t.state]
		}
		return text + t.counts(" ")
	case n == 0 || tabSigns[t.state] != "":
		if n > 0 {
			t.count, t.calls = 0, 0
		}
		return number + t.counts("") + tabSigns[t.state]
	case t.calls > 0:
		return number + "@"
	case t.count > 0:
		return number + "+"
	}
	return number
}

// counts are how much is new in a room, and how much of that calls this person.
func (t tab) counts(gap string) (text string) {
	if t.count > 0 {
		text = gap + "+" + few(t.count)
	}
	if t.calls > 0 {
		text += gap + "@" + few(t.calls)
	}
	return text
}

// few is a count that stays short.
func few(n int) string { return strconv.Itoa(min(n, 999)) }
