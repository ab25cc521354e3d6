package rooms_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"sotto/rooms"
)

// commons is a log that several hubs share. It keeps all records of each room as they are
// written, and each node is handed them by a goroutine of its own, as late as it likes.
type commons struct {
	mu    sync.Mutex
	rooms map[rooms.Mark]*common
	late  func() time.Duration // how late the next record comes to a node; nil: at once

	shut    bool // no room can be opened
	stalled bool // nothing is appended
	waiting []func()
}

// stall has nothing appended, or all that waits.
func (c *commons) stall(on bool) {
	c.mu.Lock()
	c.stalled = on
	waiting := c.waiting
	c.waiting = nil
	c.mu.Unlock()
	if !on {
		for _, f := range waiting {
			f()
		}
	}
	c.each(func(_ string, to rooms.Follower) { to.Stalled(on) })
}

// each calls f for every end, with its node.
func (c *commons) each(f func(node string, to rooms.Follower)) {
	c.mu.Lock()
	var ends []*commonEnd
	for _, room := range c.rooms {
		ends = append(ends, room.ends...)
	}
	c.mu.Unlock()
	for _, end := range ends {
		f(end.node.id, end.to)
	}
}

type common struct {
	kind    rooms.Kind
	name    rooms.RoomName
	records []rooms.Record // with their places
	ends    []*commonEnd
}

func newCommons() *commons { return &commons{rooms: make(map[rooms.Mark]*common)} }

// node is one server's end of a commons.
type node struct {
	*commons
	id string
}

func (n *node) Node() string { return n.id }

func (n *node) Mark(kind rooms.Kind, name rooms.RoomName) (m rooms.Mark) {
	copy(m[:], fmt.Sprint(kind, name))
	return m
}

func (n *node) Find(_ context.Context, m rooms.Mark) (rooms.Kind, rooms.RoomName, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if c := n.rooms[m]; c != nil {
		return c.kind, c.name, nil
	}
	return "", "", rooms.ErrNoRoom
}

func (n *node) Open(_ context.Context, kind rooms.Kind, name rooms.RoomName, to rooms.Follower) (rooms.Tail, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.shut {
		return nil, errors.New("it can't be reached")
	}
	m := n.Mark(kind, name)
	c := n.rooms[m]
	if c == nil {
		c = &common{kind: kind, name: name}
		n.rooms[m] = c
	}
	end := &commonEnd{node: n, room: c, to: to, wake: make(chan struct{}, 1), done: make(chan struct{})}
	for _, r := range c.records {
		to.Deliver(end.read(r), false)
	}
	end.next = len(c.records)
	c.ends = append(c.ends, end)
	go end.follow()
	return end, nil
}

type commonEnd struct {
	node *node
	room *common
	to   rooms.Follower
	next int // of the records
	wake chan struct{}
	done chan struct{}
	deaf bool // nothing reaches it, nor comes from it
}

// read is a record as it comes from elsewhere: out of its bytes.
func (e *commonEnd) read(r rooms.Record) rooms.Record {
	b, err := r.Encode()
	if err != nil {
		panic(err)
	}
	read, err := rooms.DecodeRecord(b)
	if err != nil {
		panic(err)
	}
	read.Epoch, read.Number, read.Node = r.Epoch, r.Number, r.Node
	return read
}

func (e *commonEnd) Append(r rooms.Record) {
	e.node.mu.Lock()
	defer e.node.mu.Unlock()
	if e.deaf {
		return
	}
	if e.node.stalled {
		e.node.waiting = append(e.node.waiting, func() { e.Append(r) })
		return
	}
	r.Epoch, r.Number, r.Node = 1, uint64(len(e.room.records)+1), e.node.id
	e.room.records = append(e.room.records, r)
	for _, end := range e.room.ends {
		end.ring()
	}
}

func (e *commonEnd) Pass(r rooms.Record) {
	e.node.mu.Lock()
	ends := append([]*commonEnd(nil), e.room.ends...)
	e.node.mu.Unlock()
	for _, end := range ends {
		go end.to.Passed(r)
	}
}

func (e *commonEnd) ring() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

func (e *commonEnd) Close() {
	e.node.mu.Lock()
	defer e.node.mu.Unlock()
	select {
	case <-e.done:
	default:
		close(e.done)
	}
}

func (e *commonEnd) follow() {
	for {
		e.node.mu.Lock()
		var r rooms.Record
		more := e.next < len(e.room.records) && !e.deaf
		if more {
			r = e.room.records[e.next]
			e.next++
		}
		var late time.Duration
		if e.node.late != nil {
			late = e.node.late()
		}
		e.node.mu.Unlock()
		if !more {
			select {
			case <-e.wake:
				continue
			case <-e.done:
				return
			}
		}
		time.Sleep(late)
		e.to.Deliver(e.read(r), r.Node == e.node.id)
	}
}

// kill makes a node deaf and dumb, and tells the others after a while.
func (c *commons) kill(id string) {
	c.mu.Lock()
	var tell []rooms.Follower
	for _, room := range c.rooms {
		for _, end := range room.ends {
			if end.node.id == id {
				end.deaf = true
			} else {
				tell = append(tell, end.to)
			}
		}
	}
	c.mu.Unlock()
	for _, to := range tell {
		to.Lost(id, time.Now())
	}
}

// hubs are servers that share their rooms.
func hubs(t *testing.T, n int, cfg rooms.Config) (*commons, []*rooms.Hub) {
	c := newCommons()
	t.Cleanup(func() {
		for _, room := range c.rooms {
			for _, end := range room.ends {
				end.Close()
			}
		}
	})
	var all []*rooms.Hub
	for i := range n {
		cfg.Log = &node{c, fmt.Sprint("node", i)}
		all = append(all, rooms.NewHub(cfg))
	}
	return c, all
}
