package rooms

import (
	"context"
	"time"
)

// Record is something that was asked of a room, as its [Log] keeps it: all that it takes to
// know what became of it, beside the records before it.
type Record struct {
	// Epoch and Number are where it stands, which the log says once it hands it back: the
	// number rises by one with each record of a room, the epoch when the log has lost its
	// memory. Number 0: it is the next.
	Epoch, Number uint64

	At   time.Time // when
	From string    // id of a member, of who comes in or of a knock; empty: the room itself
	Gen  uint64    // which of the member's connections asked; older ones are read no more
	Op   Op
}

// Log gives the records of each room their order. What it returns is what happened, even
// when the log is this process. It may be slow, and it may fail.
type Log interface {
	// Open attaches a room to its log. It may take its time, and whoever wants to come in
	// waits. Where it fails they are told that the servers can't reach each other.
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

// Follower is who learns what a [Log] returns.
type Follower interface {
	// Deliver takes the next record of the log. Own says that this end appended it. If it is
	// called from several goroutines at once, the order is that in which they get the room's
	// lock, which only a log with one follower may leave to it.
	Deliver(r Record, own bool)
	// Passed takes one that was passed by.
	Passed(Record)
	// Failed takes back one that this end appended, and that will not be delivered.
	Failed(Record)
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
