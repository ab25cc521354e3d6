package tui

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/rooms/seal"
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
		if got := s.ops(); len(got) != 1 || !reflect.DeepEqual(got[0], rooms.Op(want)) {
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
	if got := s.ops(); !reflect.DeepEqual(got, want) {
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
	s.shows("🔒 #garden · sealed, not compared — only members can read this")
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
	s.do(enteringRefused{err: &rooms.Error{Code: rooms.NotAllowed, Message: "No."}})
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
	s.shows("□ brave-lynx web", "◄ late-heron lost", "◆ quiet-otter you")
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
