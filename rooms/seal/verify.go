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
	if s.session != nil {
		shown = s.people.shown()
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

// Compared notes that the words were compared and were the same for all. It holds
// until somebody comes, goes or changes their name.
func (s *Seat) Compared() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session == nil {
		return
	}
	s.comparing = comparison{time.Now(), s.view.Hash, s.people.shown()}
	s.emit(&rooms.Compared{At: s.comparing.at, People: len(s.comparing.shown)})
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
