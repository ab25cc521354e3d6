package line

import (
	"fmt"
	"strings"

	"sotto/rooms"
	"sotto/rooms/governing"
)

// A line of output is one event: "<nick> text" or "* nick waves" for what was
// said, "-- " and a sentence for everything else. Further lines of a text begin
// with two spaces, so that nobody can write another's line. Names and texts
// were cleaned by the room: no control is among them but tabs and line breaks.

// lineForm is the key of an event's line among its derived forms.
type lineForm struct{}

// lineOf returns an event's line with its line break, or nothing for an event
// that is not shown.
func lineOf(e rooms.Event) string {
	switch e := e.(type) {
	case *rooms.Said:
		return e.Form(lineForm{}, func() any { return saidLine(e) }).(string)
	case *rooms.Offered:
		return e.Form(lineForm{}, func() any {
			return note("%s offers %s", e.From.Nick, rooms.FileLabel(e.File.Name, e.File.Size))
		}).(string)
	case *rooms.Transfer:
		if e.Text == "" {
			return ""
		}
		return note("%s: %s", e.Name, e.Text)
	case *rooms.Joined:
		return e.Form(lineForm{}, func() any {
			if e.Member.Watch {
				return note("somebody watches now")
			}
			return note("%s is here", e.Member.Nick)
		}).(string)
	case *rooms.Left:
		return e.Form(lineForm{}, func() any {
			who := e.Member.Nick
			if e.Member.Watch && e.Reason != rooms.LeftRemoved {
				who = "somebody"
			}
			return note("%s %s", who, leftHow(e))
		}).(string)
	case *rooms.Renamed:
		return e.Form(lineForm{}, func() any { return note("%s is now called %s", e.Was, e.Member.Nick) }).(string)
	case *rooms.TopicSet:
		return e.Form(lineForm{}, func() any { return topicLine(e.From.Nick, e.Text) }).(string)
	case *rooms.Welcome:
		return welcomeLine(e)
	case *rooms.Whispered:
		return note("%s whispers to %s: %s", e.From.Nick, e.To.Nick, e.Text)
	case *rooms.Notice:
		return note("%s", e.Text)
	case *rooms.Leapt:
		return leaptLine(e)
	case *rooms.Unconfirmed:
		if e.Lasting == 0 { // most are about to say who they are
			return ""
		}
		return note("%d with the link came in and said nothing yet; they get nothing that is said", e.Lasting)
	case *rooms.Compared:
		if e.At.IsZero() {
			return note("the words that you compared no longer hold: %s", strings.Join(e.Changes, ", "))
		}
		return note("compared: %d people with the same words", e.People)
	case *rooms.Link, *rooms.Silence:
		clause, _ := Connection(e)
		return note("%s", clause)
	case *rooms.Gap:
		switch {
		case e.Missed == 0:
			return note("something may be missing here")
		case e.From.ID != "" && e.Missed == 1:
			return note("a sealed message of %s did not reach you", e.From.Nick)
		case e.From.ID != "":
			return note("%d sealed messages of %s did not reach you", e.Missed, e.From.Nick)
		case e.Missed == 1:
			return note("an event could not be kept for you")
		}
		return note("%d events could not be kept for you", e.Missed)
	case *rooms.Refused:
		return note("%s", e.Err.Message)
	}
	return "" // typing, presence, and answers to what was not asked here
}

func saidLine(e *rooms.Said) string {
	if e.Gone {
		return note("%s took back a message before it got here", e.From.Nick)
	}
	if e.Action {
		return "* " + e.From.Nick + " " + indent(e.Text) + "\n"
	}
	return "<" + e.From.Nick + "> " + indent(e.Text) + "\n" + pollLines(e.Options)
}

func welcomeLine(e *rooms.Welcome) string {
	var others []string
	for _, m := range e.Members {
		if m.ID != e.You.ID && !m.Watch {
			others = append(others, m.Nick)
		}
	}
	you := "you are " + e.You.Nick + " in"
	if e.You.Watch {
		you = "you watch"
	}
	with := "; nobody else is here"
	switch {
	case len(others) > 0:
		with = ", with " + strings.Join(others, ", ")
	case e.You.Watch:
		with = "; nobody takes part now"
	}
	line := note("%s the %s room %s%s", you, e.Kind, e.Room, with)
	if watch := governing.Watching(e.Members); watch != "" {
		line += note("%s: who watches reads, and says nothing", watch)
	}
	if e.Topic != "" {
		line += note("the topic is: %s", e.Topic)
	}
	if rules := governing.Told(e.Rules); rules != "" {
		line += note("the rules are: %s", rules)
	}
	return line
}

func topicLine(nick, text string) string {
	if text == "" {
		return note("%s cleared the topic", nick)
	}
	return note("%s set the topic: %s", nick, text)
}

func leftHow(e *rooms.Left) string {
	if e.Member.Watch && e.Reason != rooms.LeftRemoved {
		return "watches no more"
	}
	switch e.Reason {
	case rooms.LeftRemoved:
		if e.Why != "" {
			return "was removed: " + e.Why
		}
		return "was removed"
	case rooms.LeftLost:
		return "lost the connection"
	case rooms.LeftSlow:
		return "was too slow to follow"
	case rooms.LeftShutdown:
		return "left as the server stopped"
	}
	return "left"
}

// note is a line that nobody said.
func note(format string, values ...any) string {
	return "-- " + indent(fmt.Sprintf(format, values...)) + "\n"
}

func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n  ") }
