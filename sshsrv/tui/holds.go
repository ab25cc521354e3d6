package tui

import (
	"sotto/rooms"
	"sotto/rooms/waiting"
	"sotto/sshsrv/tui/composer"
)

// What a screen keeps beside what its timeline and its composer say.
const (
	// cellBytes is what a cell of the window costs at worst, in bytes: rows as
	// they were drawn and as they were painted, with their colours.
	cellBytes = 4
	// blockBytes is what an item costs that others keep as well, in bytes.
	blockBytes = 64
	// weighEvery is by how many bytes a timeline may change before it is looked
	// through again for what is this screen's alone.
	weighEvery = 8 << 10
	// shedTo is how much of a timeline is left when memory is short, in bytes: a
	// few screenfuls.
	shedTo = 64 << 10
)

// MaxHolds is the most that [Screen.Holds] comes to, in bytes.
const MaxHolds = composer.MaxHolds + maxItemBytes + maxItems*blockBytes + maxAheadBytes + waiting.MaxBytes + maxSent*rooms.MaxTextBytes + 300*100*cellBytes

// shedWords say what is gone.
const shedWords = "This server is short of memory. What you cut, sent and could undo was let go of here, and older lines; what you are writing is not."

// Holds is how many bytes the screen keeps, about, and how many of them it could
// do without. Of what everybody in the room keeps it counts its part.
func (s *Screen) Holds() (bytes, spare int) {
	bytes, spare = s.compose.Holds()
	bytes += s.width*s.height*cellBytes + s.ahead.bytes + s.queue.Bytes()
	for _, text := range s.sent {
		bytes += len(text)
	}
	lines := s.weight.of(s.timeline, max(1, len(s.roster.members)))
	bytes += lines
	return bytes, spare + max(0, lines-shedTo)
}

// shed does without.
func (s *Screen) shed() {
	s.compose.Shed()
	for t := s.timeline; t.bytes > shedTo && len(t.blocks) > 1; {
		t.drop()
	}
	s.timeline.redraw()
	s.say(shedWords)
}

// weight is how much of a timeline is this screen's alone, as it was when it was
// last looked through.
type weight struct {
	bytes int // the timeline's then
	alone int
}

// of is what a timeline costs this screen, one of so many.
func (w *weight) of(t *timeline, people int) int {
	if by := t.bytes - w.bytes; by > weighEvery || by < -weighEvery {
		w.bytes, w.alone = t.bytes, 0
		for i := range t.blocks {
			switch it := t.blocks[i].item.(type) {
			case said, *offered:
			default:
				w.alone += it.size()
			}
		}
	}
	return len(t.blocks)*blockBytes + w.alone + max(0, t.bytes-w.alone)/people
}
