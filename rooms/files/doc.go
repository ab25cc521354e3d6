// Package files gives and takes files over a seat in a room, while both ends are
// there. It is pure bookkeeping until [Seat] puts it around a seat: a [Desk]
// learns what happened and when, and says what to pass to whom.
//
// # What it guarantees
//
//   - What is taken is, byte for byte, the file that was offered, or is dropped
//     with a sentence that says why: chunks are authenticated one by one, taken in
//     order, and the sum of the whole is compared before anything is kept.
//   - Chunks may be lost, repeated and reordered on the way; the taker asks again.
//   - Nobody is sent more than they asked for, and nobody waits for anybody else:
//     who takes slowly, or asks for the same again and again, slows only
//     themselves.
//   - It never decides to take: a person does.
//
// It knows no network, no folder and no screen. Sources and sinks of bytes are
// given to it; formulas and layouts are those of docs/SEALED.md.
package files

import "time"

const (
	// ChunkBytes is how much of a file one chunk carries.
	ChunkBytes = 16 << 10
	// Window is how many chunks one end asks for beyond those it has, over all
	// that it takes at once: less than the server holds for it. WindowLeast is
	// what each has at least, so that it never waits for its own report alone.
	Window      = 8
	WindowLeast = 2
	// PassEvery is the shortest time between two passes of any kind: 200 a second,
	// below what the server lets through, so that none is refused.
	PassEvery = 5 * time.Millisecond
	// AgainAfter is how long nothing may come before the taker asks again; where
	// chunks come more slowly, longer, up to AgainLatest.
	AgainAfter  = 2 * time.Second
	AgainLatest = 20 * time.Second
	// GiveUpAfter is how long either end waits for the other: longer than a place
	// waits for its lost connection.
	GiveUpAfter = 75 * time.Second
	// MaxOffers is how many files one end offers at once, and MaxTakes how many it
	// takes: each holds an open file.
	MaxOffers = 4
	MaxTakes  = 4
	// MaxTakers is how many may take one file at the same time. Whoever comes
	// later gets on when one of them is done.
	MaxTakers = 64
	// MaxKnown is how many offers are remembered to be taken, the newest ones.
	MaxKnown = 64
	// MaxEnded is how many offers that ended are remembered, to tell whoever asks.
	MaxEnded = 16
	// ProgressEvery is the shortest time between two looks at how far a transfer
	// is: as often as a person can tell.
	ProgressEvery = 100 * time.Millisecond
)
