package webbridge

import (
	"sotto/rooms"
)

// socketBytes is what a socket costs that is silent, in bytes: the library's
// buffers, goroutines and timers. TestChargeIsReal measures it.
const socketBytes = 32 << 10

// Holds, Shed and GiveWay make a socket a [rooms.Holder] of itself, of the message that
// is on its way in, as large as it may be, and of its part in voice. Nothing of that is
// spare.
func (s *socket) Holds() (bytes, spare int) {
	bytes = socketBytes + int(s.receiving.Load())
	s.mu.Lock()
	talk := s.talk
	s.mu.Unlock()
	if talk != nil {
		bytes += talk.Holds()
	}
	return bytes, 0
}

// Shed does nothing.
func (s *socket) Shed() {}

// GiveWay says why and closes the socket. Whoever reads nothing is not waited for.
func (s *socket) GiveWay(why *rooms.Ended) {
	s.after(0, func() { s.end(why, closeCode(why)) })
	s.after(GiveWayGrace, s.cut)
}
