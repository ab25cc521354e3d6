package voice

// below is how much of the stack is overwritten, in bytes: more than sending or receiving a
// packet takes.
const below = 4 << 10

// apart calls what has an address in its hands, and overwrites what that leaves on the stack.
// The stack of a goroutine that has ended is freed, and may be another's for a long time, but
// is not overwritten as what else is freed; neither is one that was moved. So it has room
// enough before the call, and so much of it is in use that the collector, which gives back
// what goroutines that wait leave unused for three quarters, lets it be.
//
//go:noinline
func apart(do func()) {
	var used [below]byte
	blank()
	do()
	blank()
	see(&used)
}

//go:noinline
func blank() {
	var space [below]byte
	see(&space)
}

// see makes the compiler believe that somebody looks.
//
//go:noinline
func see(*[below]byte) {}
