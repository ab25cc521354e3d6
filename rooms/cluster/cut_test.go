package cluster_test

import (
	"context"
	"sync/atomic"

	"sotto/rooms/cluster"
)

// cut is a store that can't be reached for a while: calls hang.
type cut struct {
	cluster.Store
	off atomic.Bool
}

func (c *cut) set(off bool) { c.off.Store(off) }

func (c *cut) hang(ctx context.Context) error {
	if c.off.Load() {
		<-ctx.Done()
		return ctx.Err()
	}
	return nil
}

func (c *cut) Open(ctx context.Context, room string, head []byte) (cluster.Kept, error) {
	if err := c.hang(ctx); err != nil {
		return cluster.Kept{}, err
	}
	return c.Store.Open(ctx, room, head)
}

func (c *cut) Append(ctx context.Context, room string, seen cluster.Place, drafts []cluster.Draft) ([]cluster.Stamp, bool, error) {
	if err := c.hang(ctx); err != nil {
		return nil, false, err
	}
	return c.Store.Append(ctx, room, seen, drafts)
}

func (c *cut) After(ctx context.Context, room string, at cluster.Place) ([]cluster.Entry, error) {
	if err := c.hang(ctx); err != nil {
		return nil, err
	}
	return c.Store.After(ctx, room, at)
}

func (c *cut) Beat(ctx context.Context, node string) (cluster.Nodes, error) {
	if err := c.hang(ctx); err != nil {
		return cluster.Nodes{}, err
	}
	return c.Store.Beat(ctx, node)
}

func (c *cut) Publish(ctx context.Context, room string, body []byte) error {
	if err := c.hang(ctx); err != nil {
		return err
	}
	return c.Store.Publish(ctx, room, body)
}

func (c *cut) Propose(ctx context.Context, room string, p cluster.Proposal) error {
	if err := c.hang(ctx); err != nil {
		return err
	}
	return c.Store.Propose(ctx, room, p)
}

func (c *cut) Touch(ctx context.Context, all map[string]cluster.Place) ([]string, error) {
	if err := c.hang(ctx); err != nil {
		return nil, err
	}
	return c.Store.Touch(ctx, all)
}

// deafStore is one whose answers are lost, though the calls arrive, and of which nothing
// is heard meanwhile.
type deafStore struct {
	cut
	lose atomic.Bool
}

func (d *deafStore) Append(ctx context.Context, room string, seen cluster.Place, drafts []cluster.Draft) ([]cluster.Stamp, bool, error) {
	if d.lose.Load() {
		d.Store.Unlisten(room)
	}
	at, want, err := d.Store.Append(ctx, room, seen, drafts)
	if d.lose.Load() {
		<-ctx.Done()
		return nil, false, ctx.Err()
	}
	return at, want, err
}

func (d *deafStore) Open(ctx context.Context, room string, head []byte) (cluster.Kept, error) {
	if d.lose.Load() {
		<-ctx.Done()
		return cluster.Kept{}, ctx.Err()
	}
	return d.Store.Open(ctx, room, head)
}
