package tui

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/sshsrv/tui/bell"
	"sotto/sshsrv/tui/run"
)

// plainRoom is a room with two others on a terminal of 80×24 without colours.
func plainRoom(t testing.TB) *sitting {
	return inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
}

// ops are what the person did, without the typing.
func (s *sitting) ops() []rooms.Op {
	return slices.DeleteFunc(slices.Clone(s.seat.ops), func(op rooms.Op) bool { _, typing := op.(rooms.Typing); return typing })
}

// TestLinesBecomeOps types lines and looks at the ops.
func TestLinesBecomeOps(t *testing.T) {
	for line, want := range map[string]rooms.Op{
		"hello":                 rooms.Say{ID: "t1", Text: "hello"},
		"//slash":               rooms.Say{ID: "t1", Text: "/slash"},
		"/me waves":             rooms.Say{ID: "t1", Text: "waves", Action: true},
		"/msg brave-lynx psst":  rooms.Whisper{ID: "t1", To: lynx.ID, Text: "psst"},
		"/msg @Brave-Lynx psst": rooms.Whisper{ID: "t1", To: lynx.ID, Text: "psst"},
		"／msg brave-lynx psst":  rooms.Whisper{ID: "t1", To: lynx.ID, Text: "psst"},
		"\u2009/msg \u2066brave-lynx\u2069: psst": rooms.Whisper{ID: "t1", To: lynx.ID, Text: "psst"},
		"／／slash":                rooms.Say{ID: "t1", Text: "／slash"},
		"/nick calm-owl":         rooms.Rename{ID: "t1", Nick: "calm-owl"},
		"/topic tea, not coffee": rooms.SetTopic{ID: "t1", Text: "tea, not coffee"},
		"/topic -":               rooms.SetTopic{ID: "t1"},
		"/privacy":               rooms.Inspect{ID: "t1"},
	} {
		s := plainRoom(t)
		s.types(line, "enter")
		if got := s.ops(); len(got) != 1 || got[0] != want {
			t.Errorf("%q: did %#v, want %#v", line, got, want)
		}
		if !s.composing.composer.Empty() {
			t.Errorf("%q is still in the composer", line)
		}
	}
}

// TestMistakesAreKept types what can't be carried out: it is not sent, it stays
// in the composer, and the reason is shown.
func TestMistakesAreKept(t *testing.T) {
	for line, reason := range map[string]string{
		"/hlep":                "did you mean /help?",
		"⁄msg brave-lynx psst": "almost a command",
		"> /msg brave-lynx x":  "almost a command",
		"!msg Brave-Lynx psst": "almost a command",
		"/nick":                "/nick needs",
		"/msg nobody psst":     "Nobody here is called that",
		"/msg quiet-otter me":  "That is you",
		"/reply psst":          "Nobody has whispered to you",
		"/theme pink":          "There is no such theme",
		"/unignore brave-lynx": "You ignore nobody who is called that",
	} {
		s := plainRoom(t)
		s.types(line, "enter")
		if got := s.ops(); len(got) != 0 {
			t.Errorf("%q: did %#v", line, got)
		}
		s.shows(line, reason)
	}
}

// TestRefusedWordsComeBack refuses an op: its words are in the composer again,
// in front of what was typed meanwhile.
func TestRefusedWordsComeBack(t *testing.T) {
	s := plainRoom(t)
	s.types("first", "enter", "second")
	s.happens(&rooms.Refused{ID: "t1", Err: &rooms.Error{Code: rooms.UnknownMember, Message: "That was not heard."}})
	s.shows("› first", "That was not heard.")
	s.types(" and more")
	s.shows("second and more", "That was not heard.")
}

// TestNothingTypedIsLost has everything happen while somebody writes.
func TestNothingTypedIsLost(t *testing.T) {
	s := plainRoom(t)
	s.types("half a thought")
	s.says(lynx, "hello")
	s.happens(&rooms.Joined{Member: rooms.Member{ID: "1", Nick: "x"}}, &rooms.Notice{Text: "notice"}, &rooms.Gap{Missed: 3})
	s.do(tea.WindowSizeMsg{Width: 10, Height: 2}, tea.WindowSizeMsg{Width: 60, Height: 20}, tea.BlurMsg{}, tea.FocusMsg{})
	s.types("f1", "esc", "f3", "hello", "esc", "alt+up", "up", "esc", "pgup", "ctrl+s")
	s.shows("half a thought")
}

// TestAnswer answers a message that is chosen by the keyboard.
func TestAnswer(t *testing.T) {
	s := plainRoom(t)
	seq := s.says(lynx, "tea or coffee?")
	s.says(heron, "hm")
	s.types("alt+up", "up", "enter")
	s.shows("answering brave-lynx: tea or coffee?")
	s.types("tea", "enter", "and cake", "enter")
	s.answers()
	want := []rooms.Op{rooms.Say{ID: "t1", Text: "tea", Re: seq}, rooms.Say{ID: "t2", Text: "and cake"}}
	if got := s.ops(); !slices.Equal(got, want) {
		t.Errorf("did %#v", got)
	}
}

// TestCopy copies a message's words by OSC 52.
func TestCopy(t *testing.T) {
	s := plainRoom(t)
	s.says(lynx, "copy **me**")
	s.types("ctrl+o", "c")
	if got, want := s.raw.String(), ansi.SetSystemClipboard("copy **me**"); got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}

// TestIgnore hides what somebody said and says, and brings it back.
func TestIgnore(t *testing.T) {
	s := plainRoom(t)
	s.says(lynx, "unwelcome words")
	s.says(heron, "welcome words")
	s.types("/ignore brave-lynx", "enter")
	s.says(lynx, "more unwelcome words")
	s.happens(&rooms.TypingNow{Member: lynx.ID}, &rooms.TopicSet{From: lynx.Person(), Text: "a theme"})
	s.flushes()
	s.shows("welcome words", "topic "+hiddenTopic)
	s.hides("unwelcome", "a theme", "is typing")
	s.types("/topic", "enter")
	s.hides("a theme")
	s.types("/unignore brave-lynx", "enter")
	s.shows("unwelcome words", "more unwelcome words", "topic a theme", "brave-lynx set the topic: a theme")
}

// TestAttention is called in each setting, in focus and out of it. Nothing of
// what was said and nobody's name leaves the screen, nor is it in the title.
func TestAttention(t *testing.T) {
	for _, c := range []struct {
		notify, text string
		blurred      bool
		want         bool
	}{
		{"mentions", "hello quiet-otter", true, true},
		{"mentions", "hello Quiet-Otter!", true, true},
		{"mentions", "hello quiet-otters", true, false},
		{"mentions", "hello", true, false},
		{"mentions", "hello quiet-otter", false, false},
		{"all", "hello", true, true},
		{"all", "hello", false, false},
		{"off", "hello quiet-otter", true, false},
	} {
		s := plainRoom(t)
		s.types("/notify "+c.notify, "enter")
		if c.blurred {
			s.do(tea.BlurMsg{})
		}
		s.says(lynx, c.text)
		got := s.raw.String()
		if rang := strings.Contains(got, "\a"); rang != c.want {
			t.Errorf("%+v: sent %q", c, got)
		}
		title := "sotto"
		if c.blurred {
			title = "(1) sotto"
		}
		if f := s.Frame(); f.Title != title {
			t.Errorf("%+v: title %q, want %q", c, f.Title, title)
		}
		for _, private := range []string{"hello", "otter", "lynx", "tea"} {
			if strings.Contains(strings.ToLower(got), private) {
				t.Errorf("%+v: a notification says %q: %q", c, private, got)
			}
		}
		s.do(tea.FocusMsg{})
		if f := s.Frame(); f.Title != "sotto" {
			t.Errorf("%+v: title in focus %q", c, f.Title)
		}
	}
}

// TestChoicesAreShown asks what is chosen and what there is, which is no mistake.
func TestChoicesAreShown(t *testing.T) {
	s := plainRoom(t)
	s.types("/notify", "enter")
	s.shows("Your name and whispers call for you", "/notify off, /notify mentions or /notify all")
	s.types("/theme", "enter")
	s.shows("The theme is sotto, on a dark ground.", "sotto, ember, tide, contrast, mono, dark,")
	s.types("/notify all", "enter", "/notify", "enter", "/theme ember-light", "enter", "/theme", "enter")
	s.shows("Every message calls for you", "The theme is ember, on a light ground.")
	if len(s.ops()) != 0 || !s.composing.composer.Empty() {
		t.Errorf("did %v, and %q is in the composer", s.ops(), s.composing.composer.Text())
	}
}

// TestAlarmIsNoSiren has a hundred mentions in a second.
func TestAlarmIsNoSiren(t *testing.T) {
	s := plainRoom(t)
	s.do(tea.BlurMsg{})
	for range 100 {
		s.says(lynx, "quiet-otter!")
		s.passes(10 * time.Millisecond)
	}
	if rings := strings.Count(s.raw.String(), "\x1b]777;"); rings != 1 {
		t.Errorf("called %d times in a second", rings)
	}
}

// A terminal that never tells of its focus rings for who has pressed no key for a
// while, and is sent nothing that it might print.
func TestAttentionWithoutFocus(t *testing.T) {
	s := plainRoom(t)
	s.types("x")
	s.says(lynx, "quiet-otter!")
	if got := s.raw.String(); got != "" {
		t.Errorf("rang at somebody who was just typing: %q", got)
	}
	s.passes(bell.PresentFor)
	s.says(lynx, "hello")
	s.says(lynx, "quiet-otter!")
	s.happens(&rooms.Whispered{At: s.now, From: lynx.Person(), To: you.Person(), Text: "psst"})
	if got := s.raw.String(); got != "\a" {
		t.Errorf("sent %q", got)
	}
	s.passes(bell.Every)
	s.happens(&rooms.Whispered{At: s.now, From: lynx.Person(), To: you.Person(), Text: "psst"})
	if got := s.raw.String(); got != "\a\a" {
		t.Errorf("sent %q for a whisper", got)
	}
	if f := s.Frame(); f.Title != "sotto" {
		t.Errorf("the title is %q", f.Title)
	}
}

// TestTypingLine shows who is typing for as long as that holds.
func TestTypingLine(t *testing.T) {
	s := plainRoom(t)
	s.happens(&rooms.TypingNow{Member: lynx.ID})
	s.flushes()
	s.shows("brave-lynx is typing")
	s.happens(&rooms.TypingNow{Member: heron.ID})
	s.flushes()
	s.shows("brave-lynx and late-heron are typing")
	s.says(lynx, "done")
	s.shows("late-heron is typing")
	s.passes(rooms.TypingFor)
	s.do(quietMsg{})
	s.hides("typing")
}

// TestOwnTypingIsTold tells the room now and then, and never about a command.
func TestOwnTypingIsTold(t *testing.T) {
	s := plainRoom(t)
	count := func() (n int) {
		for _, op := range s.seat.ops {
			if _, ok := op.(rooms.Typing); ok {
				n++
			}
		}
		return n
	}
	for _, sign := range []string{"/", "／", "\u2009/", "⁄"} {
		s.types(sign, "m", "s", "g")
		s.passes(typingAfter)
		s.types(" ", "ctrl+c")
		if count() != 0 {
			t.Errorf("told the room that a command is typed, with %q", sign)
		}
	}
	s.types("h", "i", "enter", "h", "e", "l")
	if count() != 0 {
		t.Errorf("told %d times at once", count())
	}
	s.passes(typingAfter)
	s.types("l")
	if count() != 1 {
		t.Errorf("told %d times after %v", count(), typingAfter)
	}
	s.passes(rooms.TypingEvery)
	s.types("l")
	if count() != 2 {
		t.Errorf("told %d times in %v", count(), rooms.TypingEvery)
	}
}

// TestLeaving is what Ctrl-C does: clear what is written, then say that it leaves,
// then leave; and so does Ctrl-D.
func TestLeaving(t *testing.T) {
	s := plainRoom(t)
	s.types("something", "ctrl+c")
	if s.quit || !s.composing.composer.Empty() {
		t.Fatal("the first Ctrl-C did not just clear the composer")
	}
	for _, key := range []string{"ctrl+c", "ctrl+d"} {
		s.types(key)
		s.shows("Once more leaves.")
		s.passes(leaveWithin + 1)
		s.types(key)
		s.shows("Once more leaves.")
		s.types("x", "backspace", key)
		if s.quit {
			t.Fatalf("%s left at once", key)
		}
		s.types("x", "backspace")
		s.hides("Once more")
	}
	s.types("ctrl+c", "ctrl+c")
	if !s.quit || s.Ended() != nil || s.Farewell() == "" {
		t.Errorf("quit %v, ended %v, farewell %q", s.quit, s.Ended(), s.Farewell())
	}
}

// TestServerEnds quits when the server ends the seat, and leaves the words to
// the door.
func TestServerEnds(t *testing.T) {
	s := plainRoom(t)
	end := &rooms.Ended{Code: rooms.Shutdown, Message: "The server is shutting down."}
	s.do(run.SeatEndedMsg{Err: end})
	if !s.quit || s.Ended() != error(end) || s.Farewell() != "" {
		t.Errorf("quit %v, ended %v, farewell %q", s.quit, s.Ended(), s.Farewell())
	}
	s = plainRoom(t)
	s.do(run.SeatEndedMsg{Err: io.EOF})
	if !s.quit || s.Ended() != nil {
		t.Errorf("after leaving: quit %v, ended %v", s.quit, s.Ended())
	}
}

// TestAnotherRoom goes to another room, and stays where it can't.
func TestAnotherRoom(t *testing.T) {
	s := plainRoom(t)
	s.says(lynx, "in the old room")
	other := &fakeSeat{}
	var asked string
	s.cfg.Enter = func(_ context.Context, room, nick string) (rooms.Participant, error) {
		asked = room + " as " + nick
		if room == "full" {
			return nil, &rooms.Error{Code: rooms.RoomFull, Message: "This room is full."}
		}
		return other, nil
	}
	s.types("/join full", "enter")
	s.shows("This room is full.", "in the old room")
	s.types("/join Coffee", "enter")
	if asked != "Coffee as quiet-otter" {
		t.Errorf("asked for %q", asked)
	}
	s.happens(&rooms.Welcome{Room: "coffee", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	s.shows("#coffee", "You left tea and came into coffee", "in the old room")
	s.types("alt+up", "enter")
	s.shows("That was said in another room.")
	s.types("alt+up", "i")
	s.shows("That was said in another room.")
	s.types("f2")
	s.shows("quiet-otter")
	s.hides("brave-lynx       web")
	s.types("esc")
	s.types("hello", "enter")
	if len(other.ops) == 0 {
		t.Error("what is said does not reach the new room")
	}
	s.types("/join t", "tab")
	s.shows("/join tea")
}

// TestOnTheWay writes while the next room is being entered: nobody in the last one
// reads it, and a whisper that was begun there reaches nobody here unasked.
func TestOnTheWay(t *testing.T) {
	s := plainRoom(t)
	s.composing.composer.Set("/join cellar")
	enter := s.Update(keys["enter"])
	s.types("for the cellar", "enter")
	s.types("ctrl+c", "/msg brave-lynx for the cellar's", "enter")
	if got := s.ops(); len(got) != 0 {
		t.Errorf("did %#v", got)
	}
	s.shows("/msg brave-lynx for the cellar's", "on the way to another room")
	s.run(enter)
	s.happens(&rooms.Welcome{Room: "cellar", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you, {ID: "99", Nick: lynx.Nick}}})
	s.types("enter")
	if got := s.ops(); len(got) != 0 {
		t.Errorf("did %#v", got)
	}
	s.shows("Somebody else goes by the name brave-lynx")
	s.types("enter")
	if got := s.ops(); len(got) != 1 || got[0].(rooms.Whisper).To != "99" {
		t.Errorf("did %#v", got)
	}
}

// TestAnswerWhisper begins an answer to a whisper: it is for who whispered, under
// the name they have now, or for nobody.
func TestAnswerWhisper(t *testing.T) {
	s := plainRoom(t)
	s.happens(&rooms.Whispered{At: s.now, From: lynx.Person(), To: you.Person(), Text: "psst"},
		&rooms.Renamed{Member: rooms.Member{ID: lynx.ID, Nick: "sly-lynx"}, Was: lynx.Nick},
		&rooms.Renamed{Member: rooms.Member{ID: heron.ID, Nick: lynx.Nick}, Was: heron.Nick})
	s.types("ctrl+o", "r")
	if got, want := s.composing.composer.Text(), "/msg sly-lynx "; got != want {
		t.Errorf("the composer has %q, want %q", got, want)
	}
	s.types("ctrl+c")
	s.happens(&rooms.Left{Member: rooms.Member{ID: lynx.ID, Nick: "sly-lynx"}})
	s.types("ctrl+o", "r")
	if !s.composing.composer.Empty() {
		t.Errorf("the composer has %q", s.composing.composer.Text())
	}
	s.shows("has left")
}

// TestFrontPageEnters goes in by name, by a fresh name, and after a mistake.
func TestFrontPageEnters(t *testing.T) {
	for typed, want := range map[string]string{"": "amber-canal-otter-42", "#Tea": "Tea"} {
		s := newSitting(t, 80, 24, colorprofile.ASCII)
		entered := ""
		s.cfg.Enter = func(_ context.Context, room, _ string) (rooms.Participant, error) { entered = room; return s.seat, nil }
		if typed != "" {
			s.types(typed)
		}
		s.types("enter")
		if entered != want {
			t.Errorf("%q entered %q, want %q", typed, entered, want)
		}
	}
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) {
		return nil, &rooms.Error{Code: rooms.RoomFull, Message: "This room is full."}
	}
	s.types("tea", "enter")
	s.shows("This room is full.", "tea")
	s.types("s")
	s.hides("This room is full.")
	s.types("ctrl+c")
	if !s.quit {
		t.Error("Ctrl-C does not leave the front page")
	}
}

// Commands that mean something without a room do on the front page, and the others say
// what is missing; nothing that begins like a command is taken for a room's name.
func TestCommandsOnTheFrontPage(t *testing.T) {
	for _, c := range []struct{ typed, enters, shows string }{
		{"/join other", "other", ""},
		{"7send", "7send", ""},
		{"#tea", "tea", ""},
		{"／join #other", "other", ""},
		{"  /join other ", "other", ""},
		{"/join Mein Zimmer", "", "Perhaps you mean mein-zimmer. Tab"},
		{"/join", "", "/join needs ROOM"},
		{"/quti", "", "did you mean /quit?"},
		{"/nick pia", "", "That works in a room."},
		{"/msg bob x", "", "That works in a room."},
		{"//x", "", "A room name is"},
		{"/help", "", "/quit leaves"},
		{"Mein Zimmer", "", "Perhaps you mean mein-zimmer. Tab"},
	} {
		s := newSitting(t, 120, 24, colorprofile.ASCII)
		entered := ""
		s.cfg.Enter = func(_ context.Context, room, _ string) (rooms.Participant, error) { entered = room; return s.seat, nil }
		s.types(c.typed, "enter")
		if entered != c.enters || s.quit {
			t.Errorf("%q entered %q, quit %v", c.typed, entered, s.quit)
		}
		if c.enters == "" {
			s.shows(c.shows)
		}
	}
	for _, quit := range []string{"/quit", "/QUIT", " /quit "} {
		s := newSitting(t, 120, 24, colorprofile.ASCII)
		if s.types(quit, "enter"); !s.quit {
			t.Errorf("%q does not leave", quit)
		}
	}
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	entered := ""
	s.cfg.Enter = func(_ context.Context, room, _ string) (rooms.Participant, error) { entered = room; return s.seat, nil }
	s.types("Mein Zimmer", "enter", "tab")
	s.hides("Perhaps")
	if s.types("enter"); entered != "mein-zimmer" {
		t.Errorf("Tab and Enter entered %q", entered)
	}
	s = newSitting(t, 80, 24, colorprofile.ASCII)
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) {
		return nil, &rooms.Error{Code: rooms.RoomFull, Message: "This room is full."}
	}
	s.types("tea", "enter")
	if s.types("tab"); s.cards.front.field.text != "" { // it makes another name, as ever
		t.Errorf("Tab left %q", s.cards.front.field.text)
	}
}

// TestOneRoster gives the roster of a thousand sessions one body.
func TestOneRoster(t *testing.T) {
	a, b := plainRoom(t), plainRoom(t)
	for i := range 20 {
		joined := &rooms.Joined{Member: rooms.Member{ID: fmt.Sprint(i), Nick: fmt.Sprint("n", i)}}
		a.happens(joined)
		b.happens(joined)
	}
	if a.roster != b.roster {
		t.Error("two sessions that saw the same events hold two rosters")
	}
	if len(a.roster.members) != 23 {
		t.Errorf("%d members", len(a.roster.members))
	}
	gap := &rooms.Gap{Missed: 1}
	b.happens(gap)
	left := &rooms.Left{Member: lynx}
	b.happens(left)
	if b.roster.members[1].ID == lynx.ID {
		t.Error("a departure after a gap was not taken")
	}
	b.roster = newRoster(nil) // what a session may know after a gap
	next := &rooms.Joined{Member: rooms.Member{ID: "99", Nick: "n99"}}
	b.happens(next)
	a.happens(left, next)
	if len(a.roster.members) != 23 {
		t.Errorf("a session that missed events changed the roster of one that didn't: %d members", len(a.roster.members))
	}
}

// TestHalfHourIsQuiet looks at what a session does while nothing happens:
// nothing. No command is under way and none comes of itself.
func TestHalfHourIsQuiet(t *testing.T) {
	s := plainRoom(t)
	s.flushes()
	s.msgs = nil
	before := s.text()
	s.passes(30 * time.Minute)
	if s.text() != before || len(s.msgs) != 0 {
		t.Error("a screen changed by itself")
	}
}

// sealedFake is a seat in a sealed room.
type sealedFake struct{ fakeSeat }

func (*sealedFake) Verify() seal.Verification {
	return seal.Verification{Words: strings.Fields("abandon ability able about"), Names: []string{"you"}}
}
func (*sealedFake) Compared() bool { return true }

// TestSealed shows a sealed room as what it is, and its words; an open one has
// none.
func TestSealed(t *testing.T) {
	s := plainRoom(t)
	s.types("/verify", "enter")
	s.shows("This room is open")
	s.types("/seal", "enter")
	s.shows("On your own machine")
	s.cfg.Seal = func() rooms.Invitation { return rooms.Invitation{SSH: "sotto join https://chat.example/s/#x"} }
	s.types("/seal", "enter")
	s.shows("a sealed room", "sotto join https://chat.example/s/#x")

	s.do(run.SeatMsg{Seat: &sealedFake{}})
	s.happens(&rooms.Welcome{Room: "garden", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{you}})
	s.shows("#garden · sealed — only members can read this")
	s.types("/verify", "enter")
	s.shows("1 abandon", "2 ability", "3 able", "4 about")
}

// TestLinkIsNotShown comes with the link of a sealed room, which is a secret,
// and can't get in.
func TestLinkIsNotShown(t *testing.T) {
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	s.Screen = New(t.Context(), Config{Room: "https://chat.example/s/#secret", Seal: func() rooms.Invitation { return rooms.Invitation{} }})
	s.do(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.hides("secret")
	s.do(enteringRefused{&rooms.Error{Code: rooms.NotAllowed, Message: "No."}})
	s.shows("No.")
	s.hides("secret")
}

// TestTypingClosesCards types into each card: it closes, and nothing that was
// typed is lost.
func TestTypingClosesCards(t *testing.T) {
	for _, line := range []string{"/help", "/help me", "/who", "/invite"} {
		s := plainRoom(t)
		s.types(line, "enter")
		if s.cards.open == nil {
			t.Errorf("%s opened no card", line)
		}
		s.types("words")
		if s.cards.open != nil || s.composing.composer.Text() != "words" {
			t.Errorf("%s: card open: %v, typed %q", line, s.cards.open != nil, s.composing.composer.Text())
		}
	}
}

// On the narrowest screen it is seen what there is to know about everybody.
func TestWhoOnANarrowScreen(t *testing.T) {
	s := inRoom(t, 24, 10, colorprofile.ASCII, lynx, heron)
	s.happens(&rooms.Away{Member: rooms.Member{ID: heron.ID, Nick: heron.Nick, Via: heron.Via, Away: true}})
	s.types("f2")
	s.shows("brave-lynx   web", "late-heron   away", "quiet-otter  you")
}

// Whoever is asked something sees every answer, however narrow the screen.
func TestEveryAnswerIsShown(t *testing.T) {
	for _, size := range []struct{ width, height int }{{20, 6}, {40, 12}, {80, 24}} {
		s := inRoom(t, size.width, size.height, colorprofile.ASCII)
		s.do(tea.PasteMsg{Content: strings.Repeat("a line of a log\n", 400)[:16*390]})
		s.shows("Too long", "Ctrl-S in 10 parts", "Ctrl-K shorten it", "Esc leave out")
		s.types("esc")
		s.shows("Ctrl-Y")
		s.do(tea.PasteMsg{Content: "hello\n/msg brave-lynx secret"})
		s.types("enter")
		s.shows("Line 2", "Ctrl-S say anyway", "Esc go on editing")
	}
}
