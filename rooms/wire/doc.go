// Package wire holds the frames of sotto's protocol, once: how ops and events
// are written as JSON and read back, in both directions. docs/PROTOCOL.md is the
// definitive text, and its examples are this package's test vectors.
//
// A frame is one JSON object in UTF-8 without a line break outside its strings.
// The package knows no socket and no room: it turns bytes into values of package
// rooms and such values into bytes.
//
// # What it guarantees
//
//   - A frame either means exactly one thing or is refused: keys are compared
//     as they are, a key that counts may not come twice, numbers are whole.
//   - What is refused is refused with a sentence that a stranger can act on and
//     that quotes nothing of the frame.
//   - Reading is bounded by the frame's size: nesting is limited and nothing is
//     kept of fields that mean nothing.
//   - An event that is shared by many readers is encoded once (see
//     [rooms.Forms]), and appended to a buffer without other allocation.
package wire

import "time"

const (
	// Version is the protocol's version, in every welcome.
	Version = 1
	// Subprotocol is the WebSocket subprotocol that stands for this version.
	Subprotocol = "sotto.v1"

	// MaxFrameBytes bounds a frame, and the message that carries it: a welcome
	// with 800 members fits, and so does the longest text with every character
	// escaped.
	MaxFrameBytes = 64 << 10
	// JoinTimeout is how long a connection may be without a place: a program sends its
	// join with its first breath.
	JoinTimeout = 10 * time.Second
	// maxDepth bounds nesting, in levels. Frames need three; a deeper one can
	// only mean to make somebody's parser work.
	maxDepth = 8
	// maxNumber is the greatest number that JSON carries exactly everywhere,
	// 2⁵³−1 (RFC 8259, section 6).
	maxNumber = 1<<53 - 1
)
