package seal

// What computes with keys leaves pieces of them on the stack: of chains that are
// copied, of hashes, of private keys within X25519. Nothing overwrites them but the
// next call that happens to reach as deep, and no collection frees what a goroutine
// still runs on: the key of the newest message would lie there until something else
// is said. So every such call goes through scrubbed.

// stackBytes is how much of the stack is overwritten: several times of what ML-KEM,
// which goes deepest, uses.
const stackBytes = 64 << 10

// scrubbed runs f on a part of the stack that is overwritten behind it.
//
//go:noinline
func scrubbed(f func()) {
	reach(false) // so that the stack is large enough: one that grows leaves its copy behind
	f()
	reach(true)
}

// reach needs that much of the stack, and overwrites it if it is told to.
//
//go:noinline
func reach(overwrite bool) {
	if overwrite {
		var zeros [stackBytes]byte
		keep(&zeros)
	}
}

// keep has the compiler believe that zeros are needed.
//
//go:noinline
func keep(*[stackBytes]byte) {}
