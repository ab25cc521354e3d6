package intake

import "time"

const (
	// Window is what the SSH library grants a channel, in bytes.
	Window = 2 << 20
	// ChunkBytes is how much typed or piped input is taken off a channel at
	// once, in bytes. Each session holds a buffer of that size. It is a prime near
	// a kilobyte: where clients send whole buffers, the last read of them is not
	// full, and so it shows that there is no more.
	ChunkBytes = 1021

	// Free is how much of what a client sent may be unread in any case, in
	// bytes as they come: a paste of many pages, with all that is wrapped around
	// it. All connections that there may be at once have 256 MiB so.
	Free = 64 << 10
	// Pool is how much may be unread in all beyond that, in bytes. The
	// library's windows are 2 MiB: some who pipe much at a time have theirs, and
	// sent byte by byte it takes twice as much memory.
	Pool = 8 << 20
	// Shared is the same for a connection on which another session waits for
	// input: it would have to wait too.
	Shared = 16 << 20
	// IdleAfter is how long a session has to have waited to read for it to be known
	// that there is nothing: what the machine may take to tell it of what came.
	IdleAfter = 10 * time.Millisecond
	// RecheckEvery is how often a client that is held back is looked at again. A
	// thousand of them take 3 % of a processor.
	RecheckEvery = 100 * time.Millisecond
	// UnbegunFor is how long a client may be held back by a channel on which no
	// session was begun: what was sent there is never read, and the request for one
	// has been read by then if it came first.
	UnbegunFor = time.Second
	// SweepEvery is after how many bytes it is looked for what no session would
	// ever read. It is half of Free, so that it is found before it counts.
	SweepEvery = 32 << 10
)
