package run

import "sync/atomic"

// cause is why a session is called: a bit for each kind.
type cause uint32

const (
	byEnd    cause = 1 << iota // its context ended
	byInput                    // its terminal sent something, or the input ended
	bySeat                     // a seat may have something
	byResult                   // a command returned, or somebody who waits in a goroutine has something
	byDoor                     // its door has a size, a pause or a wish to keep less
	byTime                     // an alarm may be due
	// called says that it will be seen to: nobody else has to wake it. It stays so once
	// the session is over.
	called
)

// calls are what a session is called for until it comes. So it waits at one place for all
// that may happen, and whoever calls it twice wakes it once.
//
// Whoever puts something where a session finds it calls it afterwards, and the session takes
// note of what it is called for before it looks there.
type calls struct {
	state atomic.Uint32
	wake  func() // static; it does not wait
}

// call calls the session. It does not wait.
func (c *calls) call(why cause) {
	if cause(c.state.Or(uint32(why|called)))&called == 0 {
		c.wake()
	}
}

// causes is what it was called for since the last time.
func (c *calls) causes() cause { return cause(c.state.Swap(uint32(called))) &^ called }

// again reports whether it was called for why since, which is then seen to.
func (c *calls) again(why cause) bool {
	return cause(c.state.Load())&why != 0 && cause(c.state.And(^uint32(why)))&why != 0
}

// rest reports whether there is nothing to do: then whoever calls next wakes the session.
func (c *calls) rest() bool { return c.state.CompareAndSwap(uint32(called), 0) }
