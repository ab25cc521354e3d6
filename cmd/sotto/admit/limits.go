package admit

import "time"

// Every bound of the gate, with its unit and its reason.
const (
	// MaxConns is how many connections the server holds at once: with what one
	// of them may cost at worst it still fits a small machine. Beyond it somebody
	// has to give way (see crowd.go). MostConns is how many it may be told to hold: as
	// many as there are open files where our units raise their number, but for a few.
	MaxConns  = 4096
	MostConns = 16000
	// Reserve is how many connections of trusted proxies there may be beyond that, until
	// it is known whom they serve, since nobody gives way to somebody unknown: proxies pass
	// on whole requests, so each is there for as long as one takes to be read.
	Reserve = 64
	// MaxConnsPerSource is how many of them one source may hold: a lecture hall
	// behind one address.
	MaxConnsPerSource = 1024
	// WideShares and WidestShares are how many sources' shares all sources of an IPv6
	// network of 56 and of 48 bits have together: one customer of most providers has
	// one, with 256 and 65,536 sources in it, and some providers put many customers
	// into one. Three leave a quarter of what there is to others.
	WideShares   = 2
	WidestShares = 3
	// MaxWaiting is how many connections may be open without having entered.
	// They are the cheapest to make and the only ones that have shown nothing.
	// Beyond it one of them has to give way.
	MaxWaiting = 256
	// MaxProxied is the same for connections of trusted proxies of whom it is not known
	// yet whom they serve: proxies pass on whole requests, so these wait for the server
	// alone, and a storm behind a proxy must not refuse who comes by it too.
	MaxProxied = 1024
	// MaxWaitingPerSource keeps one source from filling MaxWaiting: a class
	// that enters on the same minute, a browser's six connections each.
	MaxWaitingPerSource = 64

	// KnockGrace is how long a connection that is coming in, and AskGrace one that
	// waits for an answer or has not joined yet, is safe from newcomers of its own
	// source, or of unknown ones, while the server is full: several round trips
	// over a bad line, and a page with all that belongs to it.
	KnockGrace = 2 * time.Second
	AskGrace   = 5 * time.Second

	// AbsentEvery is how long nobody is asked again whether they are there, once all
	// were: that takes a good part of a millisecond, and a storm must not make it all
	// that the server does.
	AbsentEvery = 250 * time.Millisecond

	// Grace is how long a connection may take to enter before leaving without
	// having entered counts as holding a slot on purpose. It is the doors'
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

	// headerBytes holds a PROXY header: 107 bytes at most in version 1, and in
	// version 2 with the extras that load balancers add.
	headerBytes = 1024

	// refusing is how many refused connections may be told at the same time;
	// beyond that they are just closed. Each is given tellFor to read it.
	refusing = 64
	tellFor  = time.Second
)

// Shares of GOMEMLIMIT. Below half of it Go collects as if there were no limit; at
// nine tenths it does little else, and a server that has to has been beaten.
const (
	// CalmShare is what must be in use before anybody is asked what they hold.
	CalmShare = 0.25
	// MemoryShare is where nobody new is let in, so that those inside can go on,
	// but for newcomers whose source holds no more than SmallShare: they did not
	// fill it, and whoever did makes room for them.
	MemoryShare = 0.75
	SmallShare  = 1.0 / 64
	// PressedShare is where whoever holds the most has to make room, until
	// RelievedShare is reached, and UrgentShare where there is no time to ask for
	// less first, and not even those newcomers are let in.
	PressedShare  = 0.85
	RelievedShare = 0.75
	UrgentShare   = 0.95
	// SourceShare is what one source may hold at any time, and no wider network more:
	// two that mean harm leave nothing, but one leaves as much as it takes. From SourceFull on nobody
	// else is let in from there.
	SourceShare = 0.4
	SourceFull  = 0.35
	// ConnShare is what one connection may hold at any time. It says something
	// where there is little memory; where there is much, what a connection's four
	// sessions can hold is less.
	ConnShare = 1.0 / 16
)

// How the memory is watched.
const (
	// MemoryEvery is how often the memory in use is measured, at most, and CalmEvery
	// while less than CalmShare is in use.
	MemoryEvery = 100 * time.Millisecond
	CalmEvery   = time.Second
	// ScarceFor is how long newcomers are refused at least, once there was too little.
	ScarceFor = time.Second
	// CollectRest is how long there is no second collection for a measurement, as
	// a multiple of what the first took: they take a fifth of the time at most.
	CollectRest = 4
	// ShedFor is how long a session may take to shed what it was asked to, and
	// GiveWayFor how long one may take to go: its last words included.
	ShedFor    = 500 * time.Millisecond
	GiveWayFor = 3 * time.Second
	// PlainBytes is what nobody is ended for, in bytes, until it is urgent, where the
	// source holds little or is not known: a screen or two in lively rooms. LeastBytes
	// is the same however urgent it is: a socket that is there and reads, its place,
	// and some lines that wait for it.
	PlainBytes = 256 << 10
	LeastBytes = 64 << 10
	// ShedLeast is how much must be spare for it to be worth asking, in bytes, and
	// ShedAgain how long nobody is asked twice: who has filled up again by then is
	// no one who writes.
	ShedLeast = 16 << 10
	ShedAgain = time.Minute
	// ArrivalBytes is what somebody who is let in is taken to hold, in bytes, until
	// they are asked themselves: a session, its part of a connection, and a place.
	ArrivalBytes = 64 << 10
)

// Penalties, after the model of OpenSSH's PerSourcePenalties: each offence adds
// its time, a source is refused only once PenaltyMin has come together, and no
// source is refused for longer than PenaltyMax.
const (
	PenaltyMin = 15 * time.Second
	PenaltyMax = 10 * time.Minute

	penaltyNoEntry = time.Second      // left without having entered
	penaltyGrace   = 20 * time.Second // held a slot for Grace without entering
	penaltyOffence = 5 * time.Second  // a door ended it for breaking a limit
)
