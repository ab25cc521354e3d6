package tui

import (
	"fmt"
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
	field   field
	pending bool  // the field holds something else than what was looked for
	next    int   // number of the block to look at next
	found   []int // numbers of the blocks that hold it, the newest first
	nth     int   // which of them is shown, or none

	due   time.Time // when it may look next
	armed bool      // seekMsg is on its way
}

// find begins a search; during one, it goes to the next older hit.
func (r *reading) find() {
	if r.searches() {
		r.toHit(1)
		return
	}
	r.mode = searching
	r.timeline.Deselect()
	q := &r.search
	*q = search{field: field{limit: maxSearchBytes}, nth: timeline.None, next: timeline.None, due: q.due, armed: q.armed}
}

// searchKey is for keys during a search: letters are looked for once no more keys
// wait; after Enter, n and N go from hit to hit.
func (r *reading) searchKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	q := &r.search
	switch {
	case key == "esc", key == "ctrl+c":
		r.endSearch()
	case key == "enter" && r.mode == searching:
		if r.seek(); r.looking() || len(q.found) > 0 {
			r.mode = hitting
		}
	case key == "enter", key == "ctrl+s", key == "up":
		r.toHit(1)
	case key == "shift+f3", key == "ctrl+r", key == "down":
		r.toHit(-1)
	case r.mode == hitting && msg.Text == "n":
		r.toHit(1)
	case r.mode == hitting && msg.Text == "N":
		r.toHit(-1)
	default:
		if q.field.update(msg) {
			return r.sought()
		}
	}
	return nil
}

// paste adds to what is looked for.
func (r *reading) paste(text string) tea.Cmd {
	if r.search.field.insert(text) {
		return r.sought()
	}
	return nil
}

// sought notes that something else is to be looked for.
func (r *reading) sought() tea.Cmd {
	r.mode, r.search.pending = searching, true
	return r.seekLater()
}

func (r *reading) endSearch() {
	r.mode = writing
	r.search.pending, r.search.next, r.search.found = false, timeline.None, nil
	r.timeline.LookFor("")
}

// seek looks for what the field holds, unless it is too soon or was looked for, and
// reports whether it did.
func (r *reading) seek() bool {
	q, t := &r.search, r.timeline
	if !q.pending || r.now().Before(q.due) {
		return false
	}
	q.pending, q.found, q.nth, q.next = false, nil, timeline.None, t.End()-1
	t.LookFor(q.field.text)
	r.lookOn()
	return true
}

// lookOn looks through some more, and shows the first hit.
func (r *reading) lookOn() {
	q, t := &r.search, r.timeline
	q.due = r.now().Add(seekEvery)
	for left := seekBytes; left > 0 && t.Has(q.next); q.next-- {
		left -= t.Item(q.next).Size()
		if t.Matches(q.next) {
			q.found = append(q.found, q.next)
		}
	}
	switch {
	case q.nth == timeline.None && len(q.found) > 0:
		r.toHit(1)
	case len(q.found) == 0 && !r.looking():
		r.mode = searching // there is nothing to go through
	}
}

// looking reports whether not everything was looked through.
func (r *reading) looking() bool { return r.search.pending || r.timeline.Has(r.search.next) }

// seekLater sees to it that the search goes on.
func (r *reading) seekLater() tea.Cmd {
	if r.search.armed || !r.looking() {
		return nil
	}
	r.search.armed = true
	return run.After(seekEvery, seekMsg{})
}

// seekOn goes on with the search, if there still is one.
func (r *reading) seekOn() tea.Cmd {
	r.search.armed = false
	if !r.searches() {
		return nil
	}
	if r.search.pending {
		r.seek()
	} else if r.looking() {
		r.lookOn()
	}
	return r.seekLater()
}

// toHit shows the hit that is so many older, if there is one.
func (r *reading) toHit(by int) {
	t, q := r.timeline, &r.search
	for len(q.found) > 0 && !t.Has(q.found[len(q.found)-1]) { // the timeline's bound took it
		q.found = q.found[:len(q.found)-1]
	}
	nth := q.nth + by
	if nth < 0 || nth >= len(q.found) {
		return
	}
	q.nth = nth
	id := q.found[nth]
	t.Reveal(id)
	t.Show(id)
}

// searchLine is what stands in the composer's place, and the cursor's column.
func (r *reading) searchLine(l look, width int) (string, int) {
	const label = " find: "
	text, n := r.search.field.shown(max(width-len(label)-1, 1), l.cells)
	return l.cells.Cut(label+text, width, ""), min(len(label)+n, width-1)
}

func (r *reading) searchHints() []hint {
	q := &r.search
	count := hint{"", "type what to look for"}
	switch {
	case len(q.found) > 0:
		count.does = fmt.Sprintf("%d of %d", q.nth+1, len(q.found))
		if r.looking() {
			count.does += " so far"
		}
	case q.field.text != "" && r.looking():
		count.does = "looking…"
	case q.field.text != "":
		count.does = "nothing like that in this screen's memory"
	}
	if len(q.found) == 0 {
		return []hint{count, {"Esc", "done"}}
	}
	if r.mode == hitting {
		return []hint{count, {"n", "older"}, {"N", "newer"}, {"Esc", "done"}}
	}
	return []hint{count, {"F3", "older"}, {"↓", "newer"}, {"Esc", "done"}}
}
