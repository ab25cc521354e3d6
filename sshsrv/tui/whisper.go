package tui

import (
	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/command"
)

// Whom a whisper reaches is decided when it is entered, by a name or by who
// whispered last. Both can change hands while the words are written; then this
// person is asked before anybody reads them.

// whispers are with whom this person whispers.
type whispers struct {
	whisperedBy rooms.Person // who whispered to this person last
	met         rooms.Met    // with whom this person whispered
	turned      bool         // somebody else whispered while an answer was being written
}

func (c *composing) whisper(st *stay, typed, nick, text string) (tea.Cmd, bool) {
	m, why := st.member(nick)
	switch {
	case why != "":
		c.status.say(why)
		return nil, false
	case m.ID == st.you.ID:
		c.status.say("That is you.")
		return nil, false
	case c.met.Another(m.Person()):
		c.status.say("Somebody else goes by the name " + m.Nick + " now, so nothing was sent. Enter again whispers to them.")
		return nil, false
	}
	return c.words(typed, func(id string) rooms.Op { return rooms.Whisper{ID: id, To: m.ID, Text: text} })
}

func (c *composing) whisperBack(st *stay, typed, text string) (tea.Cmd, bool) {
	if c.whisperedBy.ID == "" {
		c.status.say("Nobody has whispered to you. /msg NICK TEXT whispers to somebody.")
		return nil, false
	}
	m, ok := st.roster.find(c.whisperedBy.ID)
	switch {
	case !ok:
		c.status.say(gone(c.whisperedBy.Nick))
		return nil, false
	case c.turned:
		c.turned = false
		c.status.say(m.Nick + " whispered while you wrote, so nothing was sent. Enter again answers them; /msg reaches somebody else.")
		return nil, false
	}
	return c.words(typed, func(id string) rooms.Op { return rooms.Whisper{ID: id, To: m.ID, Text: text} })
}

// gone says that somebody can't be whispered to any more.
func gone(nick string) string {
	return nick + " has left. Nobody else can be reached by that whisper."
}

// whisperHeard notes with whom this person whispers.
func (c *composing) whisperHeard(w *rooms.Whispered, st *stay) {
	switch {
	case w.From.ID == st.you.ID:
		c.met.Whispered(w.To)
	case !st.ignores(w.From):
		c.met.Whispered(w.From)
		if entry, ok := command.Called(c.composer.Text()); ok && entry.Name == "reply" && c.whisperedBy.ID != w.From.ID {
			c.turned = true
		}
		c.whisperedBy = w.From
	}
}

// doubt notes that whom a line was meant for is not here any more.
func (w *whispers) doubt(line string, r *roster) {
	for _, nick := range command.Addressees(line) {
		if m, found := r.named(nick); found == rooms.OneFound {
			w.met.Doubt(m.Nick)
		}
	}
}

// newNames notes that people have names that they had not: whoever writes to one
// just now means another.
func (c *composing) newNames(members ...rooms.Member) {
	for _, nick := range command.Addressees(c.composer.Text()) {
		for _, m := range members {
			if _, found := rooms.Named([]string{m.Nick}, nick); found != rooms.NoneFound {
				c.met.Doubt(m.Nick)
			}
		}
	}
}
