package tui

import (
	"testing"

	"sotto/rooms"
	"sotto/rooms/behaviour"
)

// TestMention calls whom the browser calls, too.
func TestMention(t *testing.T) {
	var script struct {
		Note  string
		Names []struct {
			Nick, Text string
			Calls      bool
		}
		Answers []struct {
			Name, To, Text string
			Mine, Calls    bool
		}
	}
	behaviour.Read(t, "mention", &script)
	for _, c := range script.Names {
		called := newNeedle(c.Nick, true)
		if got := called.in(c.Text); got != c.Calls {
			t.Errorf("%q calls %s: %v", c.Text, c.Nick, got)
		}
	}
	for _, c := range script.Answers {
		tl := testTimeline(80)
		tl.you, tl.called = you.ID, newNeedle("low-fern", true)
		say := func(seq uint64, who rooms.Member, text string, re uint64, action bool) int {
			return tl.add(said{&rooms.Said{Seq: seq, At: start, From: who.Person(), Text: text, Re: re, Action: action}})
		}
		say(11, lynx, "theirs", 0, false)
		tl.add(&note{text: "a line between"})
		say(12, you, "mine", 0, false)
		say(14, you, "does", 0, true)
		tl.add(&note{text: "another"})
		who := lynx
		if c.Mine {
			who = you
		}
		re := map[string]uint64{"theirs": 11, "yours": 12, "your action": 14, "nothing": 13}[c.To]
		if id := say(15, who, c.Text, re, false); tl.at(id).calls != c.Calls {
			t.Errorf("an answer %s calls: %v", c.Name, !c.Calls)
		}
	}
}

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
	if s.timeline.last().calls {
		t.Error("an answer to somebody else calls")
	}
	s.shows("╭ late-heron: theirs, now")
}
