package tui

import (
	"sotto/rooms"
	"sotto/rooms/waiting"
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/timeline"
)

// What a screen keeps beside what its timeline and its composer say.
const (
	// cellBytes is what a cell of the window costs at worst, in bytes: rows as
	// they were drawn and as they were painted, with their colours.
	cellBytes = 4
	// shedTo is how much of a timeline is left when memory is short, in bytes: a
	// few screenfuls.
	shedTo = 64 << 10
)

// MaxHolds is the most that [Screen.Holds] comes to, in bytes.
const MaxHolds = composer.MaxHolds + timeline.MaxHolds + maxAheadBytes + waiting.MaxBytes + maxSent*rooms.MaxTextBytes + 300*100*cellBytes

// shedWords say what is gone.
const shedWords = "This server is short of memory. What you cut, sent and could undo was let go of here, and older lines; what you are writing is not."

// Holds is how many bytes the screen keeps, about, and how many of them it could
// do without. Of what everybody in the room keeps it counts its part.
func (s *Screen) Holds() (bytes, spare int) {
	bytes, spare = s.composing.holds()
	lines := s.reading.timeline.Holds(max(1, len(s.roster.members)))
	bytes += s.layout.width*s.layout.height*cellBytes + lines
	return bytes, spare + max(0, lines-shedTo)
}

func (c *composing) holds() (bytes, spare int) {
	bytes, spare = c.composer.Holds()
	bytes += c.ahead.bytes + c.queue.Bytes()
	for _, text := range c.sent {
		bytes += len(text)
	}
	return bytes, spare
}

// shed does without.
func (s *Screen) shed() {
	s.composing.composer.Shed()
	s.reading.timeline.Shed(shedTo)
	s.status.say(shedWords)
}
