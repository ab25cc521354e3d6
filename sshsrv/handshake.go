package sshsrv

import (
	"net"
	"sync"
	"sync/atomic"
)

// A newcomer is a connection whose handshake is not over. What it sends is worked
// on by turns, so that two thousand who come at once take no more of the machine
// than one after another would, and those inside get theirs.
//
// A turn is taken when something was read, and given back at the next read or
// write: nobody has one while waiting for a peer, so none can be held by silence.
type newcomer struct {
	net.Conn
	turns chan struct{} // one token for each that is being worked on

	over   atomic.Bool // the handshake is over, or the connection is
	onTurn atomic.Bool

	opening opening
	ends    sync.Once // of the opening
}

func newNewcomer(c net.Conn, turns chan struct{}) *newcomer {
	return &newcomer{Conn: c, turns: turns, opening: opening{over: make(chan struct{})}}
}

// asks notes that the client has asked to be let in.
func (n *newcomer) asks() {
	n.opening.known.Store(true)
	n.ends.Do(func() { close(n.opening.over) })
}

// endTurns ends the taking of turns.
func (n *newcomer) endTurns() {
	n.over.Store(true)
	n.yield()
}

func (n *newcomer) yield() {
	if n.onTurn.Swap(false) {
		<-n.turns
	}
}

func (n *newcomer) Read(p []byte) (int, error) {
	n.yield()
	opening := !n.opening.known.Load()
	if opening {
		p = p[:min(len(p), n.opening.limit())]
	}
	k, err := n.Conn.Read(p)
	if opening {
		n.opening.note(p[:k])
	}
	if err == nil && !n.over.Load() {
		n.turns <- struct{}{}
		n.onTurn.Store(true)
		if n.over.Load() { // meanwhile, and nobody else gives it back
			n.yield()
		}
	}
	return k, err
}

func (n *newcomer) Write(p []byte) (int, error) {
	n.yield()
	return n.Conn.Write(p)
}

// Close closes the connection before it ends the opening: whoever waits there would
// read on, into a queue that nobody empties any more.
func (n *newcomer) Close() error {
	n.endTurns()
	err := n.Conn.Close()
	n.ends.Do(func() { close(n.opening.over) })
	return err
}

// NetConn is the connection as the listener accepted it.
func (n *newcomer) NetConn() net.Conn { return n.Conn }

// Entered, Offend and GiveWay pass on what the listener wants to know, and what it
// is told.
func (n *newcomer) Entered() {
	if l, ok := n.Conn.(counted); ok {
		l.Entered()
	}
}

func (n *newcomer) Offend() {
	if l, ok := n.Conn.(penalised); ok {
		l.Offend()
	}
}

func (n *newcomer) GiveWay(do func(sentence string)) {
	if l, ok := n.Conn.(yielding); ok {
		l.GiveWay(do)
	}
}
