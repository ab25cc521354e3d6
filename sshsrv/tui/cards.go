package tui

import (
	"cmp"
	"slices"
	"strings"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/qr"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

func (s *Screen) openPopup(p *popup) {
	s.endChoice()
	s.popup, s.touched = p, true
}

// cardWidth is what a card of prose would like, in columns.
const cardWidth = 66

// keyHelp is what the screen's own keys do.
var keyHelp = []hint{
	{"Enter", "say it"},
	{"Shift-Enter", "a new line; or Alt-Enter, Ctrl-J, \\ and Enter"},
	{"Tab", "complete a command, a name, a room, an :emoji:"},
	{"↑ ↓", "what you said before"},
	{"PgUp PgDn, wheel", "read back; Home and End with nothing typed"},
	{"F3, Ctrl-S", "find; Enter, then n and N"},
	{"Alt-↑, Ctrl-O", "choose a message: answer, copy, ignore, open"},
	{"click on ▸", "open what is folded; on ▾, close it"},
	{"F2", "who is here"},
	{"Esc", "take back what waits to be said"},
	{"Ctrl-C", "clear what is typed; leave, pressed again"},
}

// helpPopup lists the commands and keys, or explains one command.
func (s *Screen) helpPopup(name string) *popup {
	if entry, ok := command.Lookup(name); ok {
		return &popup{title: "/" + entry.Name, wide: cardWidth, rows: func(width, _ int) []string {
			return append([]string{s.ink.Paint(theme.Accent, entry.Usage())}, s.wrap(entry.Help+".", width)...)
		}}
	}
	return &popup{title: "help", key: "f1", wide: cardWidth, rows: func(width, _ int) []string {
		rows := []string{s.ink.Paint(theme.Heading, "keys")}
		for _, h := range keyHelp {
			rows = append(rows, s.pair(h.key, h.does, 18, width)...)
		}
		rows = append(rows, "", s.ink.Paint(theme.Heading, "commands"))
		for _, entry := range command.Table(command.Terminal) {
			rows = append(rows, s.pair(entry.Usage(), entry.Help, 18, width)...)
		}
		rows = append(rows, "")
		for _, aside := range []string{
			"//text says a line that begins with a slash",
			"--plain behind the room as you come in: nothing is repainted, as screen readers and slow lines want it",
		} {
			for _, row := range s.wrap(aside, width) {
				rows = append(rows, s.ink.Paint(theme.Dim, row))
			}
		}
		return rows
	}}
}

// whoColumns is one person in the roster: the name, a gap, the program.
const whoColumns = rooms.MaxNickColumns + 10

// whoPopup lists who is here, in columns where there is room.
func (s *Screen) whoPopup() *popup {
	wide := whoColumns * max(min((len(s.roster.members)+9)/10, 4), 1)
	return &popup{title: "who is here", key: "f2", wide: wide, rows: func(width, _ int) []string {
		members := slices.Clone(s.roster.members)
		slices.SortStableFunc(members, func(a, b rooms.Member) int {
			return cmp.Compare(strings.ToLower(a.Nick), strings.ToLower(b.Nick))
		})
		columns := max(min(width/whoColumns, (len(members)+9)/10), 1)
		lines := (len(members) + columns - 1) / columns
		rows := make([]string, lines)
		for i, m := range members {
			row := &rows[i%lines]
			*row += cells.Blank(i/lines*whoColumns-s.cells.Width(*row)) + s.whoCell(m, width)
		}
		return rows
	}}
}

func (s *Screen) whoCell(m rooms.Member, width int) string {
	ink, about := style.Name(m.Person()), string(m.Via)
	switch {
	case m.ID == s.you.ID:
		about = "you"
	case s.ignores(m.Person()):
		ink, about = theme.Away, "ignored"
	case m.Away:
		ink, about = theme.Away, "away"
	}
	column := rooms.MaxNickColumns + 1
	if width < whoColumns { // the longest word about somebody has room all the same
		column = max(width-len("ignored"), s.cells.Width(m.Nick)+1)
	}
	return s.ink.Paint(ink, m.Nick) + cells.Blank(column-s.cells.Width(m.Nick)) + s.ink.Paint(theme.Dim, about)
}

// privacyPopup shows what the server and the door hold about this session.
func (s *Screen) privacyPopup(held []rooms.HeldField) *popup {
	return &popup{title: "what is held about you", wide: cardWidth + 14, rows: func(width, _ int) []string {
		rows := s.wrap("These are the fields themselves, read just now. All of it is in memory only and goes when you leave.", width)
		first := min(rooms.HeldFirst, len(held))
		rows = append(rows, "", s.ink.Paint(theme.Heading, "what matters most"))
		rows = append(rows, s.heldRows(held[:first], width)...)
		rows = append(rows, "", s.ink.Paint(theme.Heading, "everything else about your place"))
		rows = append(rows, s.heldRows(held[first:], width)...)
		if s.cfg.Held != nil {
			rows = append(rows, "", s.ink.Paint(theme.Heading, "your connection"))
			rows = append(rows, s.heldRows(s.cfg.Held(), width)...)
		}
		if len(s.cfg.Never) > 0 {
			rows = append(rows, "", s.ink.Paint(theme.Heading, "never taken"))
			for _, never := range s.cfg.Never {
				for i, row := range s.wrap(never, max(width-2, 1)) {
					rows = append(rows, []string{"· ", "  "}[min(i, 1)]+row)
				}
			}
		}
		return rows
	}}
}

func (s *Screen) heldRows(held []rooms.HeldField, width int) []string {
	var rows []string
	for _, f := range held {
		rows = append(rows, s.pair(f.Name, heldWords(f), 18, width)...)
	}
	return rows
}

// heldWords is a field's value and reason, in a sentence.
func heldWords(f rooms.HeldField) string {
	value := rooms.CleanTopic(f.Value)
	if value == "" {
		value = "nothing"
	}
	if f.Why == "" {
		return value
	}
	return value + " — " + f.Why
}

// The measures of an invitation beside its code, in columns: of words that can be
// broken the least.
const (
	inviteText = 34
	inviteGap  = 3
)

// invitePopup shows how others get in, with a code that a phone can read: beside
// the words, or below them, perhaps a scroll away, or not at all, as there is room. A
// link is there to be copied and clicked, so it is broken on no screen that is as wide.
func (s *Screen) invitePopup(title string, in rooms.Invitation) *popup {
	whole := max(s.cells.Width(in.SSH), s.cells.Width(in.Web))
	return &popup{title: title, wide: cardWidth + 10, whole: whole, rows: func(width, height int) []string {
		if in.Web == "" || s.cells.Sign("▀", "") == "" { // a code is made of blocks
			return s.invitation(in, width)
		}
		code := qr.Rows(in.Web, width-max(inviteText, whole)-inviteGap, height, s.ink)
		if code == nil {
			words := s.invitation(in, width)
			if code = qr.Rows(in.Web, width, height, s.ink); code != nil {
				words = append(append(words, ""), code...)
			}
			return words
		}
		words := s.invitation(in, width-inviteGap-s.cells.Width(code[0]))
		for i, row := range code {
			left := ""
			if i < len(words) {
				left = words[i]
			}
			code[i] = left + cells.Blank(width-s.cells.Width(row)-s.cells.Width(left)) + row
		}
		return code
	}}
}

// invited is how to get into this room.
func (s *Screen) invited() rooms.Invitation {
	if s.cfg.Invite == nil {
		return rooms.Invitation{}
	}
	return s.cfg.Invite(s.name)
}

// invitation words how others get in.
func (s *Screen) invitation(in rooms.Invitation, width int) []string {
	var rows []string
	add := func(label string, broken []string) {
		if len(broken) == 0 {
			return
		}
		if len(rows) > 0 {
			rows = append(rows, "")
		}
		if label != "" {
			rows = append(rows, s.ink.Paint(theme.Heading, label))
		}
		rows = append(rows, broken...)
	}
	add("in a terminal", s.filling(in.SSH, width))
	add("in a browser", style.Link(s.filling(in.Web, width), in.Web))
	if in.Note != "" {
		add("", s.wrap(in.Note, width))
	}
	if len(rows) == 0 {
		add("", s.wrap("Tell them the room's name: "+string(s.name)+". This server does not know how it is reached from outside.", width))
	}
	return rows
}
