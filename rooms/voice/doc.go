// Package voice passes on what people say to each other by voice. It knows sound as Opus
// packets that it never looks into, who of a room is in its voice, and whom each of them
// hears; no network and no encryption. What it is told of by its callers, it forwards in
// their own goroutine: nobody waits for anybody, and a receiver that can be slow has a
// bounded queue of its own.
//
// A room's voice is a call. In an open room everybody hears the loudest of the others, as
// many as they have slots for; a slot that changes hands goes on in sequence and time, so
// that whoever plays it notices nothing. How loud somebody is, is what they say themselves:
// so nobody keeps a slot from others who never pauses. In a sealed room nobody here can tell
// who is loud, and every other has a slot of their own.
package voice

import (
	"time"

	"sotto/rooms"
)

// Every bound, with its unit and its reason.
const (
	// MaxPayload is the largest packet that is passed on, in bytes: 20 ms of the best Opus
	// takes some hundred, and with its headers it fits every network.
	MaxPayload = 1000
	// PacketRate and PacketBurst are how much somebody may say, in packets a second and at
	// once: fifty come from an honest microphone, and a second of them after a hiccup.
	PacketRate  = 60
	PacketBurst = 60
	// ByteRate and ByteBurst are the same in bytes: 48 kbit/s, and two seconds of it.
	ByteRate  = 48_000 / 8
	ByteBurst = 2 * ByteRate

	// Clock is the ticks of a packet's time in a second, and frame those of 20 ms.
	Clock = 48_000
	frame = Clock / 50
	// maxGap is how many packets may be missing for what follows to count as the same
	// stream, two seconds; after more it goes on behind what came last.
	maxGap = 100

	// connectWithin is for how long somebody keeps a place that others want without a
	// connection for sound: one on a bad network comes in two or three seconds.
	connectWithin = 5 * time.Second
	// waitsKept is for how long after their first offer it is known of somebody who has
	// left that no connection came of it, so that leaving and coming back renews nothing;
	// maxWaits is of how many at most.
	waitsKept = time.Minute
	maxWaits  = 4 * rooms.MaxVoiceSize

	// tick is how often a call looks whether its people may still speak, and at all be
	// there: half of the fifth of a second in which whoever left is silent.
	tick = 100 * time.Millisecond
	// markEvery is how often at most others are told that somebody speaks or no longer
	// does, and muteEvery that they are muted or not.
	markEvery = 500 * time.Millisecond
	muteEvery = 250 * time.Millisecond

	// speaks is how loud somebody is who is shown as speaking, in decibels above silence,
	// and hushed how loud no more: the difference keeps the mark from flickering.
	speaks = 127 - 50
	hushed = 127 - 56
	// margin is how much louder somebody is who takes another's slot, in decibels, and
	// idle after what time one that is silent is free: syllables take no slot from each
	// other, and an answer takes it before its second word.
	margin = 6
	idle   = 400 * time.Millisecond

	// quietSize is how large a packet that holds only silence may be, in bytes: 60 ms of
	// digital silence take eight, 20 ms of speech at Opus' lowest rate fifteen. It counts as
	// silence, whatever its sender says of it.
	quietSize = 8
	// loudest is the level above which nobody counts, in decibels below the loudest: a loud
	// voice. Who says more could be displaced by nobody.
	loudest = 30
	// hold is for how long somebody may speak without a pause before a slot is theirs only
	// while nobody else wants it: by then who speaks has taken a breath. breath is how long
	// that is: five packets, so that of whoever waits one comes in it.
	hold   = 8 * time.Second
	breath = 100 * time.Millisecond
)
