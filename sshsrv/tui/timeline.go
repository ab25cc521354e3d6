package tui

import (
	"fmt"
	"time"

	"sotto/rooms"
	"sotto/rooms/comings"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// What one session's timeline keeps. The words are shared with everybody who
// was there; the bound is what one session alone can keep alive.
const (
	// maxItems is how many things a timeline keeps: an evening of a lively room.
	maxItems = 2000
	// maxItemBytes is how much they may hold, in bytes.
	maxItemBytes = 512 << 10
)

// How messages are set, the same in the browser.
const (
	groupFor   = 5 * time.Minute // a message joins the one above it
	timeEvery  = 5 * time.Minute // a time is shown again
	burstPause = 2 * time.Second // the longest pause within a burst
	burstShown = 4               // messages of a burst that are shown
)

// block is an item in its place: what stands above it, and its rows once drawn.
// There may be two thousand of them to a screen, and a thousand screens.
type block struct {
	item  item
	drawn *drawing // while shown, perhaps shared

	folded  int32 // on the first that a burst folds: how many; on the others: the way back to it, negative
	nth     int8  // which message of a burst this is, from 1 to burstShown+1; 0: of none
	fresh   bool  // came while the look was as it is now, so its rows may be shared
	head    bool  // begins a group: says who speaks
	clock   bool  // a time stands above
	day     bool  // a date stands above
	hidden  bool  // its author is ignored
	calls   bool  // it names this person
	mine    bool
	opened  bool // the burst was opened
	divider bool // reading stopped above
}

// timeline is what one session can scroll through: a bounded run of blocks,
// each named by a number that rises and never changes. Rows are drawn when they
// are shown and let go when they are not; adding an item touches no other.
type timeline struct {
	look   look
	keys   drawingKeys
	width  int // of the screen
	zone   *time.Location
	you    string // member id
	called needle // this person's name

	blocks  []block
	first   int // number of blocks[0]
	bytes   int
	dropped int // items that are gone for the bound's sake
	clock   time.Time
	since   int // the first block of this seat: seqs rise from there on
	ignored func(rooms.Person) bool

	view     view
	shown    shown
	selected int    // number of the chosen block, or none
	divider  int    // number of the block below the divider, or none
	growing  int    // number of the fold whose count is not shown yet, or none
	needle   needle // what is searched for
}

// none is no block's number.
const none = -1

func newTimeline(zone *time.Location, ignored func(rooms.Person) bool) *timeline {
	return &timeline{zone: zone, ignored: ignored, view: view{follow: true}, selected: none, divider: none, growing: none}
}

func (t *timeline) end() int         { return t.first + len(t.blocks) }
func (t *timeline) at(id int) *block { return &t.blocks[id-t.first] }
func (t *timeline) has(id int) bool  { return id >= t.first && id < t.end() }
func (t *timeline) last() *block {
	if len(t.blocks) == 0 {
		return nil
	}
	return &t.blocks[len(t.blocks)-1]
}

// add appends an item and returns its number.
func (t *timeline) add(it item) int {
	if last := t.last(); last != nil {
		if p, ok := last.item.(*presence); ok {
			t.bytes -= p.size()
			p.Finish()
			t.bytes += p.size()
		}
	}
	b := block{item: it, fresh: true}
	b.mine = it.from().ID == t.you && t.you != ""
	b.calls = !b.mine && speaks(it) && t.called.in(it.words())
	t.set(&b, t.last())
	t.blocks = append(t.blocks, b)
	t.bytes += it.size()
	t.fold(t.end() - 1)
	t.bound()
	return t.end() - 1
}

// happen puts what happened at the door into the line that tells it.
func (t *timeline) happen(h comings.Happening, now time.Time) {
	p, ok := (*presence)(nil), false
	if last := t.last(); last != nil {
		p, ok = last.item.(*presence)
	}
	if !ok || p.Full() {
		p = &presence{when: now}
		t.add(p)
	}
	t.bytes -= p.size()
	p.Add(h)
	t.bytes += p.size()
	t.undraw(t.end() - 1)
	t.bound()
}

// set decides what stands above a block, given the one before it.
func (t *timeline) set(b, before *block) {
	b.head, b.clock, b.day, b.nth, b.folded = true, false, false, 0, 0
	b.hidden = t.ignored(b.item.from())
	if b.hidden {
		return
	}
	if speaks(b.item) {
		at := b.item.at()
		if before != nil && joins(before.item, b.item) && !before.hidden {
			b.head = false
		}
		if b.head && at.Sub(t.clock) >= timeEvery {
			b.day = t.clock.IsZero() || !sameDay(t.clock.In(t.zone), at.In(t.zone))
			b.clock, t.clock = true, at
		}
		b.nth = 1
		if !b.head && before.nth > 0 && at.Sub(before.item.at()) <= burstPause {
			b.nth = min(before.nth+1, burstShown+1)
		}
		if _, private := b.item.(whispered); private || b.mine {
			b.nth = 0
		}
	}
}

// joins reports whether a message continues the one before it: the same person,
// soon after, and the same kind of speech.
func joins(before, next item) bool {
	a, ok := before.(said)
	b, also := next.(said)
	return ok && also && a.From == b.From && !a.Action && !b.Action && b.At.Sub(a.At) < groupFor
}

// speaks reports whether an item is somebody's words.
func speaks(it item) bool {
	switch it.(type) {
	case said, whispered:
		return true
	}
	return false
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// fold hides a block that is one too many of a burst behind the first that was.
func (t *timeline) fold(id int) {
	b := t.at(id)
	if b.nth <= burstShown || b.calls {
		return
	}
	head := t.foldHead(id - 1)
	if head == none {
		b.folded = 1
		return
	}
	b.folded = int32(head - id)
	h := t.at(head)
	h.folded++
	b.opened = h.opened
	if t.growing != head {
		t.recount()
	}
	t.growing = head
}

// recount shows how many a fold holds now. A burst would otherwise be painted
// message by message.
func (t *timeline) recount() {
	t.undraw(t.growing)
	t.growing = none
}

// foldHead returns the first block of the fold that block id is in.
func (t *timeline) foldHead(id int) int {
	if !t.has(id) {
		return none
	}
	switch b := t.at(id); {
	case b.folded > 0:
		return id
	case b.folded < 0:
		return id + int(b.folded)
	}
	return none
}

// open shows or hides what a burst folded, and reports whether there was any.
func (t *timeline) open(id int) bool {
	head := t.foldHead(id)
	if head == none {
		return false
	}
	to := !t.at(head).opened
	for i := head; i < head+int(t.at(head).folded); i++ {
		t.at(i).opened = to
		t.undraw(i)
	}
	return true
}

// bound drops the oldest items beyond the timeline's bounds.
func (t *timeline) bound() {
	for len(t.blocks) > maxItems || t.bytes > maxItemBytes && len(t.blocks) > 1 {
		t.drop()
	}
}

// drop forgets the oldest item. A fold that loses its head gets the next one.
func (t *timeline) drop() {
	old := t.blocks[0]
	t.bytes -= old.item.size()
	t.blocks[0] = block{}
	t.blocks = t.blocks[1:]
	t.first++
	t.dropped++
	if old.folded > 1 {
		for i := range old.folded - 1 {
			t.blocks[i].folded = -i
		}
		t.blocks[0].folded = old.folded - 1
	}
}

// reset forgets everything that is shown.
func (t *timeline) reset() {
	t.first, t.blocks, t.bytes, t.dropped = t.end(), nil, 0, 0
	t.clock = time.Time{}
	t.stir()
	t.selected, t.divider, t.growing, t.view = none, none, none, view{follow: true}
}

// restyle changes the look of everything.
func (t *timeline) restyle(width int, h cells.Habits, ink *theme.Ink) {
	if l := lookAt(width, h, ink); l != t.look {
		t.look, t.keys = l, keysFor(l)
		for i := range t.blocks {
			t.blocks[i].fresh = false
		}
	}
	t.width = width
	t.redraw()
}

// redraw lets all rows go.
func (t *timeline) redraw() {
	for i := range t.blocks {
		t.blocks[i].erase()
	}
	t.stir()
}

// regroup sets every block anew, after somebody was ignored or is no more.
func (t *timeline) regroup() {
	t.clock = time.Time{}
	var before *block
	from := max(t.since-t.first, 0) // nobody is ignored in a room that was left
	for i := from; i < len(t.blocks); i++ {
		b := &t.blocks[i]
		t.set(b, before)
		if !b.hidden {
			before = b
		}
	}
	for i := from; i < len(t.blocks); i++ {
		t.fold(t.first + i)
	}
	t.redraw()
}

// divide puts the divider above block id, or takes it away.
func (t *timeline) divide(id int) {
	for _, i := range []int{t.divider, id} {
		if t.has(i) {
			t.at(i).divider = i == id
			t.undraw(i)
		}
	}
	t.divider = id
}

// original finds the message with a seq, for the replies to it.
func (t *timeline) original(seq uint64) (said, bool) {
	for i := len(t.blocks) - 1; i >= max(t.since-t.first, 0); i-- {
		if s, ok := t.blocks[i].item.(said); ok && s.Seq <= seq {
			return s, s.Seq == seq
		}
	}
	return said{}, false
}

// age words what the bound took away.
func (t *timeline) age() string {
	if t.dropped == 0 {
		return ""
	}
	return fmt.Sprintf("%d older lines were dropped from this screen's memory", t.dropped)
}
