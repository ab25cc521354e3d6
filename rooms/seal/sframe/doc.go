// Package sframe seals the frames of a sealed room's voice: SFrame (RFC 9605) with
// AES-256-GCM and tags of 16 bytes, its cipher suite 0x0005.
//
//	header.go    what stands before a frame's sealed bytes
//	key.go       base keys, the ratchet, and what seals and opens by one
//	sender.go    one end's own key, generation after generation
//	ring.go      the keys of those whom it hears
//	receiver.go  one track, and why a frame of it is dropped
//
// It guarantees that a frame opens for whoever was given its sender's key and for nobody
// else, once, on one track, to be played in the order in which it was said, at most 480 ms
// behind what was said after it and [LateAfter] behind what came in time; what does not is dropped, with the reason, and
// counted. Nothing that did not open comes out. No key seals two frames under one counter.
//
// It does not know who is to be given keys, nor how they travel: that is package seal.
// docs/SEALED.md has the formulas, under "Voice"; the browser's twin is
// web/static/sealed/voiceframes.js, and both are held to testdata/vectors.json and
// rooms/behaviour/voiceframes.json.
package sframe
