package line

import (
	"strings"

	"sotto/rooms"
	"sotto/sshsrv/tui/settings"
)

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
