package tui

import (
	"sotto/sshsrv/tui/theme"
)

// What was read in a room stays on the screen when its person goes to another:
// /join once too often would take it away, and it is nowhere else. It is there to
// be read, searched and copied; what belongs to a room ends with it.

// cameFrom says in which room was said what is above.
func (s *Screen) cameFrom(room, to string) {
	s.note(theme.Divider, s.cells.Sign("─", "-"), "You left "+room+" and came into "+to+". What is above was said in "+room+"; /clear empties this screen.")
}

// isOver tells, of a block of another room, that nothing can be done about it any
// more, and reports whether it is one.
func (s *Screen) isOver(id int) bool {
	if !s.timeline.IsPast(id) {
		return false
	}
	s.endChoice()
	s.status.say("That was said in another room.")
	return true
}
