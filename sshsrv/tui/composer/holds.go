package composer

import (
	"time"
	"unsafe"
)

// MaxHolds is the most that [Composer.Holds] comes to, in bytes: what is written, in
// rows; what can be undone and done again; what was cut and sent; and the same again,
// but for the last two, for each changed line of the history. Nobody who writes gets
// near it.
const MaxHolds = 4 << 20

// Holds is how many bytes the composer keeps, about, and how many of them
// [Composer.Shed] lets go of.
func (c *Composer) Holds() (bytes, spare int) {
	spare = c.buffer.past() + c.kills.bytes()
	sent := c.history.bytes + cap(c.history.sent)*int(unsafe.Sizeof("")+unsafe.Sizeof(time.Time{}))
	if len(c.history.kept) == 0 {
		spare += sent
	} else {
		bytes += sent
	}
	bytes += cap(c.text) + cap(c.layout.rows)*int(unsafe.Sizeof(row{}))
	for _, kept := range c.history.kept {
		spare += kept.past()
		bytes += cap(kept.text)
	}
	if c.aside != nil {
		spare += c.aside.past()
		bytes += cap(c.aside.text)
	}
	if c.overflow != nil {
		bytes += len(c.overflow.text)
	}
	if c.completing != nil {
		bytes += cap(c.completing.candidates) * int(unsafe.Sizeof(Candidate{}))
	}
	return bytes + spare, spare
}

// Remembers is how many lines that were sent and how many changes, to undo and to do again,
// are kept to be brought back.
func (c *Composer) Remembers() (sent, changes int) {
	return len(c.history.sent), len(c.undo) + len(c.redo)
}

// Shed lets go of what is only there to be brought back: what can be undone, what
// was cut, what was sent. What is written stays, and so does what is written and
// set aside while its person looks through what they sent.
func (c *Composer) Shed() {
	c.endRun()
	c.buffer.forget()
	if c.aside != nil {
		c.aside.forget()
	}
	c.kills = killRing{}
	if len(c.history.kept) == 0 {
		c.history = history{}
	}
	for number, kept := range c.history.kept {
		kept.forget()
		c.history.kept[number] = kept
	}
}

// past is how many bytes a buffer keeps of what it was.
func (b *buffer) past() int {
	n := b.held + (cap(b.undo)+cap(b.redo))*int(unsafe.Sizeof(change{}))
	for _, c := range b.redo {
		n += len(c.removed) + len(c.inserted)
	}
	return n
}

func (b *buffer) forget() { b.undo, b.redo, b.held = nil, nil, 0 }

func (k *killRing) bytes() (n int) {
	for _, piece := range k.pieces {
		n += len(piece)
	}
	return n
}
