package sshsrv

import (
	"sync/atomic"

	"sotto/rooms"
)

// What is charged for, in bytes, before anybody has written anything. It was
// measured with a thousand of each; what a screen costs by the cell, it says.
const (
	// connBytes is a connection: the library's buffers, ciphers and goroutines.
	connBytes = 48 << 10
	// sessionBytes is a session on it.
	sessionBytes = 36 << 10
)

// holds is how much a session makes this process keep, as the session says.
type holds struct {
	bytes, spare atomic.Int64
	shed         rooms.Bell             // asks it to do without what is spare
	ring         atomic.Pointer[func()] // called when it is asked; nil: it waits for that
}

func newHolds() *holds { return &holds{shed: rooms.NewBell()} }

// ask asks the session to do without what is spare.
func (h *holds) ask() {
	h.shed.Ring()
	if ring := h.ring.Load(); ring != nil {
		(*ring)()
	}
}

func (h *holds) set(bytes, spare int) {
	h.bytes.Store(int64(bytes))
	h.spare.Store(int64(spare))
}

// Holds, Shed and GiveWay make a connection a [rooms.Holder] of all that its
// sessions keep and of what it sent ahead of them.
func (c *conn) Holds() (bytes, spare int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	bytes = connBytes + c.intake.Unread()
	for ch := range c.channels {
		bytes += sessionBytes + int(ch.holds.bytes.Load())
		spare += int(ch.holds.spare.Load())
	}
	return bytes, spare
}

// Shed asks every session.
func (c *conn) Shed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for ch := range c.channels {
		ch.holds.ask()
	}
}

// GiveWay ends the connection. Whoever reads nothing is not waited for.
func (c *conn) GiveWay(why *rooms.Ended) { c.hangUp(why) }
