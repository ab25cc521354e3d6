package tui

import (
	"testing"

	"sotto/rooms"
)

// TestAnswersOfAnotherPlace comes in anew, where the room numbers from the
// beginning: an answer is to what was said in this place.
func TestAnswersOfAnotherPlace(t *testing.T) {
	s := plainRoom(t)
	s.seq = 6
	s.says(you, "mine, before")
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you, lynx}, Seq: 0})
	s.seq = 0
	for range 6 {
		s.says(lynx, "words")
	}
	seven := s.says(heron, "theirs, now")
	s.seq++
	s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: lynx.Person(), Text: "yes", Re: seven})
	if s.reading.timeline.Calls(s.reading.timeline.End() - 1) {
		t.Error("an answer to somebody else calls")
	}
	s.shows("╭ late-heron: theirs, now")
}
