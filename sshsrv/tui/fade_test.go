package tui

import (
	"runtime"
	"strings"
	"testing"
	"time"
	"weak"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// wakes plays the screen's one timer until nothing is due by a time.
func (s *sitting) wakes(until time.Time) (times int) {
	for {
		due := s.waking
		if due.IsZero() || due.After(until) {
			s.now = until
			return times
		}
		s.now = due
		s.do(wakeMsg{})
		times++
	}
}

// timers are how many looks at the clock are under way: those that were asked for.
func (s *sitting) timers() (n int) {
	for _, msg := range s.msgs {
		if after, ok := msg.(run.AfterMsg); ok {
			if _, ok := after.Msg.(wakeMsg); ok {
				n++
			}
		}
	}
	return n
}

// TestFade: in a room that fades, words leave the screen, the search, the quotes, what is
// to be answered and what can be brought back, with one timer for all.
func TestFade(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.sets(lynx, rooms.Rules{Fade: 10 * time.Minute})
	s.shows("fade 10m", "may have copied it")
	s.seq++
	asked := s.seq
	said := &rooms.Said{Seq: asked, At: s.now, From: lynx.Person(), Text: "a secret question"}
	gone := weak.Make(said)
	s.happens(said)
	said = nil
	s.types("a secret reply", "enter")
	s.answers()
	s.seq++
	s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: heron.Person(), Text: "yes", Re: asked})
	for range 200 {
		s.says(heron, "one of many")
	}
	if n := s.timers(); n != 1 {
		t.Errorf("%d timers for 203 messages", n)
	}
	s.passes(5 * time.Minute)
	s.seq++
	s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: heron.Person(), Text: "an answer", Re: asked})
	s.shows("brave-lynx: a secret question", "an answer")
	s.types("alt+up", "home")
	s.types("esc")
	s.composing.answering = asked
	s.types("so I")
	s.wakes(start.Add(10*time.Minute + 2*time.Second))
	s.hides("secret", "one of many")
	s.shows("an answer", "an earlier message", fadedAnswer[:60], "so I")
	if s.composing.answering != 0 {
		t.Error("what faded is answered")
	}
	if runtime.GC(); gone.Value() != nil {
		t.Error("what faded is in memory")
	}
	s.types("ctrl+c", "up", "up")
	s.hides("a secret reply")
	s.types("f3", "secret", "enter")
	if len(s.reading.search.found) > 0 {
		t.Error("what faded is found")
	}
	s.types("esc")
	s.sets(lynx, rooms.Rules{})
	s.wakes(s.now.Add(time.Hour))
	s.shows("an answer")
	if !s.waking.IsZero() {
		t.Error("a timer goes on though nothing fades")
	}
}

// TestFadeFollows: words fade also once their reader is in another room.
func TestFadeFollows(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.happens(&rooms.RulesSet{From: lynx.Person(), Rules: rooms.Rules{Fade: time.Minute}})
	s.says(lynx, "a secret")
	s.types("my secret", "enter")
	s.answers()
	s.do(run.SeatMsg{Seat: s.seat})
	s.happens(&rooms.Welcome{Room: "b", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	s.shows("a secret")
	s.wakes(s.now.Add(2 * time.Minute))
	s.hides("secret")
	s.types("up")
	s.hides("my secret")
}

// TestFadeUnread: what faded below somebody who reads further up is not counted as new.
func TestFadeUnread(t *testing.T) {
	s := inRoom(t, 80, 16, colorprofile.ASCII, lynx, heron)
	s.happens(&rooms.RulesSet{From: lynx.Person(), Rules: rooms.Rules{Fade: time.Minute}})
	for range 40 {
		s.says(lynx, "old")
	}
	s.types("pgup", "pgup")
	s.says(heron, "unread and gone")
	s.passes(30 * time.Second)
	s.says(heron, "unread")
	s.shows("2 new below")
	s.wakes(start.Add(61 * time.Second))
	if s.reading.unread.count > 1 {
		t.Errorf("%d are new", s.reading.unread.count)
	}
	s.wakes(start.Add(3 * time.Minute))
	if s.hides("new below"); s.reading.unread.count != 0 {
		t.Errorf("%d are new of what is gone", s.reading.unread.count)
	}
}

// TestMutedCountsDown: who is muted is told for how much longer, by one timer.
func TestMutedCountsDown(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	m := you
	m.Muted = true
	s.happens(&rooms.Muted{Member: m, For: 10 * time.Minute})
	s.shows("› You are muted for 10 minutes.")
	s.wakes(start.Add(time.Minute))
	s.shows("› You are muted for 9 minutes.")
	s.wakes(start.Add(9*time.Minute + 48*time.Second))
	s.shows("› You are muted for 12 seconds.")
	if n := s.wakes(start.Add(20 * time.Minute)); n > 15 || !s.waking.IsZero() {
		t.Errorf("%d looks at the clock in the last 12 seconds", n)
	}
	s.shows("› You are muted for now.") // until the room says otherwise
	s.happens(&rooms.Muted{Member: you})
	s.shows("› say something")
	s.hides("muted for")
}

// TestSlowCountsDown: a long wait is counted by the minute.
func TestSlowCountsDown(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.sets(lynx, rooms.Rules{Slow: time.Hour})
	s.types("first", "enter")
	s.answers()
	s.shows("slow: again in 60 min")
	if n := s.wakes(start.Add(57 * time.Minute)); n > 60 {
		t.Errorf("%d looks at the clock in an hour", n)
	}
	s.shows("slow: again in 3 min")
	s.wakes(start.Add(59*time.Minute + 30*time.Second))
	s.shows("slow: again in 30 s")
	s.wakes(start.Add(2 * time.Hour))
	s.hides("again in")
	if !s.waking.IsZero() {
		t.Error("a timer goes on though nothing is counted")
	}
}

// TestTooSoon: in a slow room what was entered waits and goes out by itself, and the
// composer says when.
func TestTooSoon(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.sets(lynx, rooms.Rules{Slow: 30 * time.Second})
	s.types("first", "enter")
	s.answers()
	s.shows("› slow: again in 30 s")
	s.passes(10 * time.Second)
	s.types("second", "enter")
	s.tooSoon(20 * time.Second)
	s.types("third", "enter")
	s.shows("⋯ second", "⋯ third", "slow: again in 20 s", "Esc take back")
	n := len(s.seat.ops)
	s.wakes(s.now.Add(8 * time.Second))
	s.shows("slow: again in 12 s")
	s.do(run.DueMsg{})
	if len(s.seat.ops) != n {
		t.Error("it went out too early")
	}
	s.wakes(s.now.Add(12 * time.Second))
	s.do(run.DueMsg{})
	if say, ok := s.asked().(rooms.Say); !ok || say.Text != "second" || len(s.seat.ops) != n+1 {
		t.Errorf("%v went out", s.seat.ops[n:])
	}
	s.happens(&rooms.Said{Seq: 9, At: s.now, From: you.Person(), Text: "second", ID: rooms.IDOf(s.asked())})
	s.tooSoon(30 * time.Second)
	s.shows("⋯ third", "slow: again in 30 s")
	s.types("esc")
	s.shows("third")
	if s.hides("⋯"); strings.Count(s.text(), "third") != 1 {
		t.Error("what was taken back is not once in the composer")
	}
}
