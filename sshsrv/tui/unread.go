package tui

import "sotto/sshsrv/tui/timeline"

// unread is where a person stopped reading: how much was not seen as it came, how
// much of that calls them, and where it begins. It knows no screen: it is told
// whether the window is looked at, and whether the newest row is shown. The
// browser counts alike, by rooms/behaviour/unread.json.
type unread struct {
	count, calls int
	first        int // number of the first block that was not seen, or none
	divider      int // number of the block below the divider, or none

	away  bool // the window is not looked at
	above bool // the newest row is not shown
	moves bool // the divider does, with the next that is not seen
}

func newUnread(away bool) unread {
	return unread{first: timeline.None, divider: timeline.None, away: away, moves: true}
}

// attend says what is seen from now on. Coming back leaves the divider where it
// is, and so does reading further up; looking away lets it move.
func (u *unread) attend(looking, atEnd bool) {
	if !looking && !u.away {
		u.moves = true
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

// spoke says that this person spoke, and so has read what was seen.
func (u *unread) spoke() {
	if u.count == 0 {
		u.divider = timeline.None
	}
}

// seen says that what came is being read.
func (u *unread) seen() { u.count, u.calls, u.first = 0, 0, timeline.None }
