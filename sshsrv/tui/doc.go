// Package tui is the room as a full screen in a terminal: over SSH, and in the
// native client, the same.
//
// A [Screen] is the model, in Bubble Tea's sense: messages go into Update,
// which does no I/O, and Frame tells what the screen should show, as rows. A
// runtime ([run.Show]) owns the terminal: it decodes keys, takes events from the
// seat, and paints.
//
// The screen itself has the seat and what is known of the room (its stay), and passes
// each message to whom it concerns, of four models: reading (the timeline, unread,
// search, the chosen message), composing (the composer, what waits and is on its way),
// cards (the front page, a door, and what is opened over the talk) and layout (sizes, colours,
// bars, the frame). None of them knows the screen, and none but the layout another.
//
// # What it guarantees
//
//   - Words on the screen were cleaned by package rooms; a row holds styles,
//     links whose text is their own address, and printable characters, nothing
//     else. The window's title and notifications carry nobody's words or name.
//   - A message costs the rows it adds. Rows are drawn once for all sessions
//     that show them alike, and let go when none does.
//   - What was typed is never lost: not by an event, a resize, or a refusal.
//   - Reading is never disturbed: a view that was scrolled up stays where it is.
//   - What is not shown is said: a gap, a burst that is folded, the end of this
//     screen's memory.
//
// It knows rooms as a participant does. It knows no network, no SSH, and no
// other participant's screen.
package tui
