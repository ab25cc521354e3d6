package timeline

import (
	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/sshsrv/tui/needle"
	"testing"
)

// TestMention calls whom the browser calls, too.
func TestMention(t *testing.T) {
	var script struct {
		Note  string
		Names []struct {
			Nick, Text string
			Calls      bool
		}
		Words []struct {
			Words []string
			Text  string
			Calls bool
		}
		Answers []struct {
			Name, To, Text string
			Mine, Calls    bool
		}
	}
	behaviour.Read(t, "mention", &script)
	for _, c := range script.Names {
		called := needle.New(c.Nick, true)
		if got := called.In(c.Text); got != c.Calls {
			t.Errorf("%q calls %s: %v", c.Text, c.Nick, got)
		}
	}
	for _, c := range script.Words {
		tl := testTimeline(80)
		tl.Reader(you.ID, "low-fern")
		tl.Highlight(c.Words)
		if id := tell(tl, lynx, 0, c.Text); tl.Calls(id) != c.Calls {
			t.Errorf("%q calls by %q: %v", c.Text, c.Words, !c.Calls)
		}
		if id := tell(tl, you, 0, c.Text); tl.Calls(id) {
			t.Errorf("one's own %q calls", c.Text)
		}
	}
	for _, c := range script.Answers {
		tl := testTimeline(80)
		tl.you, tl.called = you.ID, needle.New("low-fern", true)
		say := func(seq uint64, who rooms.Member, text string, re uint64, action bool) int {
			return tl.Add(Said{&rooms.Said{Seq: seq, At: start, From: who.Person(), Text: text, Re: re, Action: action}})
		}
		say(11, lynx, "theirs", 0, false)
		tl.Add(&Note{text: "a line between"})
		say(12, you, "mine", 0, false)
		say(14, you, "does", 0, true)
		tl.Add(&Note{text: "another"})
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
