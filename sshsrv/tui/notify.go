package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms/command"
)

// when says what may call for a person's attention while they look elsewhere.
type when uint8

const (
	onNothing when = iota
	onMentions
	onAll
)

var whens = map[string]when{"off": onNothing, "mentions": onMentions, "all": onAll}

var notifyWords = map[when]string{
	onNothing:  "Nothing will call for you.",
	onMentions: "Your name and whispers call for you while you are elsewhere.",
	onAll:      "Every message calls for you while you are elsewhere.",
}

// callOn chooses what calls for attention, or leaves it as it is, and words it.
func (r *reading) callOn(chosen string) string {
	if chosen != "" {
		r.notify = whens[chosen]
	}
	return notifyWords[r.notify]
}

// highlight chooses words that call this person as their name does, and words which do.
func (r *reading) highlight(in command.Highlight) string {
	if in.Off || len(in.Words) > 0 {
		r.timeline.Highlight(in.Words)
	}
	return command.HighlightWords(r.timeline.Highlit())
}

// active says that this person does something.
func (r *reading) active() { r.bell.Key(r.now()) }

// call calls for the person's attention, by bell and, where the terminal has
// told that it has such things, by the desktop, if they want that. Calls is whether
// they are meant in particular. What was said, by whom and where never leaves the
// screen: notifications are kept by desktops.
func (r *reading) call(calls bool) tea.Cmd {
	if r.notify == onNothing || r.notify == onMentions && !calls || !r.bell.Ring(r.now()) {
		return nil
	}
	if !r.bell.Reports() {
		return tea.Raw("\a")
	}
	text := "somebody says something"
	if calls {
		text = "somebody means you"
	}
	return tea.Raw("\a" + ansi.Notify("sotto: "+text) + "\x1b]777;notify;sotto;" + text + "\a")
}

// title is the window's. It carries nobody's text and no name, not even the
// room's: window titles end up in task bars and session logs.
func (sc scene) title() string {
	unread := 0
	for _, p := range sc.places {
		unread += p.reading.unread.count
	}
	if unread > 0 {
		return fmt.Sprintf("(%d) sotto", unread)
	}
	return "sotto"
}
