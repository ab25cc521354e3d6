package timeline

import (
	"slices"
	"sort"
	"strings"
	"time"
)

// What is too much to read is folded, alike in the browser, by
// rooms/behaviour/fold.json. docs/decisions/folding.md says why so.
const (
	// burstPause ends a burst. Nobody writes one message after another in less; a
	// pipe, which may say two in a second, does.
	burstPause = 750 * time.Millisecond
	// steadyRun is after how many messages, none of them a pause behind the one before,
	// somebody is no person who says this and that: their words may go on a burst of
	// another of whom that is true.
	steadyRun = 4
	// maxSpells is of how many people at once it is known how fast they talk.
	maxSpells = 100
	// leastFolded is the least that is folded, in rows: the fold takes one itself.
	leastFolded = 3
	// tallPart says which part of a screenful the beginning of a folded message is.
	tallPart = 3
)

// A burst is what one person said without a pause that a person makes, or several
// who all talk like that: blocks first to end-1, of which none is this person's or
// calls them. What begins after a screenful of it is folded, all but the newest.
//
// That is decided once, when it comes, so that nothing that was read goes away by
// itself; and only while the newest row is shown, so that nothing goes away under
// somebody who reads further up.
type burst struct {
	first, end int
	several    bool // people, of whom none is ignored
	weighing
	fold *fold // nil: it is not too much so far
}

// weighing is how far it is known whether a burst is too much.
type weighing struct {
	next   int // the first block that is not weighed
	rows   int // of the blocks that were, up to a screenful
	beyond int // and after it
	start  int // the first block after it, or none
}

// fold is what is folded of a burst: blocks from to to-1, behind one line.
type fold struct {
	from, to int
	home     int  // where that began when it was decided
	thin     bool // it is not worth it
	opened   bool
	tally    tally
}

// has reports whether a block is behind its line, or below it once opened.
func (f *fold) has(id int) bool { return !f.thin && f.from <= id && id < f.to }

// tally is what a fold's line tells of the blocks from one to another.
type tally struct {
	from, to int
	lines    int            // of text
	who      map[string]int // how many of them each said, by member id
}

// count adds a block's words, or with -1 takes them off.
func (y *tally) count(s Said, by int) {
	y.lines += by * (1 + strings.Count(s.Text, "\n"))
	if y.who[s.From.ID] += by; y.who[s.From.ID] == 0 {
		delete(y.who, s.From.ID)
	}
}

// spell is talk of somebody: when they did last, and how many messages there
// are by then without a pause before them.
type spell struct {
	who string // member id
	at  time.Time
	run int
}

// steady notes that somebody speaks, and reports whether they have long done so
// without a pause, whoever else does.
func (t *Timeline) steady(s Said) bool {
	if s.At.Sub(t.spoke) >= burstPause || len(t.spells) >= maxSpells {
		t.spells = t.spells[:0]
	}
	t.spoke = s.At
	i := slices.IndexFunc(t.spells, func(p spell) bool { return p.who == s.From.ID })
	if i < 0 {
		i, t.spells = len(t.spells), append(t.spells, spell{who: s.From.ID})
	}
	p := &t.spells[i]
	if s.At.Sub(p.at) >= burstPause {
		p.run = 0
	}
	p.at = s.At
	p.run++
	return p.run >= steadyRun
}

func newBurst(id int) burst {
	return burst{first: id, end: id + 1, weighing: weighing{next: id, start: None}}
}

// SetFolding says whether anything is folded at all.
func (t *Timeline) SetFolding(folds bool) {
	t.unfolded = !folds
	t.redraw()
}

// Folding reports whether what is too much is folded.
func (t *Timeline) Folding() bool { return !t.unfolded }

// Folds reports whether an item is in a fold or is one, and foldHead whether it is the
// first of several that are folded.
func (t *Timeline) Folds(id int) bool {
	_, ok := t.foldAt(id)
	return ok
}

func (t *Timeline) foldHead(id int) bool {
	f := t.foldWith(id)
	return f != nil && f.from == id
}

// burstWith returns the burst that block id is in, or nil.
func (t *Timeline) burstWith(id int) *burst {
	i := sort.Search(len(t.bursts), func(i int) bool { return t.bursts[i].end > id })
	if i < len(t.bursts) && t.bursts[i].first <= id {
		return &t.bursts[i]
	}
	return nil
}

// foldWith returns the fold that block id is in, closed or opened, or nil.
func (t *Timeline) foldWith(id int) *fold {
	if t.unfolded {
		return nil
	}
	r := t.burstWith(id)
	if r == nil || r.fold == nil || !r.fold.has(id) {
		return nil
	}
	return r.fold
}

// closed returns the closed fold that block id is in, or nil. Its first block
// stands for all of it.
func (t *Timeline) closed(id int) *fold {
	if f := t.foldWith(id); f != nil && !f.opened {
		return f
	}
	return nil
}

// tucked reports whether a closed fold hides a block.
func (t *Timeline) tucked(id int) bool {
	f := t.closed(id)
	return f != nil && id != f.from
}

// runOn puts the newest block into a burst: the last one if it goes on with that.
func (t *Timeline) runOn() {
	id := t.End() - 1
	b := t.at(id)
	s, ok := b.item.(Said)
	if !ok || b.mine || b.calls {
		t.spells = t.spells[:0]
		t.steadily = false
		return
	}
	before := t.steadily
	t.steadily = t.steady(s) && !b.hidden
	if n := len(t.bursts); n > 0 {
		r := &t.bursts[n-1]
		if r.end == id {
			last := t.at(id - 1).item.(Said)
			same := last.From.ID == s.From.ID
			if s.At.Sub(last.At) < burstPause && (same || t.steadily && before) {
				r.several = r.several || !same
				r.end++
				return
			}
		}
		if r.fold == nil && r.next >= r.end-1 { // nothing of it will ever be folded
			t.bursts = t.bursts[:n-1]
		}
	}
	t.bursts = append(t.bursts, newBurst(id))
}

// runAnew ends the burst before the newest block, which begins another.
func (t *Timeline) runAnew() {
	r := t.burstWith(t.End() - 1)
	if r == nil || r.end-r.first < 2 {
		return
	}
	r.end--
	r.next = min(r.next, r.end-1)
	if f := r.fold; f != nil && f.to > r.end-1 {
		t.undraw(f.from)
		f.to = r.end - 1
		f.from = min(f.from, f.to)
		t.judgeFold(f)
	}
	t.bursts = append(t.bursts, newBurst(r.end))
}

// tuck folds what is too much of what came, unless somebody is at it: then it
// waits.
func (t *Timeline) tuck() {
	if !t.view.follow || t.selected != None || t.needle.Text() != "" {
		return
	}
	kept := t.weighed
	for i := t.weighed; i < len(t.bursts); i++ {
		r := t.bursts[i]
		t.weigh(&r)
		if r.fold != nil || i == len(t.bursts)-1 {
			t.bursts[kept] = r
			kept++
		}
	}
	clear(t.bursts[kept:])
	t.bursts = t.bursts[:kept]
	t.weighed = max(kept-1, 0)
}

// weigh finds out whether a burst is too much, and folds what is.
func (t *Timeline) weigh(r *burst) {
	for ; r.fold == nil && r.next < r.end-1; r.next++ {
		rows := t.weight(r.next)
		if r.rows < t.screenful {
			r.rows += rows
			continue
		}
		if r.start == None {
			r.start = r.next
		}
		if r.beyond += rows; r.beyond >= leastFolded {
			r.fold = &fold{from: r.start, to: r.start, home: r.start}
		}
	}
	f := r.fold
	if f == nil || f.to == r.end-1 {
		return
	}
	for ; f.to < r.end-1; f.to++ {
		t.at(f.to).erase()
	}
	t.judgeFold(f)
}

// judgeFold looks whether a fold, whose place or rows have changed, is worth it.
func (t *Timeline) judgeFold(f *fold) {
	rows := 0
	for id := f.from; id < f.to && rows < leastFolded; id++ {
		rows += t.weight(id)
	}
	f.thin = rows < leastFolded
	t.undraw(f.from)
}

// weight is how many rows a block's words take, as far as they are shown.
func (t *Timeline) weight(id int) int {
	if f, ok := t.longCode(t.at(id)); ok {
		return shownOf(f)
	}
	rows := t.count(t.at(id))
	if rows > t.screenful {
		return t.tallHead() + 2 // the fold and the last row
	}
	return rows
}

// tallHead is how many rows a folded message begins with.
func (t *Timeline) tallHead() int { return max(t.screenful/tallPart, 1) }

// isTall reports whether a block's words, so many rows, are folded by themselves.
func (t *Timeline) isTall(b *block, rows int) bool {
	_, isSaid := b.item.(Said)
	return isSaid && rows > t.screenful && !t.unfolded && !b.mine && !b.calls
}

// give unfolds the first blocks of the oldest closed fold, since there are so many
// rows to spare, and reports whether there is one. What was shown before a fold
// may be gone for the bound's sake, or take less room on a wider screen.
func (t *Timeline) give(rows int) bool {
	for i := range t.bursts {
		f := t.bursts[i].fold
		if f == nil || t.closed(f.from) == nil {
			continue
		}
		t.undraw(f.from)
		for ; rows > 0 && f.from < f.to; f.from++ {
			rows -= t.weight(f.from)
		}
		t.judgeFold(f)
		return true
	}
	return false
}

// refold folds again what was given, on a screen of another size.
func (t *Timeline) refold() {
	for i := range t.bursts {
		if f := t.bursts[i].fold; f != nil {
			f.from = f.home
			t.judgeFold(f)
		}
	}
}

// untally takes the oldest block, which is about to go, off what its fold counts.
func (t *Timeline) untally() {
	if len(t.bursts) == 0 || t.bursts[0].fold == nil {
		return
	}
	if had := &t.bursts[0].fold.tally; had.from == t.first && had.from < had.to {
		had.count(t.blocks[0].item.(Said), -1)
		had.from++
	}
}

// dropBurst forgets the oldest block, which is gone. A fold that loses its first
// block begins at the next.
func (t *Timeline) dropBurst() {
	if len(t.bursts) == 0 || t.bursts[0].first >= t.first {
		return
	}
	r := &t.bursts[0]
	r.first, r.next = t.first, max(r.next, t.first)
	switch f := r.fold; {
	case r.first >= r.end:
		t.bursts = t.bursts[1:]
		t.weighed = max(t.weighed-1, 0)
	case f != nil && f.home < t.first:
		f.home, f.from, f.to = t.first, max(f.from, t.first), max(f.to, t.first)
		t.judgeFold(f)
	case r.start != None && r.start < t.first:
		r.start, r.beyond, r.next = None, 0, t.first
	}
}

// tallyOf counts how many lines of text are folded, and of how many people. What was
// counted is not counted again, since a burst may go on for long: from one bound to the
// other, with a line that comes and one that goes at each.
func (t *Timeline) tallyOf(f *fold) (lines, people int) {
	had := &f.tally
	if f.from < had.from || had.to < f.from || f.to < had.to || had.who == nil {
		*had = tally{from: f.from, to: f.from, who: make(map[string]int)}
	}
	for ; had.from < f.from; had.from++ {
		had.count(t.at(had.from).item.(Said), -1)
	}
	for ; had.to < f.to; had.to++ {
		had.count(t.at(had.to).item.(Said), 1)
	}
	return had.lines, len(had.who)
}

// unfoldSeveral shows what several people said, of whom one is ignored now or is no more:
// a fold's line stands in place of its first block, which may not be shown.
func (t *Timeline) unfoldSeveral() {
	t.bursts = slices.DeleteFunc(t.bursts, func(r burst) bool { return r.several })
	t.weighed = min(t.weighed, max(len(t.bursts)-1, 0))
}

// foldAt returns the block whose fold a block is in, or which it folds itself: the
// one that the fold's line stands in.
func (t *Timeline) foldAt(id int) (head int, ok bool) {
	if !t.Has(id) {
		return None, false
	}
	if f := t.foldWith(id); f != nil {
		return f.from, true
	}
	b := t.at(id)
	return id, !b.hidden && t.foldsItself(b)
}

// toggle opens or closes the fold that a block is in, if there is one. Its line stays
// where it is on the screen.
func (t *Timeline) toggle(id int) {
	head, ok := t.foldAt(id)
	if !ok {
		return
	}
	line, y := t.foldRow(head), None
	if line != None {
		y = t.placeOf(head, line)
	}
	if f := t.foldWith(id); f != nil {
		f.opened = !f.opened
		for i := f.from; i < f.to; i++ {
			t.at(i).erase()
		}
	} else {
		t.at(id).opened = !t.at(id).opened
	}
	t.undraw(head)
	if y != None {
		t.pin(head, t.foldRow(head), y)
	}
}

// Reveal opens what hides a block's words, and shows them.
func (t *Timeline) Reveal(id int) {
	if t.closed(id) != nil {
		t.toggle(id)
	}
	if b := t.at(id); !b.opened && t.foldsItself(b) {
		b.opened = true
		t.undraw(id)
	}
	t.show(id)
}

// foldRow is the row of a block that is a fold's line, or none.
func (t *Timeline) foldRow(id int) int {
	t.rowsOf(id)
	d := t.at(id).drawn
	if d == nil {
		return None
	}
	if f := t.foldWith(id); f != nil && f.from == id {
		return 0
	}
	return int(d.more)
}
