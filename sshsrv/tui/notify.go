package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
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
	onMentions: "Your name and whispers call for you while this window is not in focus.",
	onAll:      "Every message calls for you while this window is not in focus.",
}

// notifyEvery is how often a person is called at most: a lively room must not
// become an alarm.
const notifyEvery = 5 * time.Second

// attend calls for the person's attention, by bell and by the desktop, if they
// want that. Calls is whether they are meant in particular. What was said, by
// whom and where never leaves the screen: notifications are kept by desktops.
func (s *Screen) attend(calls bool) tea.Cmd {
	now := s.cfg.Now()
	if s.notify == onNothing || s.notify == onMentions && !calls || now.Sub(s.notified) < notifyEvery {
		return nil
	}
	s.notified = now
	text := "somebody says something"
	if calls {
		text = "somebody means you"
	}
	return tea.Raw("\a" + ansi.Notify("sotto: "+text) + "\x1b]777;notify;sotto;" + text + "\a")
}

// title is the window's. It carries nobody's text and no name, not even the
// room's: window titles end up in task bars and session logs.
func (s *Screen) title() string {
	if s.unread > 0 {
		return fmt.Sprintf("(%d) sotto", s.unread)
	}
	return "sotto"
}
