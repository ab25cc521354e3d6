// Package memstore is a [cluster.Store] in memory, for tests of nodes without a server. It is
// as strict as the interface allows, and can lose what it has, like a real one.
package memstore

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
)

// Memory is what several nodes share.
type Memory struct {
	mu        sync.Mutex
	rooms     map[string]*room
	offers    map[string]*offer
	leases    map[string]time.Time // when a node last beat
	gone      map[string]time.Time
	conns     map[*conn]bool
	epoch     uint64
	beat      time.Time // the last of any node
	offset    time.Duration
	restarted time.Time // when it lost something; what it does not know may be known to others

	// Full has it take nothing, and Forgetful not remember what it appended.
	Full, Forgetful bool
}

// room is what is kept of one. The first snapshot has no body where nothing was kept yet.
type room struct {
	head      []byte
	snapshots []snapshot
	entries   []cluster.Entry
	ids       map[cluster.ID]cluster.Stamp
	last      cluster.Place
	epoch     uint64
	time      time.Time // of the last entry
	touched   time.Time
	stale     bool // it was there when a copy was made that is all that is left
}

type snapshot struct {
	cluster.Snapshot
	at time.Time
}

// offer is what nodes have of a room that was lost.
type offer struct {
	best  cluster.Proposal
	until time.Time
}

// New returns a memory without rooms.
func New() *Memory {
	return &Memory{
		rooms: make(map[string]*room), offers: make(map[string]*offer),
		leases: make(map[string]time.Time), gone: make(map[string]time.Time), conns: make(map[*conn]bool),
	}
}

// Pass has time go by for the store alone, or back.
func (m *Memory) Pass(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.offset += d
}

// now is what time it is for the store.
func (m *Memory) now() time.Time { return time.Now().Add(m.offset) }

// Forget loses everything, as a server that starts anew.
func (m *Memory) Forget() { m.Return(New(), true) }

// Copy is all that there is, for Return.
func (m *Memory) Copy() *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := New()
	for name, r := range m.rooms {
		same := *r
		same.snapshots, same.entries, same.ids = slices.Clone(r.snapshots), slices.Clone(r.entries), maps.Clone(r.ids)
		c.rooms[name] = &same
	}
	c.leases, c.gone = maps.Clone(m.leases), maps.Clone(m.gone)
	return c
}

// Return goes back to what was copied, as a server that another takes over from which was
// behind. Known says that it knows that it did.
func (m *Memory) Return(to *Memory, known bool) {
	c := to.Copy()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rooms, m.leases, m.gone = c.rooms, c.leases, c.gone
	m.offers = make(map[string]*offer)
	if known {
		m.restarted = m.now()
	}
	for _, r := range m.rooms {
		r.stale = known
	}
	for node := range m.leases {
		m.leases[node] = m.now()
	}
}

// Rooms are those that are kept.
func (m *Memory) Rooms() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name := range maps.Clone(m.rooms) {
		_, _ = m.find(name)
	}
	return slices.Sorted(maps.Keys(m.rooms))
}

// Tamper has somebody change what is kept of a room: its snapshots, the oldest first, and its
// entries.
func (m *Memory) Tamper(name string, change func(snapshots []*cluster.Snapshot, entries []cluster.Entry)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rooms[name]
	var snapshots []*cluster.Snapshot
	for i := range r.snapshots {
		snapshots = append(snapshots, &r.snapshots[i].Snapshot)
	}
	change(snapshots, r.entries)
}

// unsure reports whether nodes may still know what this does not.
func (m *Memory) unsure() bool {
	return !m.restarted.IsZero() && m.now().Sub(m.restarted) < cluster.ProposeFor
}

// newEpoch is above all that were, those too that were forgotten.
func (m *Memory) newEpoch() uint64 {
	m.epoch = max(m.epoch+1, uint64(m.now().UnixMilli()))
	return m.epoch
}

// find returns a room, or why it is not there. The caller holds the lock, as of all below.
func (m *Memory) find(name string) (*room, error) {
	now := m.now()
	if o := m.offers[name]; o != nil {
		if now.Before(o.until) {
			return nil, cluster.ErrRecovering
		}
		m.settle(name, o)
	}
	r := m.rooms[name]
	switch {
	case r == nil && m.unsure(), r != nil && r.stale && m.unsure():
		return nil, cluster.ErrLost
	case r == nil:
		return nil, cluster.ErrNoRoom
	case now.Sub(r.touched) > cluster.RoomFor:
		delete(m.rooms, name)
		return nil, cluster.ErrNoRoom
	case r.stale:
		r.stale, r.epoch = false, m.newEpoch()
	}
	r.trim(now)
	return r, nil
}

// settle makes a room what won.
func (m *Memory) settle(name string, o *offer) {
	delete(m.offers, name)
	now := m.now()
	r := m.rooms[name]
	if r == nil || r.last.Before(o.best.Snapshot.Place) {
		ids := make(map[cluster.ID]cluster.Stamp)
		if r != nil {
			ids = r.ids // of what is in the snapshot too
		}
		r = &room{
			head: o.best.Head, snapshots: []snapshot{{o.best.Snapshot, now}}, last: o.best.Snapshot.Place,
			ids: ids,
		}
		m.rooms[name] = r
	}
	r.stale, r.epoch, r.touched = false, m.newEpoch(), now
	m.append(name, r, o.best.Next)
}

func (m *Memory) append(name string, r *room, d cluster.Draft) cluster.Stamp {
	now := m.now()
	if r.time.After(now) {
		now = r.time
	}
	r.time = now
	r.last = cluster.Place{Epoch: r.epoch, Number: r.last.Number + 1}
	e := cluster.Entry{Stamp: cluster.Stamp{Place: r.last, At: now}, ID: d.ID, Body: slices.Clone(d.Body)}
	r.entries = append(r.entries, e)
	r.ids[d.ID] = e.Stamp
	m.publish(name, func(h cluster.Hearer) { h.Heard(name, e) })
	return e.Stamp
}

func (m *Memory) publish(name string, tell func(cluster.Hearer)) {
	for c := range m.conns {
		if c.listens[name] {
			c.say(tell)
		}
	}
}

// bytes are those of all entries after a place.
func (r *room) bytes(after cluster.Place) (n int) {
	for _, e := range r.entries {
		if after.Before(e.Place) {
			n += len(e.Body)
		}
	}
	return n
}

// trim drops what nobody asks for any more.
func (r *room) trim(now time.Time) {
	drop := 0
	for i := 1; i < len(r.snapshots); i++ {
		if now.Sub(r.snapshots[i].at) >= rooms.HistoryFor || r.bytes(r.snapshots[i-1].Place) > rooms.HistoryBytes {
			drop = i
		}
	}
	r.snapshots = r.snapshots[drop:]
	from := r.snapshots[0].Place
	for len(r.entries) > 0 && !from.Before(r.entries[0].Place) {
		r.entries = r.entries[1:]
	}
	for id, s := range r.ids {
		if now.Sub(s.At) > cluster.Remembered {
			delete(r.ids, id)
		}
	}
}

// wants reports whether a snapshot is wanted.
func (r *room) wants(now time.Time) bool {
	newest := r.snapshots[len(r.snapshots)-1]
	bytes := r.bytes(newest.Place)
	return bytes > rooms.HistoryBytes/2 || now.Sub(newest.at) >= rooms.HistoryFor/2 && bytes > 0
}

// after is what comes after a place.
func (r *room) after(at cluster.Place) ([]cluster.Entry, error) {
	if r.last.Before(at) {
		return nil, cluster.ErrLost
	}
	if first := r.snapshots[0].Place; first == at || first.Number == 0 && at == (cluster.Place{}) {
		return slices.Clone(r.entries), nil
	}
	for i, e := range r.entries {
		if e.Place == at {
			return slices.Clone(r.entries[i+1:]), nil
		}
	}
	return nil, cluster.ErrForgotten
}

// Connect returns a node's end of it.
func (m *Memory) Connect(h cluster.Hearer) cluster.Store {
	c := &conn{Memory: m, listens: make(map[string]bool), bell: make(chan struct{}, 1), done: make(chan struct{}), ended: make(chan struct{})}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.conns[c] = true
	go c.tell(h)
	return c
}

// conn is a node's end: what is published waits in order for its Hearer.
type conn struct {
	*Memory
	listens map[string]bool
	queue   []func(cluster.Hearer)
	bell    chan struct{}
	done    chan struct{}
	ended   chan struct{}
}

func (c *conn) say(tell func(cluster.Hearer)) {
	c.queue = append(c.queue, tell)
	select {
	case c.bell <- struct{}{}:
	default:
	}
}

func (c *conn) tell(h cluster.Hearer) {
	defer close(c.ended)
	for {
		select {
		case <-c.bell:
		case <-c.done:
			return
		}
		c.mu.Lock()
		queue := c.queue
		c.queue = nil
		c.mu.Unlock()
		for _, tell := range queue {
			tell(h)
		}
	}
}

var _ cluster.Store = (*conn)(nil)

func (c *conn) Close() error {
	c.mu.Lock()
	open := c.conns[c]
	delete(c.conns, c)
	c.mu.Unlock()
	if open {
		close(c.done)
	}
	<-c.ended
	return nil
}

func (c *conn) Listen(ctx context.Context, room string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listens[room] = true
	return ctx.Err()
}

func (c *conn) Unlisten(room string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.listens, room)
}

// Reconnect has nothing to do: what is between is not of this package.
func (c *conn) Reconnect() {}

func (c *conn) Publish(ctx context.Context, room string, body []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	body = slices.Clone(body)
	c.publish(room, func(h cluster.Hearer) { h.Passed(room, body) })
	return ctx.Err()
}

func (c *conn) Beat(ctx context.Context, node string) (cluster.Nodes, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if away := now.Sub(c.beat); !c.beat.IsZero() && away > 2*cluster.BeatEvery { // it was the store that was away
		for node := range c.leases {
			c.leases[node] = now
		}
	}
	c.beat = now
	for other, at := range c.leases {
		if other != node && now.Sub(at) > cluster.LeaseFor {
			delete(c.leases, other)
			c.gone[other] = at
		}
	}
	for other, at := range c.gone {
		if now.Sub(at) > cluster.GoneFor {
			delete(c.gone, other)
		}
	}
	if _, gone := c.gone[node]; gone {
		return cluster.Nodes{}, cluster.ErrFenced
	}
	c.leases[node] = now
	return cluster.Nodes{Now: now, Live: slices.Sorted(maps.Keys(c.leases)), Gone: maps.Clone(c.gone)}, ctx.Err()
}

func (c *conn) Leave(ctx context.Context, node string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.leases, node)
	c.gone[node] = c.now()
	return ctx.Err()
}
