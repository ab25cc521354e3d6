// Package ogg reads and writes Opus in Ogg (RFC 3533, RFC 7845) as it comes: a stream
// that goes on, of which nobody knows the end. It knows an Opus packet as far as its
// first bytes say how long it lasts and whether anybody speaks in it (RFC 6716,
// section 3), and decodes none.
//
// # What it guarantees
//
//   - Reading waits for no more than the page that it is in, and holds no more than one
//     page and one packet. What is broken is stepped over; what is no Opus, or has
//     more channels than voice has, is refused with a sentence. No input makes it
//     panic, grow, or read for ever without a packet.
//   - A packet that is handed out is well-formed: its frames are in it whole, and it
//     lasts 2.5 to 120 ms. What the pages say of time is not believed, since it may
//     be anything: a packet lasts what it says itself.
//   - What is written is one logical stream with a page for each packet, as soon as
//     it is written, and any player plays it.
package ogg
