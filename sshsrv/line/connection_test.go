package line

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// told is a seat to which these things happen.
type told struct {
	deaf
	events []rooms.Event
}

func (s *told) Take() (events []rooms.Event, err error) {
	events, s.events = s.events, nil
	return events, nil
}

// What a server says of the others, and a hole of which nobody knows the size, are lines.
func TestServersOutOfReachAreTold(t *testing.T) {
	for _, c := range []struct {
		event rooms.Event
		line  string
	}{
		{&rooms.Notice{Code: rooms.Unreachable, Text: "The servers can't reach each other."}, "-- The servers can't reach each other.\n"},
		{&rooms.Notice{Code: rooms.Reachable, Text: "The servers reach each other again."}, "-- The servers reach each other again.\n"},
		{&rooms.Gap{Seq: 12}, "-- something may be missing here\n"},
		{&rooms.Gap{Missed: 1, Seq: 12}, "-- an event could not be kept for you\n"},
		{&rooms.Gap{Missed: 2, Seq: 12}, "-- 2 events could not be kept for you\n"},
		{&rooms.Gap{Missed: 1, Seq: 12, From: rooms.Person{ID: "b2", Nick: "bob"}}, "-- a sealed message of bob did not reach you\n"},
		{&rooms.Gap{Missed: 2, Seq: 12, From: rooms.Person{ID: "b2", Nick: "bob"}}, "-- 2 sealed messages of bob did not reach you\n"},
	} {
		if line := lineOf(c.event); line != c.line {
			t.Errorf("%#v is the line %q", c.event, line)
		}
	}
}

// How the connection is stands in the lines of a person and in the frames of a
// program, in the same words.
func TestConnectionIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			event     rooms.Event
			code, has string
		}{
			{&rooms.Link{}, "unreachable", "lost; trying to come back"},
			{&rooms.Link{Why: &rooms.Ended{Code: rooms.Shutdown, Message: "The server is shutting down."}}, "unreachable", "The server is shutting down"},
			{&rooms.Link{Up: true}, "reachable", "he connection is back"},
			{&rooms.Link{Up: true, Gone: time.Date(2026, 11, 29, 14, 32, 0, 0, time.UTC)}, "reachable", "what was said since 14:32 is lost"},
			{&rooms.Silence{Since: time.Now().Add(-5 * time.Second)}, "unreachable", "not answered for 5 seconds"},
			{&rooms.Silence{}, "reachable", "answers again"},
		} {
			if line := lineOf(c.event); !strings.HasPrefix(line, "-- ") || !strings.Contains(line, c.has) || strings.Contains(line, "..") {
				t.Errorf("%#v is the line %q", c.event, line)
			}
			var out strings.Builder
			f := framer{seat: &told{events: []rooms.Event{c.event}}, out: &out}
			if err := f.send(); err != nil {
				t.Fatal(err)
			}
			if frame := out.String(); !strings.HasPrefix(frame, `{"t":"notice","code":"`+c.code+`","text":"`) || !strings.Contains(frame, c.has) {
				t.Errorf("%#v is the frame %q", c.event, frame)
			}
		}
	})
}
