// Package seal is sealed rooms, whose key the server never has: the scheme, and a
// seat that uses it.
//
// # The scheme
//
// It turns a link's secret into keys, hellos into pairwise chains, and plaintext into
// one sealed body with a wrap for each member. [Session] is one end of it:
//
//	secret.go, words.go     the secret, as a link and as words; the words to compare
//	hello.go, pair.go       who holds the secret, and what two members share
//	chain.go                the keys of one direction between them
//	session.go, open.go     messages, sealed and opened; failures.go: what did not open
//	past.go, view.go        what binds what was said before, and who is shown
//	file.go                 the key of a file that is offered
//	stack.go                keys that computing leaves on the stack
//
// It guarantees that only those a message was sealed to can read it, that it
// comes from the member it names, whole, once, and in its sender's order; that
// what is missing shows; and that a secret which leaks after everybody left
// opens nothing. It makes no key exchange with anybody who lacks the secret.
//
// It does not know seats, events, frames or sockets: bytes go in and come out, and
// whoever calls says what time it is. It is made of parts of the standard library:
// X25519 (RFC 7748), ML-KEM-768 (FIPS 203), HKDF-SHA256 (RFC 5869), AES-256-GCM (RFC
// 5116), and PBKDF2 (RFC 8018) for words that open a room. HMAC (RFC 2104) alone is
// written here, around the library's hash, since the library's leaves keys behind.
//
// # The seat
//
// [Seat] stands around the seat of a connection and makes its sealed room look like an
// open one to screens and lines:
//
//	seat.go                 the seat, its welcome, what holds from place to place
//	coming.go, people.go    who comes and goes, and by what name they are shown
//	place.go                what belongs to one place
//	send.go, sending.go     what is said, and waits until its own copy is back; pacing.go: how fast
//	hear.go, tally.go       what came, and what did not
//	payload.go, json.go     what stands inside a sealed message
//	references.go           which message an answer is to
//	mending.go              who reacts to one, changes it and takes it back
//	governing.go            who governs the room, which is the server's word
//	outage.go               a connection that is lost and comes back
//	doubt.go, question.go   members who are shown other people
//	silence.go              members from whom nothing comes
//	verify.go               the words that members compare
//	voice.go, withheld.go   the keys of the room's voice, and what a server does to it
//
// Package sframe seals the frames of that voice.
//
// It guarantees that what its person says is sealed to nobody whom it does not show; that
// what was under way when a connection was lost is said once, or told to be uncertain;
// that what it opens is checked and cleaned like what a hostile server sends; and that
// whatever does not add up is told, less and less often.
//
// It does not know how frames are written, where the connection goes, or what a screen
// is: it asks a [rooms.Participant], and is one.
//
// The formulas and test vectors are in docs/SEALED.md. The browser's twin is the folder
// web/static/sealed; both are held to the same vectors.
package seal
