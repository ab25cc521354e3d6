package tui

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/timeline"
)

// maxSearchBytes is the longest thing to look for, in bytes.
const maxSearchBytes = 100

// A search costs a little now and then, however fast somebody types: four hundred
// screens that search must not be felt by anybody else.
const (
	// seekEvery is how often a screen looks for something else, or looks on.
	seekEvery = 100 * time.Millisecond
	// seekBytes is how much it looks through at once, of what [timeline.MaxItemBytes]
	// counts: less than a millisecond's work in any script.
	seekBytes = 32 << 10
)

// seekMsg says that a search may go on.
type seekMsg struct{}

// search looks for words in what the timeline remembers, from the newest back.
type search struct {
	// Static after newReading.
	timeline *timeline.Timeline
	now      func() time.Time

	on      bool // keys are what is searched for
	hitting bool // n and N go from hit to hit
	pending bool // the field holds something else than what was looked for
	armed   bool // seekMsg is on its way

	field field
	next  int       // number of the block to look at next
	found []int     // numbers of the blocks that hold it, the newest first
	nth   int       // which of them is shown, or none
	due   time.Time // when it may look next
}

// begin begins a search; during one, it goes to the next older hit.
func (q *search) begin() {
	if q.on {
		q.toHit(1)
		return
	}
	q.timeline.Deselect()
	*q = search{
		timeline: q.timeline, now: q.now, on: true, field: field{limit: maxSearchBytes},
		nth: timeline.None, next: timeline.None, due: q.due, armed: q.armed,
	}
}

// key is for keys during a search: letters are looked for once no more keys
// wait; after Enter, n and N go from hit to hit.
func (q *search) key(key string, msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key == "esc", key == "ctrl+c":
		q.end()
	case key == "enter" && !q.hitting:
		if q.seek(); q.looking() || len(q.found) > 0 {
			q.hitting = true
		}
	case key == "enter", key == "ctrl+s", key == "up":
		q.toHit(1)
	case key == "shift+f3", key == "ctrl+r", key == "down":
		q.toHit(-1)
	case q.hitting && msg.Text == "n":
		q.toHit(1)
	case q.hitting && msg.Text == "N":
		q.toHit(-1)
	default:
		if q.field.update(msg) {
			return q.sought()
		}
	}
	return nil
}

// paste adds to what is looked for.
func (q *search) paste(text string) tea.Cmd {
	if q.field.insert(text) {
		return q.sought()
	}
	return nil
}

// sought notes that something else is to be looked for.
func (q *search) sought() tea.Cmd {
	q.hitting, q.pending = false, true
	return q.seekLater()
}

func (q *search) end() {
	q.on, q.hitting = false, false
	q.pending, q.next, q.found = false, timeline.None, nil
	q.timeline.LookFor("")
}

// seek looks for what the field holds, unless it is too soon or was looked for, and
// reports whether it did.
func (q *search) seek() bool {
	t := q.timeline
	if !q.pending || q.now().Before(q.due) {
		return false
	}
	q.pending, q.found, q.nth, q.next = false, nil, timeline.None, t.End()-1
	t.LookFor(q.field.text)
	q.lookOn()
	return true
}

// lookOn looks through some more, and shows the first hit.
func (q *search) lookOn() {
	t := q.timeline
	q.due = q.now().Add(seekEvery)
	for left := seekBytes; left > 0 && t.Has(q.next); q.next-- {
		left -= t.Item(q.next).Size()
		if t.Matches(q.next) {
			q.found = append(q.found, q.next)
		}
	}
	switch {
	case q.nth == timeline.None && len(q.found) > 0:
		q.toHit(1)
	case len(q.found) == 0 && !q.looking():
		q.hitting = false // there is nothing to go through
	}
}

// looking reports whether not everything was looked through.
func (q *search) looking() bool { return q.pending || q.timeline.Has(q.next) }

// seekLater sees to it that the search goes on.
func (q *search) seekLater() tea.Cmd {
	if q.armed || !q.looking() {
		return nil
	}
	q.armed = true
	return run.After(seekEvery, seekMsg{})
}

// seekOn goes on with the search, if there still is one.
func (q *search) seekOn() tea.Cmd {
	q.armed = false
	if !q.on {
		return nil
	}
	if q.pending {
		q.seek()
	} else if q.looking() {
		q.lookOn()
	}
	return q.seekLater()
}

// toHit shows the hit that is so many older, if there is one.
func (q *search) toHit(by int) {
	t := q.timeline
	q.forget()
	nth := q.nth + by
	if nth < 0 || nth >= len(q.found) {
		return
	}
	q.nth = nth
	t.Reveal(q.found[nth])
}

// line is what stands in the composer's place, and the cursor's column.
func (q *search) line(l look, width int) (string, int) {
	return l.asks(" find: ", &q.field, width)
}

// asks draws a field behind a label, and says in which column the cursor is.
func (l look) asks(label string, f *field, width int) (string, int) {
	text, n := f.shown(max(width-len(label)-1, 1), l.cells)
	return l.cells.Cut(label+text, width, ""), min(len(label)+n, width-1)
}

// came looks at what was said just now: it is counted, and takes nobody away.
func (q *search) came(id int) {
	if q.on && !q.pending && q.timeline.Matches(id) {
		q.found = slices.Insert(q.found, 0, id)
		if q.nth != timeline.None {
			q.nth++
		}
	}
	q.forget()
}

// mended looks again at a message whose words are others now, or gone.
func (q *search) mended(id int) {
	if !q.on || q.pending || id <= q.next {
		return // it will be looked at
	}
	i, found := slices.BinarySearchFunc(q.found, id, func(have, id int) int { return id - have })
	switch holds := q.timeline.Matches(id); {
	case found && !holds:
		q.drop(i)
	case holds && !found:
		q.found = slices.Insert(q.found, i, id)
		if q.nth >= i {
			q.nth++
		}
	}
}

// forget drops what left the timeline's memory.
func (q *search) forget() {
	for n := len(q.found) - 1; n >= 0 && !q.timeline.Has(q.found[n]); n-- {
		q.drop(n)
	}
}

// ignored drops what is not to be seen any more.
func (q *search) ignored() {
	for i := len(q.found) - 1; i >= 0; i-- {
		if q.timeline.Hidden(q.found[i]) {
			q.drop(i)
		}
	}
}

// drop takes a hit away; of the one that is shown the next older takes the place.
func (q *search) drop(i int) {
	q.found = slices.Delete(q.found, i, i+1)
	if q.nth > i || q.nth >= len(q.found) {
		q.nth--
	}
	q.hitting = q.hitting && (q.looking() || len(q.found) > 0)
}

func (q *search) hints() []hint {
	count := hint{"", "type what to look for"}
	switch {
	case len(q.found) > 0:
		count.does = fmt.Sprintf("%d of %d", q.nth+1, len(q.found))
		if q.looking() {
			count.does += " so far"
		}
	case q.field.text != "" && q.looking():
		count.does = "looking…"
	case q.field.text != "":
		count.does = "nothing like that in this screen's memory"
	}
	if len(q.found) == 0 {
		return []hint{count, {"Esc", "done"}}
	}
	if q.hitting {
		return []hint{count, {"n", "older"}, {"N", "newer"}, {"Esc", "done"}}
	}
	return []hint{count, {"F3", "older"}, {"↓", "newer"}, {"Esc", "done"}}
}
