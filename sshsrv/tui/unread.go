package tui

import (
	"slices"

	"sotto/sshsrv/tui/timeline"
)

// unread is where a person stopped reading: how much was not seen as it came, how
// much of that calls them, and where it begins. It knows no screen: it is told
// whether the window is looked at, and whether the newest row is shown. The
// browser counts alike, by rooms/behaviour/unread.json.
type unread struct {
	count, calls int
	first        int // number of the first block that was not seen, or none
	divider      int // number of the block below the divider, or none

	away  bool  // the window is not looked at
	above bool  // the newest row is not shown
	moves bool  // the divider does, with the next that is not seen
	again []int // blocks that were seen, and call this person since they were changed
}

func newUnread(away bool) unread {
	return unread{first: timeline.None, divider: timeline.None, away: away, moves: true}
}

// attend says what is seen from now on. Coming back leaves the divider where it is, and so
// does reading further up; looking away lets it move, and takes it away if all was read.
func (u *unread) attend(looking, atEnd bool) {
	if !looking && !u.away {
		u.moves = true
		u.read()
	}
	u.away, u.above = !looking, !atEnd
	if looking && atEnd {
		u.seen()
	}
}

// take takes somebody else's words, and reports whether they are seen as they
// come.
func (u *unread) take(id int, calls bool) bool {
	if !u.away && !u.above {
		return true
	}
	if u.divider == timeline.None || u.moves {
		u.divider, u.moves = id, false
	}
	if u.first == timeline.None {
		u.first = id
	}
	u.count++
	if calls {
		u.calls++
	}
	return false
}

// read says that this person has read what was seen: they spoke, pressed Esc or go.
func (u *unread) read() {
	if u.count == 0 {
		u.divider = timeline.None
	}
}

// seen says that what came is being read.
func (u *unread) seen() { u.count, u.calls, u.first, u.again = 0, 0, timeline.None, nil }

// has reports whether a block is among what was not seen.
func (u *unread) has(id int) bool {
	return u.first != timeline.None && id >= u.first || slices.Contains(u.again, id)
}

// named takes words that were changed, and call this person only now.
func (u *unread) named(id int) {
	switch {
	case u.has(id):
		u.calls++
	case u.away || u.above:
		u.again = append(u.again, id)
		u.count++
		u.calls++
	}
}

// takeBack takes words away that were taken back.
func (u *unread) takeBack(id int, called bool) {
	if !u.has(id) {
		return
	}
	u.again = slices.DeleteFunc(u.again, func(have int) bool { return have == id })
	u.count--
	if called {
		u.calls--
	}
	if u.count <= 0 {
		u.seen()
	}
}
