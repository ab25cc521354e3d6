// Package rooms is the domain of sotto: anonymous rooms that live in memory
// and vanish when the last person leaves.
//
// A participant is something that can do an op, take the next events, and
// close (see [Participant]). A terminal over SSH, a pipe, a browser and the native
// client differ only in who calls those three. The package knows no transport,
// no encoding and no screen, and nothing about a person beyond what is said in
// the room: no key, no login name, no address.
//
// # What it guarantees
//
//   - One order per room. What the [Log] returns is what happened: every seat
//     sees the same events in the same order, its own included.
//   - No seat delays another. A room appends to each seat's bounded outbox and
//     rings its bell; it waits for no door.
//   - Nobody keeps others out or ends them by being many or loud: where there is
//     not enough for all, whoever holds or says most gives way, in an order that
//     docs/decisions/shares.md gives.
//   - Nothing is lost silently. A seat that can't keep up ends with a reason;
//     a place whose connection was lost keeps what fits and then reports a gap.
//   - Text is cleaned once, here: what leaves this package can't control a
//     terminal or a page.
//
// A [Seat] is one connection's hold on a place, which outlives it for a minute. What
// waits for the place is in its outbox, 256 KiB at most: a minute of a lively room.
// Whoever takes nothing for longer is ended, and nobody else notices.
//
// # Concurrency
//
// Locks are taken in the order hub, room, outbox, and never the other way. Behind
// these come those of awayPlaces, pace, sealOrder and Limiter, one at a time; only
// inspect, which shows a place as it is at one moment, holds all of that place's at
// once, in the order in which it lists them.
//
// Under a room's mutex there is only map work and appends to outboxes: no I/O,
// no encoding, no waiting on a limiter, no logging, and no callback but that of
// [Seat.AskBy], which may not block.
//
// Events are immutable and shared by everybody who is given them. A door may
// keep a derived form beside an event ([Forms]), so that it is encoded once
// and not once per reader.
package rooms
