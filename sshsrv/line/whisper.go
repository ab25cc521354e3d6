package line

import (
	"context"

	"sotto/rooms"
	"sotto/rooms/command"
)

// Whom a whisper reaches is decided when its line is finished, by a name or by who
// whispered last. Both can change hands while the line is typed; then its person is
// asked before anybody reads it.

func (l *linear) whisper(ctx context.Context, nick, text string) error {
	m, ok := l.member(nick)
	switch {
	case !ok:
		return nil
	case m.ID == l.stay.you.ID:
		l.tell("That is you.")
		return nil
	case l.stay.met.Another(m.Person()):
		l.tell("Somebody else goes by the name " + m.Nick + " now, so nothing was sent. The same again whispers to them.")
		return nil
	}
	return l.put(ctx, "/msg "+nick+" "+text, whispers(m.ID, text))
}

func (l *linear) whisperBack(ctx context.Context, text string) error {
	by := l.stay.whisperedBy
	switch {
	case by.ID == "":
		l.tell("Nobody has whispered to you. /msg NICK TEXT whispers to somebody.")
		return nil
	case l.stay.turned:
		l.stay.turned = false
		l.tell(by.Nick + " whispered while you wrote, so nothing was sent. The same again answers them; /msg reaches somebody else.")
		return nil
	}
	return l.put(ctx, "/reply "+text, whispers(by.ID, text))
}

// whispers makes the op that whispers a text to a member.
func whispers(to, text string) func(id string) rooms.Op {
	return func(id string) rooms.Op { return rooms.Whisper{ID: id, To: to, Text: text} }
}

// meet notes who is met by an event, before it happens, and whether that changes
// whom the line that is being typed would reach.
func (l *linear) meet(e rooms.Event) {
	switch e := e.(type) {
	case *rooms.Whispered:
		switch {
		case e.From.ID == l.stay.you.ID:
			l.stay.met.Whispered(e.To)
		case !l.stay.ignoring.Has(e.From):
			l.stay.met.Whispered(e.From)
			if entry, ok := command.Called(l.editor.text()); ok && entry.Name == "reply" && l.stay.whisperedBy.ID != e.From.ID {
				l.stay.turned = true
			}
		}
	case *rooms.Joined:
		l.newName(e.Member)
	case *rooms.Renamed:
		l.newName(e.Member)
	}
}

// newName notes that somebody has a name that they had not: whoever writes to it
// just now means another.
func (l *linear) newName(m rooms.Member) {
	for _, nick := range command.Addressees(l.editor.text()) {
		if _, found := rooms.Named([]string{m.Nick}, nick); found == rooms.OneFound {
			l.stay.met.Doubt(m.Nick)
		}
	}
}
