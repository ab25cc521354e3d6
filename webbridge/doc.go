// Package webbridge is the browser's door: the pages, their assets, and the
// WebSocket over which a page, a bot or the native client is in a room.
//
// # What it guarantees
//
//   - Only pages of this server open its sockets: Host and Origin are checked
//     against what the server is called (see names).
//   - A page can load nothing from anywhere else, run no inline script, be
//     framed by no page but its own, and keeps nothing: see headers.go.
//   - Nothing that a browser says about itself outlives the handshake of a
//     socket. No address, header, room or word is logged at any level.
//   - Every phase of a connection has a bound in time and in bytes, in
//     limits.go. A peer that reads nothing, floods, or vanishes costs nobody
//     else anything.
//   - A bye is the last frame of a socket that the server ends.
//   - A panic ends the socket it happened in; its type and stack are logged,
//     never its value, which may hold words.
//
// The package knows rooms as their participants do, and no other door. It does
// not know who may connect: a listener, Config.Wrap and Config.ConnContext
// bring what admits.
package webbridge
