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
//   - One order per room. What the [Bus] returns is what happened: every seat
//     sees the same events in the same order, its own included.
//   - No seat delays another. A room appends to each seat's bounded outbox and
//     rings its bell; it never calls a door and never waits.
//   - Nobody keeps others out or ends them by being many or loud: where there is
//     not enough for all, whoever holds or says most gives way, in an order that
//     docs/decisions/shares.md gives.
//   - Nothing is lost silently. A seat that can't keep up ends with a reason;
//     a place whose connection was lost keeps what fits and then reports a gap.
//   - Text is cleaned once, here: what leaves this package can't control a
//     terminal or a page.
//
// Less formally: a seat is a chair in a room with a tray in front of it.
// Everybody's words are put on every tray; whoever lets the tray overflow is
// asked to leave, and nobody else notices.
//
// # Concurrency
//
// Locks are taken in the order hub, room, outbox, and never the other way.
// Under a room's mutex there is only map work and appends to outboxes: no I/O,
// no encoding, no waiting on a limiter, no callback, no logging.
//
// Events are immutable and shared by everybody who is given them. A door may
// keep a derived form beside an event ([Forms]), so that it is encoded once
// and not once per reader.
package rooms
