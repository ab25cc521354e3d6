package timeline

import (
	"time"

	"sotto/rooms"
	"sotto/rooms/comings"
	"sotto/sshsrv/tui/theme"
)

// presence is arrivals, departures and changes of name that follow one another.
type presence struct {
	comings.Line
	when time.Time
}

func (p *presence) When() time.Time      { return p.when }
func (p *presence) Author() rooms.Person { return rooms.Person{} }
func (p *presence) Size() int            { return itemBytes*2 + p.Bytes() }
func (p *presence) words() string        { return p.Words() }

func (p *presence) draw(l look) []string {
	rows := l.wrap(p.words(), l.measure)
	for i := range rows {
		rows[i] = l.ink.Paint(theme.Dim, rows[i])
	}
	return l.hang(theme.Dim, "·", rows)
}
