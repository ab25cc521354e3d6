package tui

import (
	"fmt"
	"strings"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// kindNotes are what a person must know about a room of each kind, in a long and
// a short wording. The kind itself is on every screen, however narrow.
var kindNotes = map[rooms.Kind][2]string{
	rooms.KindOpen: {
		" — the server could read this while it is said",
		" — the server could read this",
	},
	rooms.KindSealed: {
		" — only members can read this",
		" — only members can read",
	},
}

// verified is a seat in a sealed room.
type verified interface {
	// Verify returns the words that members compare.
	Verify() seal.Verification
	// Compared notes that those that were shown last were the same for all, and reports
	// whether there are any.
	Compared() bool
}

// verify shows the words that members compare, or notes that they were the same.
func (s *Screen) verify(same bool) {
	sealed, ok := s.seat.(verified)
	if !ok {
		s.reading.note(theme.Notice, "·", "This room is open: the server could read along, so there is nothing to verify. /seal makes a room that it can't read.")
		return
	}
	const none = "There are no words while you are not in the room: they are made of the keys and names of those who are."
	if same {
		if !sealed.Compared() {
			s.reading.note(theme.Notice, "·", none)
		}
		return
	}
	v := sealed.Verify()
	if len(v.Words) == 0 {
		s.reading.note(theme.Notice, "·", none)
		return
	}
	s.openCard(verifyCard(v))
}

// seal makes a sealed room, or says where one can be made.
func (s *Screen) seal() {
	if s.cfg.Seal != nil {
		s.openCard(inviteCard("a sealed room", s.name, s.cfg.Seal()))
		return
	}
	s.openCard(sealedElsewhereCard(s.cfg.NewSealed))
}

// compared notes that the words were compared, or that this no longer holds.
func (s *Screen) compared(c *rooms.Compared) {
	s.comparedAt = c.At
	if c.At.IsZero() {
		s.reading.note(theme.Warn, "!", "The words that you compared no longer hold: "+strings.Join(c.Changes, ", ")+". /verify shows the new ones.")
	} else {
		s.reading.note(theme.Notice, "·", "Compared at "+c.At.In(s.cfg.Zone).Format("15:04")+": "+style.Plural(c.People, "person", "people")+" with the same words. You are told when that changes.")
	}
	s.resized = true
}

// kindWords name the room's kind, and whether its words were compared.
func (s *Screen) kindWords() string {
	if s.comparedAt.IsZero() {
		return string(s.kind)
	}
	return string(s.kind) + ", compared " + s.comparedAt.In(s.cfg.Zone).Format("15:04")
}

// strangers says how many hold a sealed room's link and are not shown.
func (s *Screen) strangers() string {
	if s.unconfirmed == 0 {
		return ""
	}
	return fmt.Sprintf(" + %d silent", s.unconfirmed)
}

// gapWords says that so many events are missing.
func (s *Screen) gapWords(missed uint64) string {
	if s.kind == rooms.KindSealed {
		return "Something is missing here: " + style.Plural(int(missed), "sealed message", "sealed messages") + " did not reach you."
	}
	return style.Plural(int(missed), "event", "events") + " could not be kept for you while you were away."
}

// isLink reports whether somebody wrote a link where a room's name could stand.
// Only where sealed rooms can be made are links understood.
func (c *Config) isLink(room string) bool {
	return c.Seal != nil && strings.Contains(room, "://")
}

// noticeStyle is how a notice looks: what says that somebody may be tampering is
// a warning.
func noticeStyle(code rooms.Code) theme.Style {
	switch code {
	case seal.Ghost, seal.Forged, seal.Unconfirmed, seal.RosterDiffers, seal.Twofold, seal.Unknown:
		return theme.Warn
	}
	return theme.Notice
}
