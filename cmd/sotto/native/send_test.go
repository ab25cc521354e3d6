package native

import (
	"os"
	"strings"
	"testing"
	"time"

	"sotto/rooms"
)

// A file that is offered from a command line outlasts its connection, and its place:
// the minute in which somebody must take it is one in which somebody can.
func TestSendingOutlastsItsConnection(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	now := time.Unix(1e9, 0)
	lost := &rooms.Error{Code: rooms.Undelivered, Message: "Nothing was sent."}
	offer := func(n, takers, taken int) rooms.Event {
		return &rooms.Transfer{N: n, Mine: true, Name: "plan.pdf", Size: 7, Takers: takers, Taken: taken, State: rooms.TransferOpen}
	}
	over := func(n int, text string) rooms.Event {
		return &rooms.Transfer{N: n, Mine: true, State: rooms.TransferOver, Text: text}
	}
	down, up := &rooms.Link{Up: false}, &rooms.Link{Up: true}
	back, anew := &rooms.Welcome{Resumed: true}, &rooms.Welcome{}
	type step struct {
		event  rooms.Event
		offers bool
		waits  bool // for somebody to take it
		done   bool
		err    string
	}
	const yes, no = true, false
	for name, steps := range map[string][]step{
		"taken":                  {{anew, yes, yes, no, ""}, {offer(1, 0, 0), no, yes, no, ""}, {offer(1, 1, 0), no, no, no, ""}, {offer(1, 0, 1), no, no, yes, ""}},
		"refused":                {{anew, yes, yes, no, ""}, {&rooms.Refused{Err: &rooms.Error{Code: rooms.TooLong, Message: "Too large."}}, no, yes, no, "Too large."}},
		"a short loss":           {{anew, yes, yes, no, ""}, {offer(1, 0, 0), no, yes, no, ""}, {down, no, no, no, ""}, {up, no, no, no, ""}, {back, no, yes, no, ""}, {offer(1, 0, 1), no, yes, yes, ""}},
		"while somebody takes":   {{anew, yes, yes, no, ""}, {offer(1, 1, 0), no, no, no, ""}, {down, no, no, no, ""}, {offer(1, 0, 0), no, no, no, ""}, {up, no, no, no, ""}, {back, no, yes, no, ""}, {offer(1, 1, 0), no, no, no, ""}},
		"the offer is lost":      {{anew, yes, yes, no, ""}, {down, no, no, no, ""}, {up, no, no, no, ""}, {back, no, yes, no, ""}, {&rooms.Refused{Err: lost}, yes, yes, no, ""}},
		"offered while it is so": {{anew, yes, yes, no, ""}, {down, no, no, no, ""}, {&rooms.Refused{Err: lost}, no, no, no, ""}, {up, no, no, no, ""}, {back, yes, yes, no, ""}},
		"the place is gone": {
			{anew, yes, yes, no, ""}, {offer(1, 1, 0), no, no, no, ""}, {down, no, no, no, ""}, {up, no, no, no, ""}, {anew, yes, yes, no, ""},
			{over(1, "The connection was lost for too long."), no, yes, no, ""}, {offer(2, 0, 0), no, yes, no, ""}, {offer(2, 0, 1), no, yes, yes, ""},
		},
		"the file is gone": {{anew, yes, yes, no, ""}, {offer(1, 1, 0), no, no, no, ""}, {over(1, "It can't be read any more."), no, no, no, "It can't be read any more."}},
	} {
		t.Run(name, func(t *testing.T) {
			s := sending{visit: Visit{Err: null}, deadline: now}
			for i, want := range steps {
				done, err := s.take(want.event, now)
				text := ""
				if err != nil {
					text = err.Error()
				}
				if have := (step{want.event, s.offers, !s.deadline.IsZero(), done, text}); have != want {
					t.Fatalf("step %d: have %+v, want %+v", i, have, want)
				}
				s.offers = false
			}
		})
	}
}

// Whoever offers a file from a command line is told that the connection was lost, why
// it does not come back, and that it is back: the last that they read is true.
func TestSendingTellsOfItsConnection(t *testing.T) {
	told, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer told.Close()
	s := sending{visit: Visit{Err: told}}
	for _, event := range []rooms.Event{
		&rooms.Silence{Since: time.Now().Add(-5 * time.Second)}, &rooms.Silence{},
		&rooms.Link{}, &rooms.Notice{Code: rooms.Unreachable, Text: "Nothing answers."}, &rooms.Link{Up: true}, &rooms.Welcome{Resumed: true},
	} {
		if _, err := s.take(event, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(told.Name())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"not answered for 5 seconds", "answers again", "was lost", "Nothing answers.", "is back"}
	lines := strings.Split(strings.TrimSpace(string(have)), "\n")
	for i, w := range want {
		if len(lines) != len(want) || !strings.Contains(lines[i], w) {
			t.Fatalf("have %q, want %q", lines, want)
		}
	}
}

// Whoever might take a file has a minute for it, however long it took to offer it.
func TestTheMinuteBeginsWithTheOffer(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	begun := time.Unix(1e9, 0)
	offered := begun.Add(5 * time.Second)
	s := sending{visit: Visit{Err: null}, deadline: begun.Add(enterTimeout)}
	for _, event := range []rooms.Event{&rooms.Welcome{}, &rooms.Transfer{N: 1, Mine: true, State: rooms.TransferOpen}} {
		if _, err := s.take(event, offered); err != nil {
			t.Fatal(err)
		}
	}
	if want := offered.Add(takeWait); !s.deadline.Equal(want) {
		t.Errorf("it is taken back after %s, want %s", s.deadline.Sub(offered), takeWait)
	}
}
