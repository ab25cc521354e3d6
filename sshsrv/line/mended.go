package line

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/rooms/governing"
	"sotto/rooms/mending"
)

// maxNamed is how many of those who reacted are named.
const maxNamed = 20

// mended returns the lines of what became of a message; nothing for a reaction, which is
// told with others or when somebody asks.
func (p *stay) mended(e rooms.Event, of *mending.Message) string {
	switch e := e.(type) {
	case *rooms.Retracted:
		return p.retractedLine(e, of)
	case *rooms.Amended:
		switch {
		case e.Text == "", of == nil && p.messages.Gone(e.Re):
			return ""
		case of != nil && of.Action:
			return "* " + e.From.Nick + " (changed) " + indent(e.Text) + "\n"
		}
		return "<" + e.From.Nick + "> (changed) " + indent(e.Text) + "\n"
	}
	return ""
}

// retractedLine tells of a message that was taken back, and never what it was.
func (p *stay) retractedLine(e *rooms.Retracted, of *mending.Message) string {
	which := "an earlier message"
	if of != nil {
		if p.ignoring.Has(of.From) {
			return ""
		}
		which = "a message said "
		if of.From.ID != e.From.ID {
			which = "a message that " + of.From.Nick + " said "
		}
		which += ago(time.Since(of.At))
	}
	return note("%s took back %s", e.From.Nick, which)
}

// ago is how long ago something was. It needs no clock of whoever reads it.
func ago(d time.Duration) string {
	if d < time.Minute {
		return "just now"
	}
	return governing.Long(d.Truncate(time.Minute)) + " ago"
}

// quote marks somebody's words in a line that goes on behind them, so that they can't be
// taken for what it says: no sign that looks like the one that ends them is left in them.
// It is never inlined, so that words are not copied to a stack, as in the composer.
//
//go:noinline
func quote(words string) string { return `"` + quotes.Replace(words) + `"` }

var quotes = strings.NewReplacer(`"`, "'", "“", "'", "”", "'", "„", "'", "‟", "'", "″", "'", "〃", "'", "＂", "'", "\n", " ")

// whichMessage is a message among others, by who said it and how it begins.
func whichMessage(of *mending.Message) string {
	switch {
	case of.File:
		return "the file " + quote(of.Begins) + " of " + of.From.Nick
	case of.Action:
		return "* " + of.From.Nick + " " + quote(of.Begins)
	}
	return "<" + of.From.Nick + "> " + quote(of.Begins)
}

// answerOr is the answer that was chosen in a poll, with its number, or the emoji that it
// is else.
func answerOr(emoji string, options []string) (name string, answer bool) {
	for i, option := range options {
		if number := strconv.Itoa(i + 1); emoji == number {
			return "#" + number + " " + quote(option), true
		}
	}
	return emoji, false
}

// howMany says how many reacted in which way.
func howMany(reactions []mending.Reaction, options []string) string {
	var parts []string
	for _, r := range reactions {
		name, _ := answerOr(r.Emoji, options)
		parts = append(parts, name+" "+strconv.Itoa(r.Count))
	}
	return cmp.Or(strings.Join(parts, ", "), "no reaction any more")
}

// whoReacted says who reacted in which way.
func whoReacted(reactions []mending.Reaction, options []string) string {
	var parts []string
	for _, r := range reactions {
		var names []string
		for _, by := range r.By[:min(len(r.By), maxNamed)] {
			names = append(names, by.Nick)
		}
		more := r.Count - len(names)
		if r.Mine {
			names = append(names, "you")
			more--
		}
		if more > 0 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		name, _ := answerOr(r.Emoji, options)
		parts = append(parts, name+" "+strings.Join(names, ", "))
	}
	return strings.Join(parts, "; ")
}

// pollLines are the answers of a poll, each with what chooses it. They begin as no line of
// a text does, so that nothing that is said looks like a poll.
func pollLines(options []string) string {
	var b strings.Builder
	for i, option := range options {
		b.WriteString(note("/react %d: %s", i+1, option))
	}
	return b.String()
}
