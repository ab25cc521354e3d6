package tui

import (
	"strings"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// verify shows the words that members compare, or notes that they were the same.
func (s *Screen) verify(same bool) {
	sealed, ok := s.seat.(seal.Verified)
	if !ok {
		s.reading.note(theme.Notice, "·", seal.OfOpen)
		return
	}
	if same {
		if !sealed.Compared() {
			s.reading.note(theme.Notice, "·", seal.NoWords)
		}
		return
	}
	v := sealed.Verify()
	if len(v.Words) == 0 {
		s.reading.note(theme.Notice, "·", seal.NoWords)
		return
	}
	s.openCard(verifyCard(v))
}

// compared notes that the words were compared, or that this no longer holds.
func (s *Screen) compared(c *rooms.Compared) {
	s.comparedAt = c.At.In(s.cfg.Zone)
	if c.At.IsZero() {
		s.reading.note(theme.Warn, "!", "The words that you compared no longer hold: "+strings.Join(c.Changes, ", ")+". /verify shows the new ones.")
	} else {
		s.reading.note(theme.Notice, "·", "Compared at "+s.comparedAt.Format("15:04")+": "+style.Plural(c.People, "person", "people")+" with the same words. You are told when that changes.")
	}
	s.layout.redraw()
}

// noticeStyle is how a notice looks: what says that somebody may be tampering is
// a warning, and so is that what one says may not arrive.
func noticeStyle(code rooms.Code) theme.Style {
	switch code {
	case rooms.Unreachable:
		return theme.Warn
	case seal.Ghost, seal.Forged, seal.Unconfirmed, seal.RosterDiffers, seal.RosterSilent, seal.Untaken, seal.Twofold, seal.Unknown, seal.Unreadable,
		seal.VoiceChanged, seal.VoiceLate, seal.VoiceWithheld, seal.VoiceKeyless:
		return theme.Warn
	}
	return theme.Notice
}
