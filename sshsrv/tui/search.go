package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// maxSearchBytes is the longest thing to look for, in bytes.
const maxSearchBytes = 100

// search looks for words in what the timeline remembers.
type search struct {
	field field
	hit   int // number of the block that was found, or none
	nth   int // how many hits there are from the newest to it, 1 being the newest
	hits  int
}

// find begins a search; during one, it goes to the next older hit.
func (s *Screen) find() {
	if s.mode == searching || s.mode == hitting {
		s.older()
		return
	}
	s.mode, s.timeline.selected = searching, none
	s.search = search{field: field{limit: maxSearchBytes}, hit: none}
}

// searchKey is for keys during a search: letters are looked for at once; after
// Enter, n and N go from hit to hit.
func (s *Screen) searchKey(key string, msg tea.KeyPressMsg) {
	switch {
	case key == "esc", key == "ctrl+c":
		s.endSearch()
	case key == "enter" && s.mode == searching && s.search.hits > 0:
		s.mode = hitting
	case key == "enter", key == "ctrl+s", key == "up":
		s.older()
	case key == "shift+f3", key == "ctrl+r", key == "down":
		s.newer()
	case s.mode == hitting && msg.Text == "n":
		s.older()
	case s.mode == hitting && msg.Text == "N":
		s.newer()
	default:
		if s.search.field.update(msg) {
			s.mode = searching
			s.seek()
		}
	}
}

func (s *Screen) endSearch() {
	s.mode = writing
	s.timeline.needle = ""
	s.timeline.redraw()
}

// matches reports whether a block holds what is looked for.
func (t *timeline) matches(id int) bool {
	b := t.at(id)
	if b.hidden || !speaks(b.item) {
		return false
	}
	from, to := find(b.item.words(), t.needle)
	return from < to
}

// seek looks anew, from the newest message back.
func (s *Screen) seek() {
	t, q := s.timeline, &s.search
	t.needle = q.field.text
	t.redraw()
	q.hit, q.nth, q.hits = none, 0, 0
	for id := t.end() - 1; id >= t.first; id-- {
		if t.matches(id) {
			q.hits++
		}
	}
	s.goTo(t.end(), -1)
}

func (s *Screen) older() { s.goTo(s.search.hit, -1) }
func (s *Screen) newer() { s.goTo(s.search.hit, 1) }

// goTo shows the next hit from a block on, if there is one.
func (s *Screen) goTo(from, step int) {
	t, q := s.timeline, &s.search
	if from == none {
		return
	}
	for id := from + step; t.has(id); id += step {
		if t.matches(id) {
			if b := t.at(id); b.folded != 0 && !b.opened {
				t.open(id)
			}
			q.hit, q.nth = id, q.nth-step
			t.show(id)
			return
		}
	}
}

// searchLine is what stands in the composer's place, and the cursor's column.
func (s *Screen) searchLine() (string, int) {
	const label = " find: "
	text, n := s.search.field.shown(max(s.width-len(label)-1, 1))
	return label + text, len(label) + n
}

func (s *Screen) searchHints() []hint {
	q := &s.search
	count := hint{"", "type what to look for"}
	switch {
	case q.hits > 0:
		count.does = fmt.Sprintf("%d of %d", q.nth, q.hits)
	case q.field.text != "":
		count.does = "nothing like that in this screen's memory"
	}
	if q.hits == 0 {
		return []hint{count, {"Esc", "done"}}
	}
	if s.mode == hitting {
		return []hint{count, {"n", "older"}, {"N", "newer"}, {"Esc", "done"}}
	}
	return []hint{count, {"F3", "older"}, {"↓", "newer"}, {"Esc", "done"}}
}
