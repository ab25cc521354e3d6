package tui

import (
	"fmt"
	"slices"
	"strings"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// titleBar names the room, its kind, how many are here and the connection: the
// longest wording that fits. While the connection is lost, or nobody answers over it,
// that is said instead of how many are here, which nobody knows.
func (l *layout) titleBar(st *stay) string {
	room, kind := l.lock(st)+"#"+string(st.name), " · "+st.kindWords()
	count := fmt.Sprintf("%d here", st.taking()) + st.strangers() + st.watching()
	if knock := st.atDoor(); knock != "" {
		count = knock + " · " + count
	}
	door := count + " · " + l.door
	switch {
	case st.lost:
		count = "connection lost"
		door = count + ", trying again…"
	case !st.silent.IsZero():
		count = fmt.Sprintf("no answer for %d s", int(l.now().Sub(st.silent).Seconds()))
		door = count + ", still waiting…"
	}
	kindNote, governed := kindNotes[st.kind], st.governed()
	type wording struct{ before, governed, note, right string }
	wordings := []wording{
		{"sotto · ", governed[0], kindNote[0], door},
		{"sotto · ", governed[0], kindNote[0], count},
		{"sotto · ", governed[0], kindNote[1], count},
		{"", governed[0], kindNote[1], count},
		{"sotto · ", governed[0], "", count},
	}
	for _, words := range governed {
		wordings = append(wordings, wording{"", words, "", count})
	}
	for _, w := range wordings {
		if 2+l.cells.Width(w.before+room+kind+w.governed+w.note+w.right)+2 <= l.width {
			return l.bar(st, w.before, room, kind+w.governed+w.note, w.right)
		}
	}
	switch knock := st.atDoor(); {
	case st.lost:
		count = "lost"
	case !st.silent.IsZero():
		count = "silent"
	case knock != "":
		count = knock
	default:
		if count = fmt.Sprint(st.taking()); st.watching() != "" {
			count += fmt.Sprintf(" +%d", rooms.Watchers(st.roster.members))
		}
	}
	if st.kind == rooms.KindSealed && l.width-4-l.cells.Width(kind+count) < leastRoom {
		kind = " · " + string(st.kind) // /verify says whether it was compared
	}
	if words := governed[len(governed)-1]; l.width-4-l.cells.Width(kind+words+count) >= min(l.cells.Width(room), leastRoom) {
		kind += words
	}
	room = l.cells.Cut(room, max(l.width-4-l.cells.Width(kind+count), 2), "…")
	return l.bar(st, "", room, kind, count)
}

// leastRoom is how many columns of a room's name stand beside how many rules it has.
const leastRoom = 6

// bar draws a title bar: a room's name between words, the last of which need a look
// while they say how the connection is.
func (l *layout) bar(st *stay, before, name, after, right string) string {
	gap := l.width - 2 - l.cells.Width(before+name+after+right)
	strong, dim := theme.BarName, theme.BarDim
	if st.kind == rooms.KindSealed {
		strong, dim = theme.SealName, theme.SealDim
	}
	rest := l.ink.Paint(dim, after+cells.Blank(gap)+right+" ")
	if st.unheard() || st.atDoor() != "" {
		rest = l.ink.Paint(dim, after+cells.Blank(gap)) + l.ink.Paint(theme.BarWarn, right+" ")
	}
	return l.ink.Paint(dim, " "+before) + l.ink.Paint(strong, name) + rest
}

// lock stands before the name of a sealed room. No room's name can have it, and what
// else people write stands in rows of its own.
func (l *layout) lock(st *stay) string {
	if st.kind != rooms.KindSealed {
		return ""
	}
	return l.cells.Sign("🔒", "[=]") + " "
}

// peopleLine names who is here, as far as the width goes: this person first, then whoever
// came last. Where not all have room it says less of each, and whoever speaks goes first.
func (l *layout) peopleLine(st *stay) string {
	row, all := l.peopleSaying(st, true)
	if !all {
		row, _ = l.peopleSaying(st, false)
	}
	return row
}

// peopleSaying is the row of people, with all that is said of each or with less, and reports
// whether all have room in it. It notes where each stands, for a click.
func (l *layout) peopleSaying(st *stay, whole bool) (row string, all bool) {
	var b strings.Builder
	left, shown := l.width-1, 0
	l.people = l.people[:0]
	show := func(m rooms.Member) bool {
		name, ink := m.Nick, style.Name(m.Person())
		if signs := l.signs(m); signs != "" {
			name += " " + signs
		}
		about := l.besideName(st, m, whole)
		if m.Away || m.Aside.On {
			ink = theme.Away
		}
		gap := cells.Blank(min(shown+1, 2))
		need := len(gap) + faceColumns + l.cells.Width(name+about)
		if need+len(st.more(shown+1)) > left {
			return false
		}
		b.WriteString(gap + style.Face(l.ink, l.cells, m.Person()) + " " + l.ink.Paint(ink, name+about))
		left -= need
		l.people = append(l.people, standing{id: m.ID, from: l.width - 1 - left - need + len(gap), to: l.width - 1 - left})
		shown++
		return true
	}
	fits := st.you.Watch || show(st.you)
	showAll := func(is func(rooms.Member) bool) {
		for _, m := range slices.Backward(st.roster.members) {
			if fits && m.ID != st.you.ID && !m.Watch && is(m) {
				fits = show(m)
			}
		}
	}
	speaks := func(m rooms.Member) bool { return !whole && st.talkers.Of(m.ID).Speaking }
	showAll(speaks)
	showAll(func(m rooms.Member) bool { return !speaks(m) })
	return b.String() + l.ink.Paint(theme.Dim, st.more(shown)), fits
}

// asideColumns is how much of why somebody is away stands in the row of people, in columns:
// F2 and a whisper say it whole.
const asideColumns = 24

// besideName is what stands behind a name in the row of people: who is this person, how they
// are in voice, and whether they are away; whole: and why.
func (l *layout) besideName(st *stay, m rooms.Member, whole bool) string {
	var about []string
	if m.ID == st.you.ID {
		about = append(about, "you")
	}
	switch voice := st.talkers.Of(m.ID); {
	case voice.Muted && !whole:
		about = append(about, "mic off")
	case voice.In:
		about = append(about, voice.Words())
	}
	if aside := st.ignoring.Shown(m); aside.On {
		if aside.Text = l.cells.Cut(aside.Text, asideColumns, "…"); !whole {
			aside.Text = ""
		}
		about = append(about, "away"+aside.Why())
	}
	if len(about) == 0 {
		return ""
	}
	return " (" + strings.Join(about, ", ") + ")"
}

// A standing is where somebody stands in the row of people, in columns.
type standing struct {
	id       string
	from, to int
}

// personAt is who stands at a place of the header that was drawn last, or empty.
func (l *layout) personAt(x, y int) string {
	if y == l.peopleRow {
		for _, p := range l.people {
			if p.from <= x && x < p.to {
				return p.id
			}
		}
	}
	return ""
}

// more says how many are here beside those shown.
func (st *stay) more(shown int) string {
	if rest := st.taking() - shown; rest > 0 {
		return fmt.Sprintf(" and %d more", rest)
	}
	return ""
}

// topicLine shows the room's topic.
func (l *layout) topicLine(topic string) string {
	return " " + l.ink.Paint(theme.Dim, "topic ") + l.cells.Cut(topic, max(l.width-8, 1), "…")
}

// statusRows say what happened, or else what can be done next: in one row, but all
// of it where an answer is waited for, which nothing that happens covers.
func (l *layout) statusRows(sc scene) []string {
	asked := sc.composing.asks() && sc.cards.open == nil && sc.reading.writes()
	if sc.status.word == "" || asked {
		hints, row, n := l.firstHints(sc)
		rows := []string{row}
		for asked && n < len(hints) && len(rows) < maxStatusRows {
			hints = hints[n:]
			row, n = l.hintRow(hints, l.width)
			rows = append(rows, row)
		}
		return rows
	}
	return sc.status.rows(l.look, l.width)
}

// firstHints are the hints, all words of them or else brief, and as much as one row holds.
func (l *layout) firstHints(sc scene) (hints []hint, row string, n int) {
	hints = sc.hints(false)
	if row, n = l.hintRow(hints, l.width); n < len(hints) {
		hints = sc.hints(true)
		row, n = l.hintRow(hints, l.width)
	}
	return hints, row, n
}

// ruleLine stands between timeline and composer: who is typing, what is being
// answered, what came below.
func (l *layout) ruleLine(sc scene) string {
	left, ink := sc.typingLine(), theme.Dim
	switch {
	case sc.composing.answering != 0:
		left = "answering " + sc.reading.timeline.Quote(sc.composing.answering)
	case sc.composing.amending != 0:
		left = "changing: " + sc.reading.timeline.Gist(sc.composing.amending)
	}
	right := sc.composing.composer.Left()
	if below := sc.reading.below(); below != "" {
		right, ink = below, theme.Accent
	}
	return style.Rule(l.ink, l.cells, ink, l.width, left, right)
}

// hints are what can be done next, the most useful first. They get fewer as a
// person shows that they know, and brief where not all would have room.
func (sc scene) hints(brief bool) []hint {
	if hints := sc.cards.hints(len(sc.places) > 1); hints != nil {
		return hints
	}
	if hints := sc.reading.hints(brief); hints != nil {
		return hints
	}
	if sc.you.Watch {
		return sc.watchHints()
	}
	if hints := sc.composing.hints(sc.hushed()); hints != nil {
		return hints
	}
	switch {
	case !sc.reading.timeline.Follows():
		return []hint{{"PgDn", "down"}, {"End", "newest"}, {"F3", "find"}, {"Alt-↑", "choose"}}
	case len(sc.places) > 1:
		return []hint{{"F1", "help"}, {"Alt-←→", "rooms"}, {"F2", "who"}, {"F3", "find"}, {"Alt-↑", "choose"}}
	case sc.composing.learned():
		return []hint{{"F1", "help"}, {"F2", "who"}, {"F3", "find"}, {"Alt-↑", "choose"}}
	}
	return []hint{{"Enter", "say"}, {"F1", "help"}, {"F2", "who"}, {"F3", "find"}, {"Alt-↑", "choose"}, {"PgUp", "back"}, {"Ctrl-C", "leave"}}
}
