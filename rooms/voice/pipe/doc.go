// Package pipe is somebody's end of voice by two streams of bytes, Ogg Opus both ways. It
// decodes nothing, mixes nothing, and knows no network.
//
// # What it guarantees
//
//   - What is read is said in its own time, however fast it comes: a file is spoken, and
//     its bytes wait where they came from, but for five seconds of them. What comes live is
//     said as it comes, and catches up in pauses with what waited.
//   - What is heard is one stream of one channel that any player plays: of those who are
//     heard one at a time, changed between two packets, and silence in between, written on
//     a clock, in the order in which it was said, whatever a network made of that. It gains no
//     delay: whatever comes too late is left out.
//   - A stream that nobody reads holds up nobody who speaks. What is dropped for that is
//     told, once.
package pipe

import (
	"time"

	"sotto/rooms/ogg"
)

const (
	// Slots is how many others somebody hears in an open room by a pipe: one stream carries
	// one voice, and which of them it is the room decides.
	Slots = 1

	// gain is by how much more than time goes what is read is said faster, in parts of a
	// million, so that a microphone whose clock is a little fast does not fill the pipe, and
	// no ear hears it.
	gain = 2000
	// pause is after what silence what comes live counts as a new start: the clock of the
	// packets is moved on by as much.
	pause = 200 * time.Millisecond

	// level is how loud somebody counts who speaks by a pipe, in decibels below the loudest,
	// and silent who does not: the packets do not say more.
	level  = 40
	silent = 127

	// late is for how long nothing has to come before silence is written: what a packet may
	// be late by over most networks.
	late = 60 * time.Millisecond
	// ahead is how much more may have been written than time has passed, which is what
	// whoever plays it hears later: packets that were held up on their way come at once.
	ahead = 200 * time.Millisecond
	// lapse is how far from what was heard last somebody's packet may be, in samples, to be
	// of the same stream: 2 s.
	lapse = 2 * ogg.Rate
	// hidden is how long a hole may be that the player's decoder is asked to hide.
	hidden = 100 * time.Millisecond
	// stuck is how long a write may take before what comes meanwhile is old, and queue how
	// many packets wait for it, which is a second of them.
	stuck = 500 * time.Millisecond
	queue = 50
	// breath is how long somebody may pause before another takes the stream over, where the
	// room does not choose.
	breath = 400 * time.Millisecond
)
