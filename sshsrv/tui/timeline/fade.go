package timeline

import (
	"sort"
	"time"
)

// In a room that fades, what happened is forgotten after a while. That is counted from
// when it came here, by this machine's own clock, so that a wrong one elsewhere neither
// keeps words nor takes them before they were read.
//
// Items leave in the order in which they came. What was said in a room before, which may
// not fade, goes with what fades below it.

// An era is a room of this timeline, as far as its items are still here.
type era struct {
	end   int           // the first item after it
	after time.Duration // how long its items stay; 0: they do
}

// Fade says how long what is said in this room stays; 0: as long as there is memory.
func (t *Timeline) Fade(after time.Duration) { t.fades = after }

// endEra ends a room, whose items fade as they did.
func (t *Timeline) endEra() {
	if n := len(t.eras); t.End() > t.first && (n == 0 || t.eras[n-1].end < t.End()) {
		t.eras = append(t.eras, era{t.End(), t.fades})
	}
	t.fades = 0
}

// Expire forgets what has faded, and returns whether anything did and when something
// next will; zero: nothing does.
func (t *Timeline) Expire() (faded bool, next time.Time) {
	now := t.now().Sub(t.began)
	from, cut := t.first, t.first
	for _, e := range append(t.eras[:len(t.eras):len(t.eras)], era{t.End(), t.fades}) {
		if e.after > 0 {
			// Within a room, items are here in the order of their times.
			stays := from + sort.Search(e.end-from, func(i int) bool { return now-t.at(from+i).came.duration() < e.after })
			if stays > from {
				cut = stays
			}
			if stays < e.end {
				if at := t.began.Add(t.at(stays).came.duration() + e.after); next.IsZero() || at.Before(next) {
					next = at
				}
			}
		}
		from = e.end
	}
	if cut == t.first {
		return false, next
	}
	for t.first < cut {
		t.forget()
	}
	t.redraw() // an answer may quote what is gone
	return true, next
}

// Knows reports whether the message with a seq of this room is still here.
func (t *Timeline) Knows(seq uint64) bool { return t.find(seq) != None }

// Others counts, from an item on, somebody else's words, and those that call this
// person.
func (t *Timeline) Others(from int) (words, calls int) {
	for id := max(from, t.first); t.Has(id); id++ {
		b := t.at(id)
		if b.hidden || b.mine || !speaks(b.item) || isGone(b.item) {
			continue
		}
		words++
		if _, private := b.item.(Whispered); private || b.calls {
			calls++
		}
	}
	return words, calls
}
