package tui

import (
	"slices"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
)

// TestChoiceHintsAreTrue: of what was chosen, that is offered and nothing else which this
// person can do with it, whoever they are and whatever it is.
func TestChoiceHintsAreTrue(t *testing.T) {
	whispers := func(s *sitting, from, to rooms.Member) {
		s.happens(&rooms.Whispered{At: s.now, From: from.Person(), To: to.Person(), Text: "a word"})
	}
	things := map[string]func(*sitting){
		"own words":       func(s *sitting) { s.says(you, "mine") },
		"own old words":   func(s *sitting) { s.says(you, "mine"); s.passes(rooms.AmendFor) },
		"others' words":   func(s *sitting) { s.says(lynx, "theirs") },
		"own whisper":     func(s *sitting) { whispers(s, you, lynx) },
		"others' whisper": func(s *sitting) { whispers(s, lynx, you) },
		"own offer":       func(s *sitting) { s.offers(you, "mine.txt", 9) },
		"others' offer":   func(s *sitting) { s.offers(lynx, "plan.pdf", 9) },
		"own poll":        func(s *sitting) { s.polls(you, "tea?", "yes", "no") },
		"others' poll":    func(s *sitting) { s.polls(lynx, "tea?", "yes", "no") },
	}
	does := map[string]func(*sitting) bool{
		"+": func(s *sitting) bool { return s.reading.picker.on },
		"d": func(s *sitting) bool { return s.reading.sure },
		"e": func(s *sitting) bool { return s.composing.amending != 0 },
	}
	for what, comes := range things {
		for _, kind := range []rooms.Kind{rooms.KindOpen, rooms.KindSealed} {
			for _, host := range []bool{false, true} {
				for key, done := range does {
					s := inRoom(t, 200, 24, colorprofile.ASCII, lynx)
					comes(s)
					s.kind, s.you.Host = kind, host
					s.types("alt+up")
					offered := slices.ContainsFunc(s.reading.hints(true), func(h hint) bool { return h.key == key })
					s.types(key)
					if offered != done(s) {
						t.Errorf("%s, %s room, host %v: %s is offered: %v, and works: %v", what, kind, host, key, offered, done(s))
					}
				}
			}
		}
	}
}
