package memstore

import (
	"context"
	"errors"
	"slices"

	"sotto/rooms"
	"sotto/rooms/cluster"
)

var errClosed = errors.New("this end of the store is closed")

func (c *conn) Open(ctx context.Context, name string, head []byte) (cluster.Kept, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return cluster.Kept{}, err
	}
	if !c.conns[c] {
		return cluster.Kept{}, errClosed
	}
	now := c.now()
	r, err := c.find(name)
	made := false
	switch {
	case errors.Is(err, cluster.ErrLost), errors.Is(err, cluster.ErrRecovering):
		return cluster.Kept{}, cluster.ErrRecovering
	case c.Full && r == nil:
		return cluster.Kept{}, cluster.ErrFull
	case err != nil:
		made = true
		epoch := c.newEpoch()
		first := cluster.Place{Epoch: epoch}
		r = &room{
			head: slices.Clone(head), epoch: epoch, last: first, ids: make(map[cluster.ID]cluster.Stamp),
			snapshots: []snapshot{{cluster.Snapshot{Place: first}, now}},
		}
		c.rooms[name] = r
	}
	r.touched = now
	return cluster.Kept{Snapshot: r.snapshots[0].Snapshot, Entries: slices.Clone(r.entries), Last: r.last, Made: made}, nil
}

func (c *conn) Head(ctx context.Context, name string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.find(name)
	switch {
	case errors.Is(err, cluster.ErrLost):
		return nil, cluster.ErrRecovering
	case err != nil:
		return nil, err
	}
	return slices.Clone(r.head), ctx.Err()
}

func (c *conn) Append(ctx context.Context, name string, seen cluster.Place, drafts []cluster.Draft) ([]cluster.Stamp, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	bytes := 0
	for _, d := range drafts {
		bytes += len(d.Body)
	}
	if len(drafts) > cluster.MaxBatch || len(drafts) > 1 && bytes > cluster.MaxBatchBytes {
		return nil, false, errors.New("too much at once")
	}
	r, err := c.known(name)
	switch {
	case err != nil:
		return nil, false, err
	case r.last.Before(seen):
		return nil, false, cluster.ErrLost
	case c.Full, r.bytes(r.snapshots[0].Place) > 2*rooms.HistoryBytes-bytes:
		return nil, false, cluster.ErrFull
	}
	now := c.now()
	r.touched = now
	at := make([]cluster.Stamp, len(drafts))
	for i, d := range drafts {
		was, known := r.ids[d.ID]
		switch {
		case known && !c.Forgetful:
			at[i] = was
		case !now.After(d.Until):
			at[i] = c.append(name, r, d)
		}
	}
	return at, r.wants(now), nil
}

// known is as find for whoever had the room: one that is not there is lost to them.
func (c *conn) known(name string) (*room, error) {
	r, err := c.find(name)
	if errors.Is(err, cluster.ErrNoRoom) {
		err = cluster.ErrLost
	}
	return r, err
}

func (c *conn) After(ctx context.Context, name string, at cluster.Place) ([]cluster.Entry, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.known(name)
	if err != nil {
		return nil, err
	}
	entries, err := r.after(at)
	return entries, errors.Join(err, ctx.Err())
}

func (c *conn) Keep(ctx context.Context, name string, s cluster.Snapshot) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.known(name)
	if err != nil {
		return err
	}
	switch _, err := r.after(s.Place); {
	case errors.Is(err, cluster.ErrForgotten):
		return nil // there is a newer one
	case err != nil:
		return err
	}
	newest := r.snapshots[len(r.snapshots)-1]
	made := len(newest.Body) == 0 // nothing stands in for this one
	if newest.Place.Before(s.Place) && (made || r.wants(c.now())) {
		r.snapshots = append(r.snapshots, snapshot{s, c.now()})
		if len(r.snapshots) > 3 {
			r.snapshots = slices.Delete(r.snapshots, 1, 2)
		}
	}
	return ctx.Err()
}

func (c *conn) Remove(ctx context.Context, name string, at cluster.Place) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.find(name)
	switch {
	case errors.Is(err, cluster.ErrRecovering):
		return err
	case err == nil && !at.Before(r.last):
		delete(c.rooms, name)
	}
	return ctx.Err()
}

func (c *conn) Touch(ctx context.Context, all map[string]cluster.Place) (lost []string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, at := range all {
		r, err := c.find(name)
		if err != nil || r.last.Before(at) {
			lost = append(lost, name)
			continue
		}
		r.touched = c.now()
	}
	return lost, ctx.Err()
}

func (c *conn) Propose(ctx context.Context, name string, p cluster.Proposal) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	r, err := c.find(name)
	if o := c.offers[name]; o != nil {
		if o.best.Snapshot.Place.Before(p.Snapshot.Place) {
			o.best = p
		}
		return nil
	}
	if err == nil && !r.last.Before(p.Snapshot.Place) {
		return nil // it is whole
	}
	c.offers[name] = &offer{p, c.now().Add(cluster.ProposeFor)}
	return nil
}
