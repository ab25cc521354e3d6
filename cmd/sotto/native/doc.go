// Package native is sotto's own client: the same screen and the same line modes
// as over ssh, run on this machine, in a room on another one. It is the only
// way into a sealed room besides the browser, and the only one whose code does
// not come from the server.
//
// # What it guarantees
//
//   - Nothing is written to disk: no history, no settings, no known host. The
//     ssh client's known_hosts is read. The one exception is a file that its
//     person takes, into the folder that they named, whole or not at all.
//   - A sealed room's secret and keys stay in this process. What leaves it for
//     the server was sealed, and a key lives as long as the place it was made
//     for.
//   - The terminal is put back as it was, whatever ended the visit, but for a
//     SIGKILL and a panic in a goroutine of somebody else's library.
//
// It does not claim that this machine forgets: there is no lock-down here, and
// memory may reach swap or a core dump as any program's.
package native
