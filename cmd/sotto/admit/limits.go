package admit

import "time"

// Every bound of the gate, with its unit and its reason.
const (
	// MaxConns is how many connections the server holds at once: with what one
	// of them may cost at worst it still fits a small machine. Beyond it somebody
	// has to give way (see share.go).
	MaxConns = 4096
	// MaxConnsPerSource is how many of them one source may hold: a lecture hall
	// behind one address.
	MaxConnsPerSource = 1024
	// MaxWaiting is how many connections may be open without having entered.
	// They are the cheapest to make and the only ones that have shown nothing.
	// Beyond it one of them has to give way.
	MaxWaiting = 256
	// MaxWaitingPerSource keeps one source from filling MaxWaiting: a class
	// that enters on the same minute, a browser's six connections each.
	MaxWaitingPerSource = 64

	// KnockGrace is how long a connection that is coming in, and AskGrace one that
	// waits for an answer or has not joined yet, is safe from newcomers of its own
	// source, or of unknown ones, while the server is full: several round trips
	// over a bad line, and a page with all that belongs to it.
	KnockGrace = 2 * time.Second
	AskGrace   = 5 * time.Second

	// Grace is how long a connection may take to enter before leaving without
	// having entered counts as holding a place on purpose. It is the doors'
	// limit for a handshake.
	Grace = 10 * time.Second

	// RoomsPerSource in RoomsWindow is how many new rooms one source may make:
	// a workshop that splits into groups, not a script that fills memory.
	RoomsPerSource = 60
	RoomsWindow    = 10 * time.Minute

	// Rotation is how long a source keeps its pseudonym: long enough for the
	// limits above, short enough to be of no use afterwards.
	Rotation = time.Hour
	// MaxSources bounds the table of sources, in entries of about 200 bytes; a
	// whole IPv6 provider behind a scan must not fill memory. OpenSSH uses the
	// same number.
	MaxSources = 65536

	// MemoryShare is the share of GOMEMLIMIT above which nobody new is let in,
	// so that those inside can go on.
	MemoryShare = 0.8
	// MemoryEvery is how often the memory in use is measured at most, and
	// MemoryShortEvery how often while there is too little: that takes a
	// collection each time.
	MemoryEvery      = 100 * time.Millisecond
	MemoryShortEvery = time.Second

	// headerBytes holds a PROXY header: 107 bytes at most in version 1, and in
	// version 2 with the extras that load balancers add.
	headerBytes = 1024

	// refusing is how many refused connections may be told at the same time;
	// beyond that they are just closed. Each is given tellFor to read it.
	refusing = 64
	tellFor  = time.Second
)

// Penalties, after the model of OpenSSH's PerSourcePenalties: each offence adds
// its time, a source is refused only once PenaltyMin has come together, and no
// source is refused for longer than PenaltyMax.
const (
	PenaltyMin = 15 * time.Second
	PenaltyMax = 10 * time.Minute

	penaltyNoEntry = time.Second      // left without having entered
	penaltyGrace   = 20 * time.Second // held a place for Grace without entering
	penaltyOffence = 5 * time.Second  // a door ended it for breaking a limit
)
