package timeline

const (
	// blockBytes is what an item costs that others keep as well, in bytes.
	blockBytes = 64
	// weighEvery is by how many bytes a timeline may change before it is looked
	// through again for what is this person's alone.
	weighEvery = 8 << 10
)

// MaxHolds is the most that [Timeline.Holds] comes to, in bytes.
const MaxHolds = MaxItemBytes + MaxItems*blockBytes

// scale is how much of a timeline is one person's alone, as it was when it was last
// looked through.
type scale struct {
	bytes int // the timeline's then
	alone int
}

// Holds is how many bytes it keeps, about. Of what so many people in the room keep
// together it counts its part.
func (t *Timeline) Holds(people int) int {
	w := &t.scale
	if by := t.bytes - w.bytes; by > weighEvery || by < -weighEvery {
		w.bytes, w.alone = t.bytes, 0
		for i := range t.blocks {
			switch it := t.blocks[i].item.(type) {
			case Said, *Offered:
			default:
				w.alone += it.Size()
			}
		}
	}
	return len(t.blocks)*blockBytes + w.alone + max(0, t.bytes-w.alone)/people
}

// Kept is how many items there are, and how many bytes they hold.
func (t *Timeline) Kept() (items, bytes int) { return len(t.blocks), t.bytes }

// Drop forgets the oldest item for the sake of other timelines of the same person, and
// reports whether it could: the newest stays.
func (t *Timeline) Drop() bool {
	if len(t.blocks) < 2 {
		return false
	}
	t.drop()
	return true
}

// Rest lets all rows go, until some are shown again.
func (t *Timeline) Rest() { t.redraw() }

// Shed forgets the oldest items until so many bytes are left.
func (t *Timeline) Shed(bytes int) {
	for t.bytes > bytes && len(t.blocks) > 1 {
		t.drop()
	}
	t.redraw()
}
