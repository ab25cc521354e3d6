package timeline

// How much room there is for blocks that come, as a part of those that are there, and the
// least, in blocks. There are as many timelines as rooms in a window, and what stands empty
// in each is for nobody; with less, blocks would be moved for every few that come.
const (
	sparePart  = 8
	leastSpare = 8
)

// push appends a block. Where there is room that older ones left, all move there.
func (t *Timeline) push(b block) {
	if len(t.blocks) == cap(t.blocks) {
		t.refit()
	}
	t.blocks = append(t.blocks, b)
}

// shift takes the oldest block away.
func (t *Timeline) shift() {
	t.blocks[0] = block{}
	t.blocks = t.blocks[1:]
	if n := len(t.blocks); cap(t.room) > 2*(n+spareOf(n)) {
		t.refit()
	}
}

// refit sees to it that there is room for more blocks, and not for many.
func (t *Timeline) refit() {
	n := len(t.blocks)
	spare := spareOf(n)
	if most := cap(t.room); most < n+spare || most > n+2*spare {
		t.room = make([]block, n+spare)
		copy(t.room, t.blocks)
	} else {
		copy(t.room, t.blocks)
		clear(t.room[n:])
	}
	t.blocks = t.room[:n]
}

func spareOf(n int) int { return max(leastSpare, n/sparePart) }
