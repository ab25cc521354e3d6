package line

import (
	"context"

	"sotto/rooms"
)

// carry carries out a file command.
func (l *linear) carry(do func(rooms.FileCarrier) error) {
	seat, ok := l.stay.seat.(rooms.FileCarrier)
	if !ok {
		l.tell("Files go from a browser or from sotto's own client; these lines are written on the server, which has none of your folders. /invite shows the way in.")
		return
	}
	if err := do(seat); err != nil {
		l.tell(err.Error())
	}
}

func (l *linear) sendFile(ctx context.Context, path string) {
	l.carry(func(c rooms.FileCarrier) error {
		if path == "" {
			l.tell("/send needs FILE, the path of one on this machine.")
			return nil
		}
		return c.SendFile(ctx, path)
	})
}

// transfer returns a line if a file fares in another way than it did: its
// progress is not told.
func (p *stay) transfer(t *rooms.Transfer) string {
	if t.State == rooms.TransferOver {
		p.messages.Over(t.Offer)
	}
	if p.ignoring.Has(t.From) && (t.State == rooms.TransferOpen || t.State == rooms.TransferOver) {
		return "" // neither taken nor to be
	}
	if p.files == nil {
		p.files = make(map[uint64]rooms.Transfer)
	}
	was, known := p.files[t.Offer]
	if p.files[t.Offer] = *t; t.State == rooms.TransferOver {
		delete(p.files, t.Offer)
	}
	switch {
	case t.Text != "":
		return lineOf(t)
	case !known && t.Mine:
		return note("/cancel %d takes it back", t.N)
	case !known && t.State == rooms.TransferOpen:
		return note("/take %d takes it", t.N)
	case !t.Mine && t.State == rooms.TransferRunning && was.State != rooms.TransferRunning:
		return note("taking %s; /cancel %d stops it", t.Name, t.N)
	case t.Mine && (t.Takers != was.Takers || t.Taken != was.Taken):
		return note("%s: %d take it, %d have it", t.Name, t.Takers, t.Taken)
	}
	return ""
}
