package rooms

import (
	"context"
	"errors"
	"time"
)

// Record is something that was asked of a room, as its [Log] keeps it: all that it takes to
// know what became of it, beside the records before it.
type Record struct {
	// Epoch and Number are where it stands, which the log says once it hands it back: the
	// number rises by one with each record of a room, the epoch when the log has lost its
	// memory. Number 0: it is the next.
	Epoch, Number uint64

	At   time.Time // when, by the clock of the log where several servers share it
	Node string    // which of those servers appended it, which the log says as well; empty: there is one
	From string    // id of a member, of who comes in or of a knock; empty: the room itself
	Gen  uint64    // which of the member's connections asked; older ones are read no more
	Op   Op
}

// Arrives reports whether somebody who is not in the room asks for a place by it, or to be let
// in: without that, nobody is in a room that is vacant.
func (r Record) Arrives() bool {
	switch r.Op.(type) {
	case enter, knocks:
		return true
	}
	return false
}

// Log gives the records of each room their order. What it returns is what happened, even
// when the log is this process. It may be slow, and it may fail.
type Log interface {
	// Open attaches a room to its log, once the follower was given what the room is already.
	// It may take its time, and whoever wants to come in waits. Where it fails they are told
	// that the servers can't reach each other.
	Open(ctx context.Context, kind Kind, name RoomName, to Follower) (Tail, error)
}

// Tail is one room's end of a [Log]. All of its methods may be called from several
// goroutines, and by whoever a record is delivered to.
type Tail interface {
	// Append hands a record to the log, which hands it back to every [Follower] of the room,
	// before Append returns or after. One that it is sure never to hand back it gives to
	// this end's as failed, later.
	Append(Record)
	// Pass hands a record to every follower without an order, or not at all: what is worth
	// nothing a moment later has no place in the log.
	Pass(Record)
	// Close detaches. It does not wait for a record that is being delivered, and none comes
	// after that.
	Close()
}

// Shared is a [Log] of several servers.
type Shared interface {
	Log
	// Node is which of them this one is, until it was taken for gone: then it is another.
	Node() string
	// Mark leads to a room at every server, and says nothing of it.
	Mark(kind Kind, name RoomName) Mark
	// Find returns the room that a mark leads to. The error is [ErrNoRoom], or says that
	// the servers can't reach each other.
	Find(ctx context.Context, m Mark) (Kind, RoomName, error)
}

// Mark is as of [Shared].
type Mark [12]byte

// ErrNoRoom says that no server has a room.
var ErrNoRoom = errors.New("no server has that room")

// Follower is who learns what a [Log] returns. A log of one process calls Deliver, Passed
// and Failed alone; one that is [Shared] calls nothing but Restore and Deliver before Open
// has returned, and one of its methods at a time.
type Follower interface {
	// Deliver takes the next record of the log. Own says that this end appended it. If it is
	// called from several goroutines at once, the order is that in which they get the room's
	// lock, which only a log with one follower may leave to it.
	Deliver(r Record, own bool)
	// Passed takes one that was passed by.
	Passed(Record)
	// Failed takes back one that this end appended, and that will not be delivered: it did
	// not happen.
	Failed(Record)
	// Settled says of one that this end appended that it happened, and is a part of what was
	// just restored: it will not be delivered.
	Settled(Record)

	// Restore makes the room what a snapshot says that it is: before the first record, or
	// instead of what it was, where the log can't give what is between. Whoever is here is
	// told of what they miss by that.
	Restore(snapshot []byte) error
	// Snapshot is what the room is after the record with that epoch and number.
	Snapshot() (snapshot []byte, epoch, number uint64, err error)
	// Vacant reports whether nobody is in the room, at any server, or waits at its door.
	Vacant() bool
	// Nodes are the servers of whoever is in the room or waits at its door, in any order.
	Nodes() []string
	// Shuns reports whether the room has taken a server for gone: nothing that it asks
	// happens any more.
	Shuns(node string) bool
	// Lost says that one of those is gone, since that time by the clock of the log.
	Lost(node string, since time.Time)
	// Here says that this server is there, and which one it is, time and again: whoever the
	// room has at it, and who is nowhere on it, leaves.
	Here(node string)
	// Fenced says that the others took this server for gone: every seat here ends, to come
	// back by its ticket.
	Fenced()
	// Broken says that this end can't go on: every seat here ends, to come in anew or by its
	// ticket, and nothing is delivered any more.
	Broken()
	// Stalled says that the log has taken nothing for [StallAfter], or takes what waits.
	Stalled(on bool)
}

// inProcess is the log of a single server: a record is delivered before Append returns, and
// the room's mutex makes the order.
type inProcess struct{}

type direct struct{ to Follower }

func (inProcess) Open(_ context.Context, _ Kind, _ RoomName, to Follower) (Tail, error) {
	return direct{to}, nil
}

func (d direct) Append(r Record) { d.to.Deliver(r, true) }
func (d direct) Pass(r Record)   { d.to.Passed(r) }
func (d direct) Close()          {}
