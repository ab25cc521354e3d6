// Package timeline is what one person can scroll through: what was said, offered and
// told, as rows of a terminal, and which of them are on the screen.
//
// Things are added at its end, with numbers that rise by one; [Timeline.Fill] writes the
// rows that are to be seen. Rows are drawn when they are shown, shared with everybody
// who sees the same words in the same look, and let go when nobody does.
//
// # What it guarantees
//
//   - It is bounded in items and in bytes, and says at its top what the bound took.
//   - While there is anything more to show, no row of the screen stays empty, at any
//     size, whatever was folded, dropped or ignored (TestAnythingMayHappen).
//   - Who reads further up is not moved by what comes.
//   - What is folded was too much at once; the newest, one's own and what calls the
//     person never is.
//
// It knows no keys, no seat and no clock, and nothing of what stands around it.
package timeline
