package webbridge

import "time"

// Every bound of the browser's door, with its unit and its reason. What a
// person may say and hold is bounded in package rooms.
const (
	// MessageTimeout is how long a message may take from its first byte to its
	// last: 64 KiB over a bad line. What has begun and does not end would hold
	// memory for nothing.
	MessageTimeout = 10 * time.Second
	// WriteTimeout is how long a message may take to get into the kernel's
	// buffer. Who reads nothing for that long is gone or means harm.
	WriteTimeout = 10 * time.Second
	// DeadlineEvery is how often a connection that is written to gets its time
	// anew: at each write that would be a good part of its cost.
	DeadlineEvery = time.Second
	// GiveWayGrace is how long a socket that gives way to others has left to carry
	// the sentence that says why.
	GiveWayGrace = time.Second
	// PingEvery is how long a socket may be silent before it is asked for a sign
	// of life, how long an answer may take, and PingMisses how many may fail to
	// come: a laptop that was closed is noticed after two minutes.
	PingEvery  = 30 * time.Second
	PingMisses = 3

	// MaxRooms is how many rooms one window may show: each is a socket, a page of its
	// own in it, and a key from Alt-1 on.
	MaxRooms = 8

	// MessageBytes is how much the events of one message take together: enough
	// to make a busy room cheap, little beside the outbox. One larger event,
	// such as a full room's welcome, goes alone.
	MessageBytes = 32 << 10
	// EmptyMessage is what a message without a frame counts as, beside its bytes, of
	// those that say nothing.
	EmptyMessage = 32
	// shortMessage is how much room a message gets at first, in bytes: nearly all have
	// enough of it.
	shortMessage = 1 << 10
	// SendBuffer is the kernel's send buffer of a connection, in bytes: what may
	// be on its way beside the outbox.
	SendBuffer = 64 << 10

	// HeaderTimeout, RequestTimeout, ResponseTimeout and IdleTimeout bound the
	// phases of a request, and a connection between two. The last is short because
	// net/http's HTTP/2 starts its timer once more when a connection ends with an
	// answer under way, and holds until then what that browser's headers said.
	HeaderTimeout   = 10 * time.Second
	RequestTimeout  = 15 * time.Second
	ResponseTimeout = 30 * time.Second
	IdleTimeout     = 5 * time.Second
	// MaxHeaderBytes is more than browsers send without cookies, which this
	// server never sets.
	MaxHeaderBytes = 16 << 10
	// MaxStreams is how many requests one HTTP/2 connection may have at once: a
	// page asks for all its modules together.
	MaxStreams = 64

	// DrainNotice is how long after the start of a shutdown sockets that are in
	// no room are told; those in a room hear it from the room at once.
	DrainNotice = time.Second
	// DrainTimeout is how long a shutdown waits in all before it closes the
	// connections.
	DrainTimeout = 3 * time.Second
)
