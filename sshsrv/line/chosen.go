package line

import (
	"strings"

	"sotto/rooms"
	"sotto/sshsrv/tui/settings"
)

// kept is what is remembered of this session, for /privacy. What was said is the terminal's
// to scroll through, but for what waits behind what is being typed.
func (l *linear) kept() []rooms.HeldField {
	kept := settings.Kept{Lines: len(l.held), Unsaid: len(l.queue.Unsaid())}
	if c := l.editor.compose; c != nil {
		kept.Sent, kept.Undo = c.Remembers()
		kept.Drafts = len(c.Drafts())
	}
	return rooms.FieldsOf("kept", &kept)
}

// chosen is what this person chose since they came, for /privacy. There is nothing to
// fold or to colour in lines, nor a mouse.
func (l *linear) chosen() []rooms.HeldField {
	return rooms.FieldsOf("chosen", &settings.Chosen{
		Words:   strings.Join(l.words, ", "),
		Notify:  l.notify,
		Times:   l.times,
		Ignored: strings.Join(l.stay.ignoring.Names(), ", "),
	})
}
