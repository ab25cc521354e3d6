package sshsrv

import (
	"time"

	"sotto/sshsrv/tui/run"
)

// Every bound of the SSH door, with its unit and its reason. What a person may
// say and hold is bounded in package rooms; these bound the connection around
// it. Whoever runs into one is told in a sentence where there is still a
// channel to say it on.
const (
	// HandshakeTimeout is how long a connection may take from the first byte to
	// the end of authentication: ten round trips over a bad satellite link.
	HandshakeTimeout = 10 * time.Second
	// HandshakeShare is how many processors there are for each handshake that is
	// worked on at a time, but one at least: a key exchange takes less than a
	// millisecond, and those inside need some of the machine in a storm of them.
	HandshakeShare = 2
	// LobbyTimeout is how long a connection may stay after its handshake, and a
	// channel after it was opened, without having begun a session. Such a
	// connection counts against those who wait to enter; whoever sets up a shared
	// connection first (ssh -MN) is in within a minute.
	LobbyTimeout = time.Minute
	// MaxAuthTries is how many refused attempts end a connection. Every method
	// is let in, so only a broken client ever sees a refusal.
	MaxAuthTries = 3

	// MaxChannels is how many session channels one connection may have open, so
	// that one handshake can't buy a thousand screens. A person who shares a
	// connection between windows (ControlMaster) needs two or three.
	MaxChannels = 4
	// SessionRate and SessionBurst bound how fast sessions may begin on one
	// connection, in sessions a second and at once: each may be somebody who
	// comes into a room and goes, on everybody's screen. A script that pipes
	// line by line over a shared connection stays within.
	SessionRate  = 1
	SessionBurst = 30
	// MaxSeats is how many rooms the full screens of one connection are in at once: as
	// many as one window shows, so that more sessions buy no more of them, and a source
	// has no more places than its connections times this.
	MaxSeats = run.MaxSeats
	// MaxRejects is how many refused channels end a connection. Clients ask for
	// a forwarding or two that they don't get; floods ask for thousands.
	MaxRejects = 64

	// MaxColumns and MaxRows bound a window, in cells. A screen costs memory by
	// the cell, and nobody reads lines of more than 300 columns.
	MaxColumns = 300
	MaxRows    = 100
	// ResizeEvery is how often a session learns of a new window size. Dragging a
	// window's corner sends hundreds; the newest counts. Each redraws the whole
	// screen, so after ResizeBurst of them, a second and a half of dragging, it
	// learns of one each ResizeRest.
	ResizeEvery = 100 * time.Millisecond
	ResizeBurst = 16
	ResizeRest  = time.Second
	// WindowRate and WindowBurst bound the window changes that a channel may tell of,
	// in requests a second and at once: more than any screen shows frames, for as
	// long as anybody drags.
	WindowRate  = 250
	WindowBurst = 5000

	// MaxTermBytes is the longest TERM that is believed; the longest name in the
	// terminfo data base is shorter.
	MaxTermBytes = 32
	// MaxEnvBytes is the longest COLORTERM that is believed, and the longest setting:
	// no time zone has a longer name.
	MaxEnvBytes = 32
	// MaxCommandBytes is the longest command line: a room, a name and flags need
	// less than half of it.
	MaxCommandBytes = 256

	// MaxRequestsBeforeShell is how many requests a channel may carry before its
	// shell. OpenSSH sends a terminal, a handful of environment and the shell.
	MaxRequestsBeforeShell = 512
	// RequestRate and RequestBurst bound a channel's requests after its shell,
	// in requests a second and requests at once; window changes coalesce and do
	// not count. The same holds for a connection's global requests: a rate and
	// no total, since keepalives of a long session are global requests too.
	RequestRate  = 20
	RequestBurst = 200
	// RequestBytes is how many bytes of a request count as another one. What clients
	// send has a tenth of that.
	RequestBytes = 1 << 10

	// StallTimeout is how long a write may make no progress. A client that reads
	// nothing for that long is gone or means harm.
	StallTimeout = 10 * time.Second
	// DeadlineEvery is how often a connection's write deadline is renewed while
	// it writes: each renewal costs as much as encrypting the write does.
	DeadlineEvery = time.Second
	// StallGrace is how long a stalled channel's writer has to come free once
	// its channel was closed; then the connection ends too, because nothing
	// else frees a writer that waits for the client to open its window.
	StallGrace = 2 * time.Second
	// PacketBytes is the most, in bytes, that goes into one packet of a channel.
	// The SSH library keeps two buffers as large as the largest packet was, as
	// long as the channel lives.
	PacketBytes = 1 << 10
	// WriteChunk is the most, in bytes, that counts as one step of progress: who
	// reads less than that in StallTimeout reads slower than a 1980s modem.
	WriteChunk = 4 << 10
	// SendBuffer is the kernel's send buffer of one connection, in bytes: what a
	// connection may have on its way beside its outbox.
	SendBuffer = 64 << 10
	// LightRate and LightBytes are how much may be typed or pasted into a session, in
	// bytes a second and at once, without its turn being waited for: more than
	// anybody writes, and a large paste.
	LightRate  = 4 << 10
	LightBytes = 64 << 10
	// WorkShare is how many processors there are for each session that is worked on
	// because more comes than that, but one at least.
	WorkShare = 2
	// TurnFor is how long a turn lasts at most: what it takes to work on the hardest
	// [intake.ChunkBytes].
	TurnFor = 50 * time.Millisecond

	// EOFGrace is how long the end of input is held back, since for a moment the
	// end of a connection looks just like it.
	EOFGrace = 10 * time.Millisecond

	// KeepaliveEvery is how often the client is asked for a sign of life, and
	// KeepaliveMisses how many intervals may pass without one: a laptop that was
	// closed is noticed after a minute and a half.
	KeepaliveEvery  = 30 * time.Second
	KeepaliveMisses = 3

	// CutGrace is how long a connection that is being cut has left to carry the
	// sentence that says why.
	CutGrace = time.Second
	// DrainNotice is how long after the start of a shutdown sessions that are in
	// no room are told; those in a room hear it from the room at once.
	DrainNotice = time.Second
	// DrainHangUp is how long clients have to hang up by themselves, once their
	// sessions are over, before the connection is closed from here: OpenSSH says
	// "closed by remote host" otherwise.
	DrainHangUp = 300 * time.Millisecond
	// DrainTimeout is how long a shutdown waits in all before it closes the
	// connections.
	DrainTimeout = 3 * time.Second
)
