package line

import (
	"sotto/rooms"
	"sotto/rooms/wire"
)

// What the modes without a person keep at most beside what a session costs in any
// case, in bytes: little enough to be counted whether it is there or not.
const (
	// PipeHolds is a line that does not end, what waits for the rate limit, what may
	// have been typed, and the messages that reactions are told of, of which few have
	// many.
	PipeHolds = maxLineBytes + 2*rooms.MaxTextBytes + handBytes + pipeHeard<<10
	// FramesHold is a frame that does not end.
	FramesHold = wire.MaxFrameBytes
)

// account tells the door how much is kept here.
func (l *linear) account() {
	if l.visit.Holds == nil {
		return
	}
	bytes := l.keys.Holds() + l.queue.Bytes()
	for _, line := range l.held {
		bytes += len(line.text)
	}
	l.visit.Holds(bytes+l.stay.messages.Bytes(), 0)
}
