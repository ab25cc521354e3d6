package tui

import (
	"slices"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// An empty room is an invitation: who is alone where nothing was said yet sees what this
// place is and how others get in, for as long as both are so.

// emptyIndent is where it begins, and emptyWidth how wide it is at most, in columns.
const (
	emptyIndent = 2
	emptyWidth  = 80
)

// emptyWords say what a room of each kind is.
var emptyWords = map[rooms.Kind]string{
	rooms.KindOpen:   "This is a room to talk in that forgets: it is there while somebody is in it, and what was said is gone when the last one leaves.",
	rooms.KindSealed: "This is a sealed room: only those who have its link can read what is said, and it forgets all of it when the last one leaves. The key is in the link: pass it on where only your people read.",
}

// inviting reports whether nothing was said yet to this person, who takes part. Whether
// anybody else is here changes with the header.
func (sc scene) inviting() bool {
	return !sc.reading.talked && !sc.you.Watch && sc.you.ID != "" && !sc.unheard()
}

// emptyRows are the invitation for so many free rows at the top: with a code that a phone
// reads where that fits, and none at all where the ways in don't.
func (l *layout) emptyRows(st *stay, free int) []string {
	width := min(l.width-2*emptyIndent, emptyWidth)
	in := l.ways(st.name)
	in.Note = ""
	rows := []string{"", l.ink.Paint(theme.Heading, "Bring somebody in")}
	for _, row := range l.wrap(emptyWords[st.kind], width) {
		rows = append(rows, l.ink.Paint(theme.Dim, row))
	}
	rows = append(rows, "")
	left := free - len(rows)
	ways := inviteCard("", st.name, in).rows(l.look, width, left)
	if len(ways) > left {
		ways = l.invitation(st.name, in, width)
	}
	if len(ways) > left {
		return nil
	}
	rows = slices.Concat(rows, ways)
	for i, row := range rows {
		if row != "" {
			rows[i] = cells.Blank(emptyIndent) + row
		}
	}
	return rows
}

// blankRows is how many of the first rows have nothing in them.
func blankRows(rows []string) int {
	if i := slices.IndexFunc(rows, func(row string) bool { return row != "" }); i >= 0 {
		return i
	}
	return len(rows)
}
