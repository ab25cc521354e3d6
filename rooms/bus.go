package rooms

import "time"

// Submission is an op on its way through a [Bus]. What it becomes is decided by what it
// carries and by what was before it.
type Submission struct {
	From string    // member id
	Gen  uint64    // which of the member's connections asked; older ones are read no more
	At   time.Time // when
	Op   Op
}

// Bus gives the ops of each room their order. What it returns is what happened,
// even when the bus is this process.
type Bus interface {
	// Open attaches a room to the bus. The bus calls deliver for every
	// submission of that room, one after the other or from several goroutines
	// at once; in the second case the order is that in which deliver takes the
	// room's lock.
	Open(kind Kind, name RoomName, deliver func(Submission)) Subscription
}

// Subscription is one room's end of a [Bus].
type Subscription interface {
	// Publish hands a submission to the bus. It may return before, or after,
	// deliver has seen it.
	Publish(Submission)
	// Close detaches; deliver is not called after it returns.
	Close()
}

// inProcess is the bus of a single server: a submission is delivered before
// Publish returns, and the room's mutex makes the order.
type inProcess struct{}

type directSubscription func(Submission)

func (inProcess) Open(_ Kind, _ RoomName, deliver func(Submission)) Subscription {
	return directSubscription(deliver)
}

func (d directSubscription) Publish(s Submission) { d(s) }
func (d directSubscription) Close()               {}
