// Package run shows a model on a terminal: it is the runtime of a program in Bubble
// Tea's architecture, made for a thousand of them in one process.
//
// It owns the terminal, the seat that the model asked for, and every goroutine of
// both. Keys become messages, events of the room do, and what the model then wants
// shown is painted: what changed, in one write, at the pace that the terminal takes.
//
// # What it guarantees
//
//   - A session that waits costs nothing: no ticker, no goroutine but its own,
//     which one bell wakes for all that may happen.
//   - The model is called by one goroutine, and a panic of it, of a command or of
//     the seat ends this session alone; nothing of its value is kept.
//   - However a session ends, the terminal is put back, the seat is closed, and
//     nothing of it runs any more.
//   - What only keys changed is painted at a bounded pace, so that a held key costs
//     no more than talk.
//
// It knows no screen: what a row or a key means is its model's. Why Bubble Tea's own
// runtime is not used stands in docs/decisions/drawing.md.
package run
