package tui

import (
	"fmt"
	"sort"
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

// timeEvery is how often it is said at what time somebody speaks, and who, if it is
// still the same person. It is the same in the browser.
const timeEvery = 5 * time.Minute

// block is an item in its place: what stands above it, and its rows once drawn.
// There may be two thousand of them to a screen, and a thousand screens.
type block struct {
	item  item
	drawn *drawing // while shown, perhaps shared

	fresh   bool // came while the look was as it is now, so its rows may be shared
	head    bool // begins a group: says who speaks
	clock   bool // a time stands above
	day     bool // a date stands above
	hidden  bool // its author is ignored
	calls   bool // it calls this person
	mine    bool
	opened  bool // all of its words are shown, however many
	divider bool // reading stopped above
}

// timeline is what one session can scroll through: a bounded run of blocks,
// each named by a number that rises and never changes. Rows are drawn when they
// are shown and let go when they are not; adding an item touches no other.
type timeline struct {
	look      look
	keys      drawingKeys
	width     int  // of the screen
	screenful int  // rows that a screen of this height can show
	unfolded  bool // this person wants to see everything
	zone      *time.Location
	you       string // member id
	called    needle // this person's name

	most      int // items
	mostBytes int
	blocks    []block
	first     int // number of blocks[0]
	bytes     int
	dropped   int // items that are gone for the bound's sake
	ignored   func(rooms.Person) bool

	latest  int       // number of the newest block that is not hidden, or none
	clock   time.Time // when a time last stood above one
	since   int       // the first block of this seat: seqs rise from there on
	bursts  []burst   // those that fold something or may yet, in order
	weighed int       // index of the first that may

	view     view
	shown    shown
	selected int    // number of the chosen block, or none
	divider  int    // number of the block below the divider, or none
	needle   needle // what is searched for
}

// none is no block's number.
const none = -1

func newTimeline(zone *time.Location, ignored func(rooms.Person) bool) *timeline {
	return &timeline{
		most: maxItems, mostBytes: maxItemBytes,
		zone: zone, ignored: ignored, view: view{follow: true}, latest: none, selected: none, divider: none,
	}
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
	b.calls = !b.mine && t.callsYou(it)
	t.set(&b, t.end())
	t.blocks = append(t.blocks, b)
	t.bytes += it.size()
	t.runOn()
	t.bound()
	return t.end() - 1
}

// callsYou reports whether words call this person: by name, or as an answer to
// words of theirs.
func (t *timeline) callsYou(it item) bool {
	if !speaks(it) {
		return false
	}
	if s, ok := it.(said); ok && s.Re != 0 {
		if id := t.find(s.Re); id != none && t.at(id).mine {
			return true
		}
	}
	return t.called.in(it.words())
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

// set decides what stands above a block, which is the one after those that were
// set.
func (t *timeline) set(b *block, id int) {
	b.head, b.clock, b.day = true, false, false
	b.hidden = t.ignored(b.item.from())
	if b.hidden {
		return
	}
	before := t.latest
	t.latest = id
	if !speaks(b.item) {
		return
	}
	at := b.item.at()
	if at.Sub(t.clock) >= timeEvery {
		b.day = t.clock.IsZero() || !sameDay(t.clock.In(t.zone), at.In(t.zone))
		b.clock, t.clock = true, at
	}
	b.head = b.clock || !t.has(before) || !joins(t.at(before).item, b.item)
}

// joins reports whether a message may continue the one before it: the same person,
// and the same kind of speech.
func joins(before, next item) bool {
	a, ok := before.(said)
	b, also := next.(said)
	return ok && also && a.From == b.From && !a.Action && !b.Action
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

// bound drops the oldest items beyond the timeline's bounds.
func (t *timeline) bound() {
	for len(t.blocks) > t.most || t.bytes > t.mostBytes && len(t.blocks) > 1 {
		t.drop()
	}
}

// drop forgets the oldest item. The next one says who speaks, and when.
func (t *timeline) drop() {
	t.bytes -= t.blocks[0].item.size()
	t.blocks[0] = block{}
	t.blocks = t.blocks[1:]
	t.first++
	t.dropped++
	t.dropBurst()
	if len(t.blocks) > 0 {
		if b := &t.blocks[0]; speaks(b.item) {
			b.head, b.clock, b.day = true, true, true
			if b.drawn != nil {
				t.undraw(t.first)
			}
		}
	}
}

// reset forgets everything that is shown.
func (t *timeline) reset() {
	t.first, t.blocks, t.bytes, t.dropped = t.end(), nil, 0, 0
	t.clock, t.bursts, t.weighed = time.Time{}, nil, 0
	t.stir()
	t.latest, t.selected, t.divider, t.view = none, none, none, view{follow: true, height: t.view.height}
}

// restyle changes the look of everything, on a screen of a width that has so many
// rows for the timeline.
func (t *timeline) restyle(width, screenful int, h cells.Habits, ink *theme.Ink) {
	if l := lookAt(width, h, ink); l != t.look {
		t.look, t.keys = l, keysFor(l)
		for i := range t.blocks {
			t.blocks[i].fresh = false
		}
	}
	t.width, t.screenful = width, screenful
	t.refold()
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
	t.clock, t.latest = time.Time{}, none
	for id := max(t.since, t.first); t.has(id); id++ { // nobody is ignored in a room that was left
		t.set(t.at(id), id)
	}
	t.redraw()
}

// divide puts the divider above block id, or takes it away. The newest block below
// it is no part of a burst above.
func (t *timeline) divide(id int) {
	if id == t.divider {
		return
	}
	if id == t.end()-1 {
		t.runAnew()
	}
	for _, i := range []int{t.divider, id} {
		if t.has(i) {
			t.at(i).divider = i == id
			t.undraw(i)
		}
	}
	t.divider = id
}

// find returns the block of the message with a seq, or none.
func (t *timeline) find(seq uint64) int {
	from := max(t.since, t.first)
	next := func(id int) (int, uint64) { // the message at id or next after it
		for ; t.has(id); id++ {
			if s, ok := t.at(id).item.(said); ok {
				return id, s.Seq
			}
		}
		return none, 0
	}
	id := from + sort.Search(t.end()-from, func(i int) bool {
		id, have := next(from + i)
		return id == none || have >= seq
	})
	if id, have := next(id); id != none && have == seq {
		return id
	}
	return none
}

// age words what the bound took away.
func (t *timeline) age() string {
	if t.dropped == 0 {
		return ""
	}
	return fmt.Sprintf("%d older lines were dropped from this screen's memory", t.dropped)
}
