// Package seal is the cryptography of sealed rooms: rooms whose key the server
// never has. It turns a link's secret into keys, hellos into pairwise chains,
// and plaintext into one sealed body with a wrap for each member.
//
// It guarantees that only those a message was sealed to can read it, that it
// comes from the member it names, whole, once, and in its sender's order; that
// what is missing shows; and that a secret which leaks after everybody left
// opens nothing. It makes no key exchange with anybody who lacks the secret.
//
// It does not know rooms, frames, clocks or sockets: bytes go in and come out.
// The scheme, its formulas and its test vectors are in docs/SEALED.md; the
// browser has a twin of this package in web/static/sealed/seal.js, and both are held
// to the same vectors. Everything is made of parts of the standard library:
// X25519 (RFC 7748), HKDF-SHA256 (RFC 5869), AES-256-GCM (RFC 5116).
package seal
