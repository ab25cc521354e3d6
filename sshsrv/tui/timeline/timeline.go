package timeline

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"sotto/rooms"
	"sotto/rooms/comings"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/needle"
	"sotto/sshsrv/tui/theme"
)

// What one session's timeline keeps. The words are shared with everybody who
// was there; the bound is what one session alone can keep alive.
const (
	// MaxItems is how many things a timeline keeps: an evening of a lively room.
	MaxItems = 2000
	// MaxItemBytes is how much they may hold, in bytes.
	MaxItemBytes = 512 << 10
)

// timeEvery is how often it is said at what time somebody speaks, and who, if it is
// still the same person. It is the same in the browser.
const timeEvery = 5 * time.Minute

// block is an item in its place: what stands above it, and its rows once drawn.
// There may be two thousand of them to a screen, and a thousand screens.
type block struct {
	item   Item
	drawn  *drawing // while shown, perhaps shared
	mended *mended  // what came to it later; nil: nothing did
	came   tenths   // after the timeline began

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

// tenths are tenths of a second: half the room of a [time.Duration], for six years.
type tenths int32

func inTenths(d time.Duration) tenths { return tenths(d / (time.Second / 10)) }

func (n tenths) duration() time.Duration { return time.Duration(n) * (time.Second / 10) }

// A Timeline is what one session can scroll through: a bounded run of blocks,
// each named by a number that rises and never changes. Rows are drawn when they
// are shown and let go when they are not; adding an item touches no other.
type Timeline struct {
	look      look
	keys      drawingKeys
	ownKeys   drawingKeys // of one's own words
	width     int         // of the screen
	times     bool        // every message shows its time
	screenful int         // rows that a screen of this height can show
	unfolded  bool        // this person wants to see everything
	zone      *time.Location
	now       func() time.Time
	began     time.Time
	you       string          // member id
	called    needle.Needle   // this person's name
	highlit   []needle.Needle // what calls them beside it

	most      int // items
	mostBytes int
	blocks    []block
	room      []block // that they are in
	first     int     // number of blocks[0]
	bytes     int
	scale     scale
	dropped   int // items that are gone for the bound's sake
	ignored   func(rooms.Person) bool
	fades     time.Duration // how long items of this room stay; 0: they do
	eras      []era         // the rooms before it

	latest   int       // number of the newest block that is not hidden, or none
	clock    time.Time // when a time last stood above one
	since    int       // the first block of this seat: seqs rise from there on
	bursts   []burst   // those that fold something or may yet, in order
	weighed  int       // index of the first that may
	spells   []spell
	spoke    time.Time // when somebody else last did
	steadily bool      // and whether that was one message of many without a pause

	view     view
	shown    shown
	selected int           // number of the chosen block, or none
	divider  int           // number of the block below the divider, or none
	needle   needle.Needle // what is searched for
}

// None is no block's number.
const None = -1

// New returns an empty timeline. Times are shown in zone, and whatever somebody did
// whom ignored names is not.
func New(zone *time.Location, now func() time.Time, ignored func(rooms.Person) bool) *Timeline {
	return &Timeline{
		most: MaxItems, mostBytes: MaxItemBytes,
		zone: zone, now: now, began: now(), ignored: ignored, view: view{follow: true}, latest: None, selected: None, divider: None,
	}
}

// Items have numbers that rise by one: First is that of the oldest that is still here,
// and End that of the next to come.
func (t *Timeline) First() int       { return t.first }
func (t *Timeline) End() int         { return t.first + len(t.blocks) }
func (t *Timeline) at(id int) *block { return &t.blocks[id-t.first] }
func (t *Timeline) Has(id int) bool  { return id >= t.first && id < t.End() }

// Item is what has a number, and Hidden whether it is not shown, for whose it is.
func (t *Timeline) Item(id int) Item   { return t.at(id).item }
func (t *Timeline) Hidden(id int) bool { return t.at(id).hidden }

// Calls reports whether words call this person: by name, or as an answer to theirs.
func (t *Timeline) Calls(id int) bool { return t.at(id).calls }

// Divider is the item below the divider, or None.
func (t *Timeline) Divider() int { return t.divider }

// Enter begins a room, in which what is said has numbers of its own.
func (t *Timeline) Enter() { t.since = t.End() }

// Reader says whose timeline it is, by member id and the name that calls them.
func (t *Timeline) Reader(id, nick string) { t.you, t.called = id, needle.New(nick, true) }

// Highlight has words call this person as their name does, from now on, instead of those
// that did.
func (t *Timeline) Highlight(words []string) {
	t.highlit = nil
	for _, word := range words {
		t.highlit = append(t.highlit, needle.New(word, true))
	}
}

// Highlit are the words that call this person beside their name.
func (t *Timeline) Highlit() (words []string) {
	for _, n := range t.highlit {
		words = append(words, n.Text())
	}
	return words
}

func (t *Timeline) last() *block {
	if len(t.blocks) == 0 {
		return nil
	}
	return &t.blocks[len(t.blocks)-1]
}

// Add appends an item and returns its number.
func (t *Timeline) Add(it Item) int {
	if last := t.last(); last != nil {
		if p, ok := last.item.(*presence); ok {
			t.bytes -= p.Size()
			p.Finish()
			t.bytes += p.Size()
		}
	}
	b := block{item: it, fresh: true, came: inTenths(t.now().Sub(t.began))}
	b.mine = it.Author().ID == t.you && t.you != ""
	b.calls = !b.mine && t.callsYou(it)
	t.set(&b, t.End())
	t.push(b)
	t.bytes += it.Size()
	t.runOn()
	t.bound()
	return t.End() - 1
}

// callsYou reports whether words call this person: by name, by a word that they chose, or
// as an answer to words of theirs.
func (t *Timeline) callsYou(it Item) bool {
	if !speaks(it) || isGone(it) {
		return false
	}
	if s, ok := it.(Said); ok && s.Re != 0 {
		if id := t.find(s.Re); id != None && t.at(id).mine && speaks(t.at(id).item) {
			return true
		}
	}
	words := it.Words()
	return t.called.In(words) || slices.ContainsFunc(t.highlit, func(n needle.Needle) bool { return n.In(words) })
}

// Happen puts what happened at the door into the line that tells it.
func (t *Timeline) Happen(h comings.Happening, now time.Time) {
	p, ok := (*presence)(nil), false
	if last := t.last(); last != nil {
		p, ok = last.item.(*presence)
	}
	if !ok || p.Full() {
		p = &presence{when: now}
		t.Add(p)
	}
	t.bytes -= p.Size()
	p.Add(h)
	t.bytes += p.Size()
	t.undraw(t.End() - 1)
	t.bound()
}

// set decides what stands above a block, which is the one after those that were
// set.
func (t *Timeline) set(b *block, id int) {
	b.head, b.clock, b.day = true, false, false
	b.hidden = t.ignored(b.item.Author())
	if b.hidden {
		return
	}
	before := t.latest
	t.latest = id
	if !speaks(b.item) {
		return
	}
	at := b.item.When()
	if at.Sub(t.clock) >= timeEvery {
		b.day = t.clock.IsZero() || !sameDay(t.clock.In(t.zone), at.In(t.zone))
		b.clock, t.clock = true, at
	}
	b.head = b.clock || !t.Has(before) || !joins(t.at(before).item, b.item)
}

// joins reports whether a message may continue the one before it: the same person,
// and the same kind of speech.
func joins(before, next Item) bool {
	a, ok := before.(Said)
	b, also := next.(Said)
	return ok && also && a.From == b.From && !a.Action && !b.Action
}

// speaks reports whether an item is somebody's words.
func speaks(it Item) bool {
	switch it.(type) {
	case Said, Whispered:
		return true
	}
	return false
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// bound drops the oldest items beyond the timeline's bounds.
func (t *Timeline) bound() {
	for len(t.blocks) > t.most || t.bytes > t.mostBytes && len(t.blocks) > 1 {
		t.drop()
	}
}

// drop forgets the oldest item for the bound's sake.
func (t *Timeline) drop() {
	t.forget()
	t.dropped++
}

// forget forgets the oldest item. The next one says who speaks, and when.
func (t *Timeline) forget() {
	t.bytes -= t.blocks[0].size()
	t.untally()
	t.shift()
	t.first++
	if len(t.eras) > 0 && t.eras[0].end <= t.first {
		t.eras = t.eras[1:]
	}
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

// Clear forgets everything that is shown.
func (t *Timeline) Clear() {
	t.first, t.blocks, t.room, t.bytes, t.dropped = t.End(), nil, nil, 0, 0
	t.clock, t.bursts, t.weighed, t.eras = time.Time{}, nil, 0, nil
	t.spells = nil
	t.Stir()
	t.latest, t.selected, t.divider, t.view = None, None, None, view{follow: true, height: t.view.height}
}

// Restyle changes the look of everything, on a screen of a width that has so many
// rows for the timeline.
func (t *Timeline) Restyle(width, screenful int, h cells.Habits, ink *theme.Ink) {
	if l := lookAt(width, t.times, h, ink); l != t.look {
		t.look, t.keys = l, keysFor(l)
		l.mine = true
		t.ownKeys = keysFor(l)
		for i := range t.blocks {
			t.blocks[i].fresh = false
		}
	}
	t.width, t.screenful = width, max(screenful, leastFolded+1)
	t.refold()
	t.redraw()
}

// redraw lets all rows go.
func (t *Timeline) redraw() {
	for i := range t.blocks {
		t.blocks[i].erase()
	}
	t.Stir()
}

// Regroup sets every block anew, after somebody was ignored or is no more.
func (t *Timeline) Regroup() {
	t.unfoldSeveral()
	t.clock, t.latest = time.Time{}, None
	for id := max(t.since, t.first); t.Has(id); id++ { // nobody is ignored in a room that was left
		t.set(t.at(id), id)
	}
	t.redraw()
}

// Divide puts the divider above block id, or takes it away. The newest block below
// it is no part of a burst above.
func (t *Timeline) Divide(id int) {
	if id == t.divider {
		return
	}
	if id == t.End()-1 {
		t.runAnew()
	}
	for _, i := range []int{t.divider, id} {
		if t.Has(i) {
			t.at(i).divider = i == id
			t.undraw(i)
		}
	}
	t.divider = id
}

// find returns the block of the message, or the offer, with a seq, or none.
func (t *Timeline) find(seq uint64) int {
	from := max(t.since, t.first)
	next := func(id int) (int, uint64) { // the message at id or next after it
		for ; t.Has(id); id++ {
			if seq, ok := seqOf(t.at(id).item); ok {
				return id, seq
			}
		}
		return None, 0
	}
	id := from + sort.Search(t.End()-from, func(i int) bool {
		id, have := next(from + i)
		return id == None || have >= seq
	})
	if id, have := next(id); id != None && have == seq {
		return id
	}
	return None
}

// age words what the bound took away.
func (t *Timeline) age() string {
	if t.dropped == 0 {
		return ""
	}
	return fmt.Sprintf("%d older lines were dropped from this screen's memory", t.dropped)
}
