package tui

import (
	"fmt"
	"strings"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/rooms/governing"
	"sotto/rooms/seal"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/qr"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// The measures of an invitation beside its code, in columns: of words that can be
// broken the least.
const (
	inviteText = 34
	inviteGap  = 3
)

// inviteCard shows how others get into a room, with a code that a phone can read:
// beside the words, or below them, perhaps a scroll away, or not at all, as there is
// room. A link is there to be copied and clicked, so it is broken on no screen that is
// as wide.
func inviteCard(title string, room rooms.RoomName, in rooms.Invitation) *card {
	copied := []string{in.SSH, in.Web}
	return &card{title: title, wide: cardWidth + 10, copied: copied, rows: func(l look, width, height int) []string {
		if in.Web == "" || l.cells.Sign("▀", "") == "" { // a code is made of blocks
			return l.invitation(room, in, width)
		}
		code := qr.Rows(in.Web, width-max(inviteText, l.widest(copied))-inviteGap, height, l.ink)
		if code == nil {
			words := l.invitation(room, in, width)
			if code = qr.Rows(in.Web, width, height, l.ink); code != nil {
				words = append(append(words, ""), code...)
			}
			return words
		}
		words := l.invitation(room, in, width-inviteGap-l.cells.Width(code[0]))
		for i, row := range code {
			left := ""
			if i < len(words) {
				left = words[i]
			}
			code[i] = left + cells.Blank(width-l.cells.Width(row)-l.cells.Width(left)) + row
		}
		return code
	}}
}

// invite shows how others get in, or asks for an invitation.
func (s *Screen) invite(typed string, in command.Invite) {
	op := rooms.Invite{For: in.For, Watch: in.Watch}
	if in.Once {
		op.Uses = 1
	}
	switch {
	case in == (command.Invite{}):
		s.openCard(inviteCard("invite", s.name, s.cfg.invited(s.name)))
	case s.kind == rooms.KindSealed:
		s.reading.note(theme.Notice, "·", governing.SealedInvite)
	default:
		s.composing.send(typed, func(id string) rooms.Op {
			op.ID = id
			return op
		})
	}
}

// invitedBy shows an invitation that this person asked for: on a card, and nowhere else.
func (s *Screen) invitedBy(e *rooms.Invited) {
	switch {
	case !s.composing.answers(e.ID):
	case e.Token == "":
		s.reading.note(theme.Notice, "·", governing.Uninvited)
	default:
		s.openCard(inviteCard("an invitation", s.name, governing.Invitation(s.cfg.Invite(s.name, e.Token), e)))
	}
}

// invitation words how others get in.
func (l look) invitation(room rooms.RoomName, in rooms.Invitation, width int) []string {
	var rows []string
	add := func(label string, broken []string) {
		if len(broken) == 0 {
			return
		}
		if len(rows) > 0 {
			rows = append(rows, "")
		}
		if label != "" {
			rows = append(rows, l.ink.Paint(theme.Heading, label))
		}
		rows = append(rows, broken...)
	}
	add("in a terminal", l.filling(in.SSH, width))
	add("in a browser", style.Link(l.filling(in.Web, width), in.Web))
	if in.Note != "" {
		add("", l.wrap(in.Note, width))
	}
	if len(rows) == 0 {
		add("", l.wrap("Tell them the room's name: "+string(room)+". This server does not know how it is reached from outside.", width))
	}
	return rows
}

// sealedElsewhereCard says by which command a sealed room is made, on its person's own
// machine.
func sealedElsewhereCard(command string) *card {
	return &card{title: "sealed rooms", wide: cardWidth, copied: []string{command}, rows: func(l look, width, _ int) []string {
		rows := l.wrap("A sealed room is one whose key the server never has. Over plain ssh this screen runs on the server, so it must not make that key. On your own machine:", width)
		rows = append(rows, "")
		for _, row := range l.filling(command, width) {
			rows = append(rows, l.ink.Paint(theme.Accent, row))
		}
		return rows
	}}
}

// How the safety words stand: words in a row at most, and columns for a word behind
// its number, of which the longest has eight letters. None may be cut.
const (
	verifyColumns = 3
	verifyWord    = 10
)

// verifyCard shows the words that members of a sealed room compare. Once they no longer
// hold it shows none: two who read different ones to each other would think that
// somebody stands in between.
func verifyCard(v seal.Verification) *card {
	words := v.Words
	c := &card{title: "verify", wide: cardWidth, dates: true}
	c.rows = func(l look, width, _ int) []string {
		if len(c.changes) > 0 {
			return l.wrap("Out of date: "+strings.Join(c.changes, ", ")+". The words that stood here no longer hold; /verify shows the new ones.", width)
		}
		rows := l.wrap(fmt.Sprintf("%d words for %s: %s.", len(words), style.Plural(len(v.Names), "person", "people"), v.NamesSaid()), width)
		rows = append(rows, "")
		columns := max(min(width/(3+verifyWord), verifyColumns), 1)
		for i := 0; i < len(words); i += columns {
			var row strings.Builder
			for j, word := range words[i:min(i+columns, len(words))] {
				row.WriteString(l.ink.Paint(theme.Dim, fmt.Sprintf("%2d ", i+j+1)) + l.ink.Paint(theme.Accent, word) + cells.Blank(verifyWord-len(word)))
			}
			rows = append(rows, row.String())
		}
		rows = append(rows, "")
		rows = append(rows, l.wrap("Read them to each other where you know the voice. Everybody who sees these people by these names has the same words; if yours differ, somebody stands in between.", width)...)
		return append(rows, l.wrap("If all have the same: /verify same. It holds until somebody comes, goes or changes their name.", width)...)
	}
	return c
}
