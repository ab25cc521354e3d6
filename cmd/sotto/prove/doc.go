// Package prove holds the proofs of what docs/PRIVACY.md claims: each test
// meets the real program as a sceptic would, with a tracer, a core dump, a
// hostile client. They carry the build tag e2e and run in `make test` in a
// short form; with the tag prove, by `make prove`, in a long one.
//
// They look at the program from outside: by its flags, by its doors, and by what the
// kernel shows of its process. What holds within a package is tested there.
package prove
