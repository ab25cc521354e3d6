package cluster

import (
	"context"
	"errors"
	"sync"
	"time"
)

// vacated are rooms that the last who was in them has left here, and that the store could
// not be told to forget.
type vacated struct {
	mu    sync.Mutex
	rooms map[string]vacancy
}

type vacancy struct {
	at    Place // nobody was in it then
	since time.Time
}

// maxVacated is how many of those are tried again: more than are left while a store is away.
// What is beyond that is kept for [RoomFor].
const maxVacated = 1024

func (v *vacated) note(room string, at Place) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.rooms == nil {
		v.rooms = make(map[string]vacancy)
	}
	if _, known := v.rooms[room]; known || len(v.rooms) < maxVacated {
		v.rooms[room] = vacancy{at, time.Now()}
	}
}

// take returns them, and has none.
func (v *vacated) take() map[string]vacancy {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := v.rooms
	v.rooms = nil
	return all
}

// vacate has the store forget a room that nobody was in at a place, now or later.
func (n *Node) vacate(ctx context.Context, room string, at Place) error {
	at, err := n.remove(ctx, room, at)
	if err != nil {
		n.vacated.note(room, at)
	}
	return err
}

// remove has the store forget a room that nobody was in at a place. What whoever left just
// before had asked and comes after that does not keep it, unless somebody comes in by it. The
// error says that nobody knows whether it is forgotten; the place is how far that was looked
// at.
func (n *Node) remove(ctx context.Context, room string, at Place) (Place, error) {
	for {
		if err := n.store.Remove(ctx, room, at); err != nil {
			return at, err
		}
		later, err := n.store.After(ctx, room, at)
		switch {
		case errors.Is(err, ErrNoRoom), errors.Is(err, ErrLost), errors.Is(err, ErrForgotten):
			return at, nil // or somebody made it anew
		case err != nil:
			return at, err
		}
		if len(later) == 0 {
			return at, nil
		}
		for _, e := range later {
			if r, _, err := n.sealing.record(room, e); err != nil || r.Arrives() {
				return at, nil
			}
			at = e.Place
		}
	}
}

// vacateAgain tries to have the store forget what it could not be told to before.
func (n *Node) vacateAgain(ctx context.Context) (err error) {
	for room, v := range n.vacated.take() {
		switch {
		case n.tail(room) != nil, time.Since(v.since) >= RoomFor:
		case ctx.Err() != nil:
			n.vacated.note(room, v.at)
		default:
			err = errors.Join(err, n.vacate(ctx, room, v.at))
		}
	}
	return err
}
