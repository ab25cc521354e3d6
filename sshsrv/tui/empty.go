package tui

import (
	"slices"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// An empty room is an invitation: who is alone where nothing was said yet sees what this
// place is and how others get in, for as long as both are so.

// emptyIndent is where it begins, and emptyWidth how wide it is at most, in columns.
const (
	emptyIndent = 2
	emptyWidth  = 80
)

// cardAround is how many rows of a screen a card leaves: the first, the last, and its frame.
const cardAround = 4

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

// emptyInShort is what is left of that where there is little room: of a sealed room what has
// to be known before its link is passed on.
var emptyInShort = map[rooms.Kind]string{
	rooms.KindOpen:   "It is there while somebody is in it, and forgets.",
	rooms.KindSealed: "The key is in the link: pass it on where only your people read.",
}

// emptyRows are the invitation for so many free rows at the top, as much of it as fits: all of
// it with a code that a phone reads, without one, with fewer words, without what the ways in
// are called, and at last one of them, broken if it has to be. None: not even that fits.
func (l *layout) emptyRows(st *stay, free int) []string {
	width := min(l.width-2*emptyIndent, emptyWidth)
	in := l.ways(st.name)
	in.Note = ""
	ways := l.invitation(st.name, in, width)
	bare := slices.Concat(l.filling(in.SSH, width), style.Link(l.filling(in.Web, width), in.Web))
	if len(bare) == 0 {
		bare = ways
	}
	last := style.Link(l.filling(in.Web, width), in.Web)
	if len(last) == 0 {
		last = bare
	}
	words, short := l.dim(emptyWords[st.kind], width), l.dim(emptyInShort[st.kind], width)
	blank := []string{""}
	title := []string{l.ink.Paint(theme.Heading, "Bring somebody in")}
	code := inviteCard("", st.name, in).rows(l.look, width, free-len(words)-3)
	var scan []string // where the code is, where it is not here and fits a card
	if slices.Equal(code, ways) && !slices.Equal(inviteCard("", st.name, in).rows(l.look, min(cardWidth+10, l.width-cardMargin), l.height-cardAround), ways) {
		scan = slices.Concat(blank, l.dim("/invite has a code that a phone reads.", width))
	}
	for _, rows := range [][]string{
		slices.Concat(blank, title, words, blank, code, scan),
		slices.Concat(blank, title, words, blank, ways, scan, blank),
		slices.Concat(blank, title, words, blank, ways, blank),
		slices.Concat(blank, title, short, blank, ways, blank),
		slices.Concat(blank, title, short, bare, blank),
		slices.Concat(title, short, bare),
		slices.Concat(title, short, last),
		slices.Concat(title, last),
	} {
		if len(rows) > free {
			continue
		}
		for i, row := range rows {
			if row != "" {
				rows[i] = cells.Blank(emptyIndent) + row
			}
		}
		return rows
	}
	return nil
}

// dim sets words in dim rows.
func (l *layout) dim(words string, width int) []string {
	rows := l.wrap(words, width)
	for i, row := range rows {
		rows[i] = l.ink.Paint(theme.Dim, row)
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
