package seal

import (
	"slices"
	"strings"
	"time"

	"sotto/rooms"
)

// comparison is what this end's person has said of the safety words: that all had
// the same, when, and of whom that was true.
type comparison struct {
	at    time.Time // zero: nothing
	view  [viewBytes]byte
	shown []Shown
}

// Verification is the safety words, and whom they are about.
type Verification struct {
	Words []string // the same for everybody who shows the same people by the same names
	Names []string // of all who are shown, this end's own first
}

// Verified is a participant in a sealed room, whose words its person can compare.
type Verified interface {
	// Verify returns the words to read aloud; none before there is a place.
	Verify() Verification
	// Compared notes that the words that were shown last were the same for all, and
	// reports whether there are any.
	Compared() bool
}

var _ interface {
	rooms.Participant
	rooms.Paced
	rooms.Eased
	Verified
} = (*Seat)(nil)

// What a door says where there are no words.
const (
	OfOpen  = "This room is open: the server could read along, so there is nothing to verify. /seal makes a room that it can't read."
	NoWords = "There are no words while you are not in the room: they are made of the keys and names of those who are."
)

// NamesSaid names them in a sentence.
func (v Verification) NamesSaid() string {
	names := slices.Clone(v.Names)
	if len(names) > 0 {
		names[0] += " (you)"
	}
	return strings.Join(names, ", ")
}

// Verify returns the words to read aloud; none before there is a place.
func (s *Seat) Verify() (v Verification) {
	s.mu.Lock()
	var shown []Shown
	if s.stage != outside {
		shown = s.people.shown()
		s.read = comparison{view: s.view.Hash, shown: shown}
		v.Names = append(v.Names, s.you.Nick)
		for _, m := range s.people.order {
			if m.shown && m != s.you {
				v.Names = append(v.Names, m.Nick)
			}
		}
	}
	s.mu.Unlock()
	if len(shown) > 0 {
		v.Words = s.room.WordsFor(shown)
	}
	return v
}

// Compared notes that the words that Verify returned last were compared and were the
// same for all. It holds until somebody comes, goes or changes their name; who did
// while the words were read is told instead. It reports false where there are no words.
func (s *Seat) Compared() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stage == outside:
		return false
	case len(s.read.shown) == 0:
		defer s.soon()
		s.emit(&rooms.Notice{Code: Unread, Text: "You have not looked at the words yet: /verify shows them, and whom they are about."})
		return true
	}
	defer s.soon()
	s.comparing = s.read
	s.comparing.at = time.Now()
	if s.compared(); !s.comparing.at.IsZero() {
		s.emit(&rooms.Compared{At: s.comparing.at, People: len(s.comparing.shown)})
	}
	return true
}

// soon has Next give what was emitted beside it.
func (s *Seat) soon() { s.rouse(time.Now()) }

// renewed takes a comparison back since this end has a new place, with a new key.
func (s *Seat) renewed() {
	if !s.comparing.at.IsZero() {
		s.emit(&rooms.Compared{Changes: []string{"you came in anew, and with you everybody's keys are new"}})
	}
	s.comparing, s.read = comparison{}, comparison{}
}

// compared takes a comparison back when it no longer holds, and says who changed.
func (s *Seat) compared() {
	c := s.comparing
	if c.at.IsZero() || c.view == s.view.Hash {
		return
	}
	s.comparing = comparison{}
	before, now := map[ID]string{}, map[ID]string{}
	for _, m := range c.shown {
		before[m.ID] = m.Nick
	}
	var change rooms.Compared
	for _, m := range s.people.shown() {
		now[m.ID] = m.Nick
		switch was, known := before[m.ID]; {
		case !known:
			change.Changes = append(change.Changes, m.Nick+" came in")
		case was != m.Nick:
			change.Changes = append(change.Changes, was+" is now called "+m.Nick)
		}
	}
	for _, m := range c.shown {
		if _, here := now[m.ID]; !here {
			change.Changes = append(change.Changes, m.Nick+" left")
		}
	}
	s.emit(&change)
}
