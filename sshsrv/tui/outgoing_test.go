package tui

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/waiting"
	"sotto/sshsrv/tui/run"
)

// early has the room refuse the line on its way for the rate.
func (s *sitting) early() {
	s.happens(&rooms.Refused{ID: s.composing.outgoing.id, Err: &rooms.Error{Code: rooms.RateLimited, Message: "That was too fast."}})
}

// said is what the room was asked to say, in order, each text once.
func (s *sitting) said() (texts []string) {
	for _, op := range s.ops() {
		if say, ok := op.(rooms.Say); ok && !slices.Contains(texts, say.Text) {
			texts = append(texts, say.Text)
		}
	}
	return texts
}

// numbered are n different lines.
func numbered(n int) (lines []string) {
	for i := range n {
		lines = append(lines, fmt.Sprint("line ", i+1))
	}
	return lines
}

// pastes types lines as a terminal without bracketed paste does.
func (s *sitting) pastes(lines []string) {
	for _, line := range lines {
		s.types(line, "enter")
	}
}

// What the servers did not take in time comes back with all behind it.
func TestLinesThatServersDoNotTake(t *testing.T) {
	s := plainRoom(t)
	s.pastes([]string{"one", "two", "three"})
	s.happens(&rooms.Refused{ID: s.composing.outgoing.id, Err: &rooms.Error{Code: rooms.Unreachable, Message: "The servers can't reach each other."}})
	s.shows("The servers can't reach each other.")
	if got := s.composing.composer.Text(); got != "one\ntwo\nthree" || s.composing.outgoing.id != "" {
		t.Errorf("the composer has %q, and %q is on its way", got, s.composing.outgoing.id)
	}
}

// The farewell tells what may have been said apart from what was not.
func TestFarewellOfALineOnItsWay(t *testing.T) {
	s := plainRoom(t)
	s.pastes([]string{"on its way", "waits"})
	s.types("a draft")
	want := waiting.Uncertain + "\non its way\n" + waiting.Unsaid + "\nwaits\na draft"
	if words := s.Farewell(); !strings.HasSuffix(words, want) {
		t.Errorf("the farewell is %q", words)
	}
}

// Fifteen lines come at once into a room that takes ten: all of them are said, in
// order, the last ones as the rate allows, and nobody has to do anything.
func TestLinesWaitInOrder(t *testing.T) {
	s := plainRoom(t)
	s.pastes(numbered(15))
	limiter := rooms.NewLimiter(rooms.DefaultSayRate, rooms.DefaultSayRate*rooms.SayBurst)
	refusals := 0
	for range 200 {
		switch {
		case s.composing.outgoing.id == "":
			s.passes(100 * time.Millisecond)
			s.do(run.DueMsg{})
		case limiter.Take(s.now) > 0:
			refusals++
			s.early()
			s.shows("⋯ line 11", "⋯ line 12", "more lines wait", "Esc")
			s.hides("too fast")
		default:
			op := s.seat.ops[len(s.seat.ops)-1].(rooms.Say)
			s.happens(&rooms.Said{At: s.now, From: you.Person(), Text: op.Text, ID: op.ID})
		}
	}
	if got := s.said(); !slices.Equal(got, numbered(15)) {
		t.Errorf("said %q", got)
	}
	if took := s.now.Sub(start); refusals != 1 || len(s.composing.queue.Waiting()) != 0 || s.composing.composer.Text() != "" || took < 2*time.Second {
		t.Errorf("%d refusals, %d wait, %q in the composer", refusals, len(s.composing.queue.Waiting()), s.composing.composer.Text())
	}
}

// What can't wait any more stays in the composer, in order, and is no command.
func TestMoreThanCanWait(t *testing.T) {
	s := plainRoom(t)
	lines := numbered(1 + waiting.MaxLines + 60)
	s.pastes(lines)
	s.shows("40 lines wait")
	if got, want := s.composing.composer.Text(), strings.Join(lines[1+waiting.MaxLines:], "\n")+"\n"; got != want {
		t.Errorf("the composer holds %.80q", got)
	}
	if s.composing.composer.Overflow() != nil {
		t.Error("a question is asked that the next letter would answer")
	}
	s.types("/quit")
	for s.composing.outgoing.id != "" {
		s.answers()
	}
	if got := s.said(); !slices.Equal(got, lines[:1+waiting.MaxLines]) {
		t.Errorf("said %d lines", len(got))
	}
}

// What waits is taken back by Esc, joined as it was typed; commands are not put
// behind words, where all would read them.
func TestTakeBack(t *testing.T) {
	s := plainRoom(t)
	s.pastes(numbered(4))
	s.types("draft", "esc")
	if got, want := s.composing.composer.Text(), "line 2\nline 3\nline 4\ndraft"; got != want {
		t.Errorf("the composer holds %q, want %q", got, want)
	}
	s.shows("3 lines taken back")
	s.hides("⋯")
	s.answers()
	if got := s.said(); len(got) != 1 {
		t.Errorf("said %q", got)
	}

	s = plainRoom(t)
	s.types("one", "enter", "two", "enter", "/msg brave-lynx secret", "enter", "three", "enter", "esc")
	if got := s.composing.composer.Text(); got != "two\nthree" {
		t.Errorf("the composer holds %q", got)
	}
	s.shows("↑ brings them back")
	s.types("up", "up", "up")
	if got := s.composing.composer.Text(); got != "/msg brave-lynx secret" {
		t.Errorf("the history has %q there", got)
	}

	s = plainRoom(t)
	s.types("one", "enter", "two", "enter", "/msg brave-lynx sec", "esc")
	if got := s.composing.composer.Text(); got != "/msg brave-lynx sec" {
		t.Errorf("words were put before a command: %q", got)
	}
	s.shows("Ctrl-Y")
	for _, op := range s.ops() {
		if say, ok := op.(rooms.Say); ok && strings.Contains(say.Text, "sec") {
			t.Errorf("said %q to all", say.Text)
		}
	}
}

// A whisper waits in its turn, and reaches whom it was meant for.
func TestWhispersWait(t *testing.T) {
	s := plainRoom(t)
	s.types("one", "enter", "/msg brave-lynx two", "enter", "/topic three", "enter", "/me four", "enter")
	s.answers()
	want := []rooms.Op{
		rooms.Say{ID: "t1", Text: "one"}, rooms.Whisper{ID: "t2", To: lynx.ID, Text: "two"},
		rooms.SetTopic{ID: "t3", Text: "three"}, rooms.Say{ID: "t4", Text: "four", Action: true},
	}
	if got := s.ops(); !reflect.DeepEqual(got, want) {
		t.Errorf("did %#v", got)
	}
}

// A whisper below other words is not said to all by one key, and the keys that answer
// are shown.
func TestBuriedWhisperIsAskedAbout(t *testing.T) {
	s := plainRoom(t)
	s.do(tea.PasteMsg{Content: "hello\n/msg brave-lynx secret"})
	s.types("enter", "enter")
	s.shows("Line 2 begins with /msg", "say anyway", "go on editing")
	if ops := s.said(); len(ops) > 0 {
		t.Errorf("said %q", ops)
	}
	s.types("esc")
	s.shows("hello", "/msg brave-lynx secret")
	s.types("enter", "s", "so what", "ctrl+s")
	if got := s.said(); !slices.Equal(got, []string{"hello\n/msg brave-lynx secret"}) {
		t.Errorf("said %q", got)
	}
}

// Whatever ends, what was not said is given back on the terminal that is left.
func TestUnsaidIsGivenBack(t *testing.T) {
	end := &rooms.Ended{Code: rooms.Slow, Message: "Too slow."}
	s := plainRoom(t)
	s.pastes(numbered(3))
	s.types("a draft")
	s.do(run.SeatEndedMsg{Err: end})
	if got, want := s.Farewell(), waiting.Uncertain+"\nline 1\nThis was not said any more:\nline 2\nline 3\na draft"; got != want {
		t.Errorf("farewell %q, want %q", got, want)
	}
	s = plainRoom(t)
	s.answers()
	s.types("kept", "enter")
	s.answers()
	s.types("begun", "up")
	s.do(run.SeatEndedMsg{Err: end})
	if got, want := s.Farewell(), "This was not said any more:\nbegun"; got != want {
		t.Errorf("while a message is changed: farewell %q, want %q", got, want)
	}
	s = plainRoom(t)
	s.types("kept", "enter")
	s.answers()
	s.types("/fold", "enter", "begun", "up")
	s.do(run.SeatEndedMsg{Err: end})
	if got, want := s.Farewell(), "This was not said any more:\nbegun"; got != want {
		t.Errorf("during a walk through the history: farewell %q, want %q", got, want)
	}
	s = plainRoom(t)
	s.types("kept", "enter")
	s.answers()
	s.types("begun", "up", "!")
	s.do(run.SeatEndedMsg{Err: end})
	if got, want := s.Farewell(), "This was not said any more:\nkept!\nbegun"; got != want {
		t.Errorf("with a change begun: farewell %q, want %q", got, want)
	}
	s = plainRoom(t)
	s.do(tea.PasteMsg{Content: strings.Repeat("long ", 1000)})
	s.do(run.SeatEndedMsg{Err: end})
	if got := s.Farewell(); !strings.Contains(got, "long long") {
		t.Errorf("with a paste that was asked about: farewell %q", got)
	}
	s = plainRoom(t)
	s.pastes(numbered(3))
	s.types("ctrl+c")
	s.shows("2 lines that wait are not said")
	s.types("ctrl+c")
	if got := s.Farewell(); !s.quit || !strings.HasSuffix(got, "\nline 1\nThis was not said any more:\nline 2\nline 3") {
		t.Errorf("left: %v, farewell %q", s.quit, got)
	}
}

// Nothing that waits in one room is said in another.
func TestWaitingLinesStayInTheirRoom(t *testing.T) {
	s := plainRoom(t)
	s.pastes(numbered(3))
	s.run(first(s.goOn("coffee")))
	s.shows("2 lines wait to be said in here first")
	s.types("for coffee", "enter", "too", "enter")
	s.shows("about to leave this room", "for coffee")
	s.answers()
	if got := s.said(); s.name != "" || !slices.Equal(got, numbered(3)) {
		t.Fatalf("in %q, said %q", s.name, got)
	}
	s.happens(&rooms.Welcome{Room: "coffee", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	s.do(run.DueMsg{})
	if got := s.composing.composer.Text(); len(s.said()) != 3 || got != "for coffee\ntoo\n" {
		t.Errorf("said %q, %q is in the composer", s.said(), got)
	}
	// Whoever takes back what waits stays.
	s = plainRoom(t)
	s.pastes(numbered(3))
	s.run(first(s.goOn("coffee")))
	s.types("esc")
	s.answers()
	if got := s.said(); s.name != "tea" || len(got) != 1 {
		t.Errorf("in %q, said %q", s.name, got)
	}
}

// What is typed after lines that wait, and would change how they are understood,
// keeps its place behind them.
func TestNothingOvertakesWhatWaits(t *testing.T) {
	s := plainRoom(t)
	s.pastes([]string{"one", "two", "/nick annie", "three"})
	s.early()
	for range 4 { // the new name is waited for by nobody
		s.passes(waiting.Pause)
		s.do(run.DueMsg{})
		if s.composing.outgoing.id != "" {
			s.answers()
		}
	}
	want := []rooms.Op{rooms.Say{ID: "t1", Text: "one"}, rooms.Say{ID: "t2", Text: "one"}, rooms.Say{ID: "t3", Text: "two"}, rooms.Rename{ID: "t4", Nick: "annie"}, rooms.Say{ID: "t5", Text: "three"}}
	if got := s.ops(); !reflect.DeepEqual(got, want) {
		t.Errorf("did %#v", got)
	}

	s = plainRoom(t)
	s.pastes([]string{"one", "two", "/quit"})
	if s.quit {
		t.Fatal("left before all was said")
	}
	s.shows("1 line waits to be said first, then you leave. /quit again leaves now.")
	s.answers()
	if got := s.said(); !s.quit || !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("left: %v, said %q", s.quit, got)
	}

	s = plainRoom(t)
	s.pastes([]string{"one", "two", "/quit", "/quit"})
	if !s.quit {
		t.Error("twice does not leave at once")
	}
}

// What waits to be said is said before its person leaves, as in the browser.
func TestLeavingScript(t *testing.T) {
	var script struct {
		Note    string
		Scripts []struct {
			Name  string
			Steps []struct {
				Enter            string
				Answer, TakeBack bool
				Said             []string
				Left             string
				Kept             bool
			}
		}
	}
	behaviour.Read(t, "leaving", &script)
	const goes = "/join coffee"
	for _, c := range script.Scripts {
		s := plainRoom(t)
		for i, step := range c.Steps {
			switch {
			case step.Enter != "":
				if s.composing.composer.Set(""); step.Enter == goes { // which is instead of this room here
					step.Enter = "/go"
					s.followed.where = "coffee"
				}
				s.types(step.Enter, "enter")
			case step.Answer:
				s.happens(&rooms.Said{Seq: uint64(i + 1), From: you.Person(), ID: s.composing.outgoing.id, Text: "x"})
			case step.TakeBack:
				s.types("esc")
			}
			left := ""
			switch {
			case s.quit:
				left = "quit"
			case s.name == "":
				left = "coffee"
			}
			kept := step.Enter != "" && strings.TrimSpace(s.composing.composer.Text()) == step.Enter
			if got := s.said(); !slices.Equal(got, step.Said) || left != step.Left || kept != step.Kept {
				t.Errorf("%s: step %d: said %q, left %q, kept %t", c.Name, i+1, got, left, kept)
			}
		}
	}
}

// Whoever is in a room does not go there, by whatever name of it.
func TestJoinWhereOneIs(t *testing.T) {
	s := plainRoom(t)
	s.types("/join tea", "enter")
	s.shows("You are in tea already.")
	s.types("/join TEA", "enter")
	s.shows("You are in tea already.")
	if s.name != "tea" || s.composing.going {
		t.Error("it went there again")
	}
	s.types("/join Other Room", "enter")
	s.shows("Perhaps you mean other-room.")
}

// A notice goes when it is no longer true.
func TestNoticesAreTrue(t *testing.T) {
	s := plainRoom(t)
	s.pastes(numbered(3))
	s.types("/join coffee", "enter")
	s.answers()
	s.happens(&rooms.Refused{Err: &rooms.Error{Code: rooms.RoomFull, Message: "x"}})

	s = plainRoom(t)
	s.pastes(numbered(1 + waiting.MaxLines + 1))
	s.shows("40 lines wait to be said")
	s.answers()
	s.hides("wait to be said")

	s = plainRoom(t)
	s.types("ctrl+c")
	s.shows("Once more leaves.")
	s.passes(leaveWithin)
	s.do(stayedMsg{})
	s.hides("Once more leaves.")

	s = plainRoom(t)
	s.types("ctrl+c")
	s.passes(leaveWithin / 2)
	s.types("ctrl+l", "ctrl+d")
	if !s.quit {
		t.Error("Ctrl-D does not leave the second time")
	}

	s = plainRoom(t)
	s.types("ctrl+c")
	s.do(tea.PasteMsg{Content: strings.Repeat("long\n", 100)})
	s.shows("in 3 parts", "shorten it", "leave out")
}

// What was to be answered is not any more once something was said, to all or to one.
func TestAnswerEnds(t *testing.T) {
	for _, line := range []string{"yes", "/me nods", "/msg brave-lynx psst", "/reply psst"} {
		s := plainRoom(t)
		seq := s.says(lynx, "tea or coffee?")
		s.happens(&rooms.Whispered{At: s.now, From: lynx.Person(), To: you.Person(), Text: "hi"})
		s.composing.answering = seq
		s.types(line, "enter")
		if s.composing.answering != 0 {
			t.Errorf("after %q an answer is still meant", line)
		}
		if say, ok := s.ops()[len(s.ops())-1].(rooms.Say); ok && say.Re != seq {
			t.Errorf("%q answers %d", line, say.Re)
		}
	}
}

// A place that is lost with what was on its way gives everything back, in order:
// in the next one other people may be.
func TestUndeliveredComesBackInOrder(t *testing.T) {
	for _, code := range []rooms.Code{rooms.Undelivered, rooms.Uncertain} {
		s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
		s.pastes(numbered(3))
		s.happens(&rooms.Refused{ID: s.composing.outgoing.id, Err: &rooms.Error{Code: code, Message: "It was lost."}})
		if got, want := s.composing.composer.Text(), "line 1\nline 2\nline 3"; got != want {
			t.Errorf("%s: the composer holds %q, want %q", code, got, want)
		}
		s.shows("It was lost.")
		s.do(run.DueMsg{})
		if got := s.said(); len(got) != 1 {
			t.Errorf("%s: said %q", code, got)
		}
	}
}
