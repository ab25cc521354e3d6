package redis

import "time"

// How long things take, at most.
const (
	// StartFor is how long a Redis that can't be reached is waited for at start: as long as
	// a machine with both on it takes to come up.
	StartFor = 30 * time.Second
	// dialFor is how long a connection may take to be made, and to say who it is.
	dialFor = 2 * time.Second
	// silentFor is how long the other end of a connection may be silent to a question after
	// idleFor without a word; then it is taken for dead, with all that waits on it.
	silentFor = 2 * time.Second
	idleFor   = time.Second
	// mendEvery is how often is looked whether subscriptions are where they should be;
	// mendLeast and mendMost are how soon is tried again what failed.
	mendEvery = time.Second
	mendLeast = 50 * time.Millisecond
	mendMost  = time.Second
	// refreshEvery is how often it is asked who is master, beside when that is announced.
	refreshEvery = 5 * time.Second
)

// What a node holds in memory for its Redis.
const (
	// maxCalls is how many calls wait for an answer at once. The ring of a connection holds
	// twice as many, so that no call ever waits where its context doesn't count.
	maxCalls  = 128
	ringScale = 8
	// bufferBytes is what a connection reads and writes at once, each.
	bufferBytes = 64 << 10
	// maxEars is how many connections for listening one server may have, with those that
	// are being closed; one is used.
	maxEars = 16
	// subscribeAtOnce is how many subscriptions are asked for before they are answered.
	subscribeAtOnce = 256
	// maxRounds is how often in a row a call is made again because the store had to be put
	// in order first, or said that a room is elsewhere.
	maxRounds = 5
)

// maxNumber is where numbers end: the scripts count in floating point.
const maxNumber = 1 << 53
