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
func (s *Screen) find() {
	if s.mode == searching || s.mode == hitting {
		s.toHit(1)
		return
	}
	s.mode = searching
	s.timeline.Deselect()
	q := &s.search
	*q = search{field: field{limit: maxSearchBytes}, nth: timeline.None, next: timeline.None, due: q.due, armed: q.armed}
}

// searchKey is for keys during a search: letters are looked for once no more keys
// wait; after Enter, n and N go from hit to hit.
func (s *Screen) searchKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	q := &s.search
	switch {
	case key == "esc", key == "ctrl+c":
		s.endSearch()
	case key == "enter" && s.mode == searching:
		if s.seek(); s.looking() || len(q.found) > 0 {
			s.mode = hitting
		}
	case key == "enter", key == "ctrl+s", key == "up":
		s.toHit(1)
	case key == "shift+f3", key == "ctrl+r", key == "down":
		s.toHit(-1)
	case s.mode == hitting && msg.Text == "n":
		s.toHit(1)
	case s.mode == hitting && msg.Text == "N":
		s.toHit(-1)
	default:
		if q.field.update(msg) {
			return s.sought()
		}
	}
	return nil
}

// sought notes that something else is to be looked for.
func (s *Screen) sought() tea.Cmd {
	s.mode, s.search.pending = searching, true
	return s.seekLater()
}

func (s *Screen) endSearch() {
	s.mode = writing
	s.search.pending, s.search.next, s.search.found = false, timeline.None, nil
	s.timeline.LookFor("")
}

// seek looks for what the field holds, unless it is too soon.
func (s *Screen) seek() {
	q, t := &s.search, s.timeline
	if !q.pending || s.cfg.Now().Before(q.due) {
		return
	}
	q.pending, q.found, q.nth, q.next = false, nil, timeline.None, t.End()-1
	t.LookFor(q.field.text)
	s.lookOn()
}

// lookOn looks through some more, and shows the first hit.
func (s *Screen) lookOn() {
	q, t := &s.search, s.timeline
	q.due, s.touched = s.cfg.Now().Add(seekEvery), true
	for left := seekBytes; left > 0 && t.Has(q.next); q.next-- {
		left -= t.Item(q.next).Size()
		if t.Matches(q.next) {
			q.found = append(q.found, q.next)
		}
	}
	switch {
	case q.nth == timeline.None && len(q.found) > 0:
		s.toHit(1)
	case len(q.found) == 0 && !s.looking():
		s.mode = searching // there is nothing to go through
	}
}

// looking reports whether not everything was looked through.
func (s *Screen) looking() bool { return s.search.pending || s.timeline.Has(s.search.next) }

// seekLater sees to it that the search goes on.
func (s *Screen) seekLater() tea.Cmd {
	if s.search.armed || !s.looking() {
		return nil
	}
	s.search.armed = true
	return run.After(seekEvery, seekMsg{})
}

// seekOn goes on with the search, if there still is one.
func (s *Screen) seekOn() tea.Cmd {
	s.search.armed = false
	if s.mode != searching && s.mode != hitting {
		return nil
	}
	if s.search.pending {
		s.seek()
	} else if s.looking() {
		s.lookOn()
	}
	return s.seekLater()
}

// toHit shows the hit that is so many older, if there is one.
func (s *Screen) toHit(by int) {
	t, q := s.timeline, &s.search
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
func (s *Screen) searchLine() (string, int) {
	const label = " find: "
	text, n := s.search.field.shown(max(s.width-len(label)-1, 1), s.cells)
	return label + text, len(label) + n
}

func (s *Screen) searchHints() []hint {
	q := &s.search
	count := hint{"", "type what to look for"}
	switch {
	case len(q.found) > 0:
		count.does = fmt.Sprintf("%d of %d", q.nth+1, len(q.found))
		if s.looking() {
			count.does += " so far"
		}
	case q.field.text != "" && s.looking():
		count.does = "looking…"
	case q.field.text != "":
		count.does = "nothing like that in this screen's memory"
	}
	if len(q.found) == 0 {
		return []hint{count, {"Esc", "done"}}
	}
	if s.mode == hitting {
		return []hint{count, {"n", "older"}, {"N", "newer"}, {"Esc", "done"}}
	}
	return []hint{count, {"F3", "older"}, {"↓", "newer"}, {"Esc", "done"}}
}
