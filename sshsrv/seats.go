package sshsrv

import (
	"sync"

	"sotto/rooms"
)

// errSeats is for who wants to be in more rooms than one connection may.
var errSeats = &rooms.Error{Code: rooms.TooMany, Message: "The windows of your connection are in eight rooms already, and in no more at once. /leave closes one; ssh -S none makes a connection of its own."}

// seated takes a seat in a room for a full screen of the connection, if it may have one
// more. It is the connection's until it is closed.
func (c *conn) seated(take func() (*rooms.Seat, error)) (rooms.Participant, error) {
	c.mu.Lock()
	may := c.seats < MaxSeats
	if may {
		c.seats++
	}
	c.mu.Unlock()
	if !may {
		return nil, errSeats
	}
	letGo := sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.seats--
	})
	seat, err := take()
	if err != nil {
		letGo()
		return nil, err
	}
	return seatOf{seat, letGo}, nil
}

// seatOf is a seat that counts among those of a connection.
type seatOf struct {
	*rooms.Seat
	letGo func()
}

// Close implements [rooms.Participant].
func (s seatOf) Close() error {
	s.letGo()
	return s.Seat.Close()
}
