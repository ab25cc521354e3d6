package tui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// What can be done with somebody: the roster, and a menu for one of those on it.

// The signs of who is what, which no colour says: in the roster and behind names.
func (l look) hostSign() string  { return l.cells.Sign("★", "*") }
func (l look) mutedSign() string { return l.cells.Sign("⊘", "x") }

const voiceSign = "+"

// signs stand behind the name of somebody who is a host, is muted, or may speak though the room is quiet.
func (l look) signs(m rooms.Member) (signs string) {
	if m.Host {
		signs += l.hostSign()
	}
	if m.Muted {
		signs += l.mutedSign()
	}
	if m.Speaks {
		signs += voiceSign
	}
	return signs
}

// legend says what the signs mean that some of these have.
func (l look) legend(members []rooms.Member, width int) (rows []string) {
	var parts []string
	for _, sign := range []struct {
		sign, means string
		has         func(m rooms.Member) bool
	}{
		{l.hostSign(), "host", func(m rooms.Member) bool { return m.Host }},
		{l.mutedSign(), "muted", func(m rooms.Member) bool { return m.Muted }},
		{voiceSign, "may speak though it is quiet", func(m rooms.Member) bool { return m.Speaks }},
	} {
		if slices.ContainsFunc(members, sign.has) {
			parts = append(parts, sign.sign+" "+sign.means)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	for _, row := range l.wrap(strings.Join(parts, "  "), width) {
		rows = append(rows, l.ink.Paint(theme.Dim, row))
	}
	return rows
}

// sorted are those who are here, by name.
func (st *stay) sorted() []rooms.Member {
	members := slices.Clone(st.roster.members)
	slices.SortStableFunc(members, func(a, b rooms.Member) int {
		if a.Watch != b.Watch {
			if a.Watch {
				return 1 // behind those who take part
			}
			return -1
		}
		return cmp.Compare(strings.ToLower(a.Nick), strings.ToLower(b.Nick))
	})
	return members
}

// whoColumns is one person in the roster: the face, the name, a gap, the signs, the
// program.
const whoColumns = faceColumns + rooms.MaxNickColumns + 10

// faceColumns is a face and the gap behind it.
const faceColumns = 2

// whoCard lists who is here, in columns where there is room. Meet opens the menu for
// somebody else.
func whoCard(st *stay, meet func(id string)) *card {
	wide := whoColumns * max(min((len(st.roster.members)+9)/10, 4), 1)
	q := &list{enter: meet, ids: func() (ids []string) {
		for _, m := range st.sorted() {
			if m.ID != st.you.ID && !st.you.Watch {
				ids = append(ids, m.ID)
			}
		}
		return ids
	}}
	return &card{title: "who is here", key: "f2", wide: wide, list: q, does: []hint{{"Enter", "what to do"}}, rows: func(l look, width, _ int) []string {
		members := st.sorted()
		columns := max(min(width/whoColumns, (len(members)+9)/10), 1)
		lines := (len(members) + columns - 1) / columns
		rows := make([]string, lines)
		for i, m := range members {
			x := i / lines * whoColumns
			cell, row := st.whoCell(l, m, width), &rows[i%lines]
			if m.ID != st.you.ID && !st.you.Watch {
				cell = q.entry(l, m.ID, box{i % lines, x, min(whoColumns, width)}, cell)
			}
			*row += cells.Blank(x-l.cells.Width(*row)) + cell
		}
		rows = append(rows, l.legend(members, width)...)
		return append(rows, st.asideRows(l, members, width)...)
	}}
}

// asideRows say why those are away who have said it, in rows of their own: beside the names
// in a list their words could pass for others' names.
func (st *stay) asideRows(l look, members []rooms.Member, width int) (rows []string) {
	for _, m := range members {
		aside := st.ignoring.Shown(m)
		if aside.Text == "" {
			continue
		}
		if rows == nil {
			rows = append(rows, "", l.ink.Paint(theme.Heading, "away"))
		}
		rows = append(rows, l.pair(m.Nick, aside.Text, rooms.MaxNickColumns+faceColumns, width)...)
	}
	return rows
}

func (st *stay) whoCell(l look, m rooms.Member, width int) string {
	ink, about, voice := style.Name(m.Person()), string(m.Via), st.talkers.Of(m.ID)
	switch {
	case m.ID == st.you.ID && m.Aside.On:
		about = "you, away"
	case m.ID == st.you.ID:
		about = "you"
	case m.Watch:
		ink, about = theme.Dim, "watches"
	case st.ignores(m.Person()):
		ink, about = theme.Away, "ignored"
	case m.Away:
		ink, about = theme.Away, "lost"
	case m.Aside.On:
		ink, about = theme.Away, "away"
	case voice.Muted:
		about = "mic off"
	case voice.Speaking:
		about = "speaks"
	case voice.In:
		about = "voice"
	}
	name := m.Nick
	column := rooms.MaxNickColumns + 1
	if width < whoColumns { // the longest word about somebody has room all the same
		column = max(width-faceColumns-len("ignored"), l.cells.Width(m.Nick)+1)
	}
	signs := l.signs(m)
	if signs != "" {
		signs = l.ink.Paint(theme.Strong, signs) + " "
		column = max(column-l.cells.Width(signs), l.cells.Width(name)+1)
	}
	face := style.Face(l.ink, l.cells, m.Person()) + " "
	if m.Watch { // who has no name
		face = cells.Blank(faceColumns)
	}
	return face + l.ink.Paint(ink, name) + cells.Blank(column-l.cells.Width(name)) + signs + l.ink.Paint(theme.Dim, about)
}

// A choice is what can be done with somebody.
type choice struct {
	id, words string
	do        func(m rooms.Member)
}

// menuMute is how long the menu mutes somebody for, which /mute says otherwise.
const menuMute = 10 * time.Minute

// choices are what can be done with somebody now; what hosts may is nobody else's to see.
func (s *Screen) choices(m rooms.Member) []choice {
	ignore := choice{"ignore", "ignore", func(m rooms.Member) { s.ignorePerson(m.Person()) }}
	if s.ignores(m.Person()) {
		ignore = choice{"ignore", "show what they do again", func(m rooms.Member) { s.unignore(m.Nick) }}
	}
	writes := func(before, after string) func(m rooms.Member) { // which Enter does, and nothing else
		return func(m rooms.Member) { s.composing.composer.Set(before + m.Nick + after) }
	}
	remove := choice{"remove", "remove from the room", writes("/remove ", " ")}
	vote := choice{"vote", "ask all to remove them", writes("/vote ", "")}
	if m.Watch { // who has no name and no say
		switch {
		case s.you.Host:
			return []choice{remove}
		case !s.hosted():
			return []choice{vote}
		}
		return nil
	}
	all := []choice{{"whisper", "whisper", writes("/msg ", " ")}, ignore}
	if !s.hosted() && s.kind == rooms.KindOpen {
		all = append(all, vote)
	}
	if !s.you.Host {
		return all
	}
	op := func(id, words string, make func(m rooms.Member) rooms.Op) {
		all = append(all, choice{id, words, func(m rooms.Member) { s.ask(make(m)) }})
	}
	all = append(all, remove)
	if s.kind != rooms.KindSealed { // where the server can't tell words from what keeps it sealed
		if m.Muted {
			op("mute", "let speak again", func(m rooms.Member) rooms.Op { return rooms.Mute{To: m.ID} })
		} else {
			op("mute", "mute for 10 minutes", func(m rooms.Member) rooms.Op { return rooms.Mute{To: m.ID, For: menuMute} })
		}
		if m.Speaks {
			op("voice", "no longer let speak", func(m rooms.Member) rooms.Op { return rooms.LetSpeak{To: m.ID} })
		} else {
			op("voice", "let speak in the quiet", func(m rooms.Member) rooms.Op { return rooms.LetSpeak{To: m.ID, On: true} })
		}
	}
	if m.Host {
		op("host", "make no host any more", func(m rooms.Member) rooms.Op { return rooms.MakeHost{To: m.ID} })
	} else {
		op("host", "make a host", func(m rooms.Member) rooms.Op { return rooms.MakeHost{To: m.ID, On: true} })
	}
	return all
}

// meet opens the menu for somebody who is here.
func (s *Screen) meet(id string) {
	m, ok := s.roster.find(id)
	if !ok {
		return
	}
	q := &list{}
	find := func() []choice { // what can be done changes with what they and this person are
		if m, ok := s.roster.find(id); ok {
			return s.choices(m)
		}
		return nil
	}
	q.ids = func() (ids []string) {
		for _, c := range find() {
			ids = append(ids, c.id)
		}
		return ids
	}
	q.enter = func(chosen string) {
		s.cards.open = nil
		if m, ok := s.roster.find(id); ok {
			for _, c := range s.choices(m) {
				if c.id == chosen {
					c.do(m)
				}
			}
		}
	}
	s.openCard(&card{title: m.Nick, key: "f2", wide: menuColumns, list: q, does: []hint{{"Enter", "do it"}}, rows: func(l look, width, _ int) []string {
		choices := find()
		now, here := s.roster.find(id)
		if !here {
			return l.wrap(m.Nick+" has left.", width)
		}
		var rows []string
		if aside := s.ignoring.Shown(now); aside.On {
			for _, row := range l.wrap("away"+aside.Why(), width) {
				rows = append(rows, l.ink.Paint(theme.Dim, row))
			}
		}
		for _, c := range choices {
			rows = append(rows, q.entry(l, c.id, box{len(rows), 0, width}, c.words))
		}
		if len(rows) == 0 {
			return l.wrap("They are "+watchingWords+". A host may remove them.", width)
		}
		return rows
	}})
}

// menuColumns is what the longest of the choices takes.
const menuColumns = 24
