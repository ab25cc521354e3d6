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

// behindHolds is how much the composers of all rooms behind the front hold together, in
// bytes, beyond what is written in them: a tenth of what one may.
const behindHolds = composer.MaxHolds / 10

// MaxHolds is the most that [Screen.Holds] comes to, in bytes: of one room what there is
// once, and of each what is on its way or only written.
const MaxHolds = composer.MaxHolds + behindHolds + timeline.MaxHolds + maxUnsaid + 300*100*cellBytes +
	maxPlaces*(2*composer.MaxHeldBytes+maxAheadBytes+waiting.MaxBytes+maxSent*rooms.MaxTextBytes)

// shedWords say what is gone.
const shedWords = "This server is short of memory. What you cut, sent and could undo was let go of here, and older lines; what you are writing is not."

// sharedWords say what is gone in a room behind the front.
const sharedWords = "What you cut, sent and could undo in here was let go of, since the rooms of a window share its memory. What you are writing was not."

// Holds is how many bytes the screen keeps, about, and how many of them it could
// do without. Of what everybody in a room keeps it counts its part.
func (s *Screen) Holds() (bytes, spare int) {
	for _, p := range s.places {
		written, undone := p.composing.holds()
		lines := p.reading.timeline.Holds(max(1, len(p.roster.members)))
		bytes += written + lines
		spare += undone + max(0, lines-shedTo/len(s.places))
	}
	for _, text := range s.unsaid {
		bytes += len(text)
	}
	return bytes + s.terminal.width*s.terminal.height*cellBytes, spare
}

// shareWriting keeps what the composers behind the front hold together within bounds:
// whichever can do without most does.
func (s *Screen) shareWriting() {
	for range s.places {
		var largest *place
		total, most := 0, 0
		for _, p := range s.places {
			if p == s.front {
				continue
			}
			_, spare := p.composing.holds()
			if total += spare; spare > most {
				largest, most = p, spare
			}
		}
		if total <= behindHolds {
			return
		}
		largest.composing.composer.Shed()
		largest.status.say(sharedWords)
	}
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
	for _, p := range s.places {
		p.composing.composer.Shed()
		p.reading.timeline.Shed(shedTo / len(s.places))
	}
	s.status.say(shedWords)
}
