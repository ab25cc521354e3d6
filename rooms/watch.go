package rooms

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// Who watches has a place in an open room that reads and says nothing. Everybody there
// sees that somebody does: it stands in the roster, without a name, and counts.

var (
	// ErrWatching refuses what who watches asks for.
	ErrWatching = &Error{Code: NotAllowed, Message: "You are watching: who watches reads, and says nothing."}
	errWatches  = &Error{Code: NotAllowed, Message: "They are watching: who watches reads, and says nothing."}

	// ErrSealedWatch refuses to let somebody watch a sealed room.
	ErrSealedWatch = &Error{Code: NotAllowed, Message: "A sealed room can't be watched: whoever could read it there would have no name and say nothing, and nobody could tell who it is."}

	errWatchOnly = &Error{Code: NoInvite, Message: "That invitation is for watching alone."}
)

// WatcherNumber is what who watches goes by where there has to be a word for them, made of
// their member id. It is no name, since none has this sign.
func WatcherNumber(id string) string {
	h := fnv.New32a()
	h.Write([]byte(id)) // never fails
	return fmt.Sprintf("#%04d", h.Sum32()%10000)
}

// IsWatcherNumber reports whether a word is what [WatcherNumber] may return.
func IsWatcherNumber(word string) bool {
	return len(word) == 5 && word[0] == '#' && strings.Trim(word[1:], "0123456789") == ""
}

// Watchers counts those who watch.
func Watchers(members []Member) (n int) {
	for _, m := range members {
		if m.Watch {
			n++
		}
	}
	return n
}

// watches refuses what somebody who watches may not do. What may be done does not come
// here: see [Seat.Do].
func (p *place) watches(op Op) *Refused {
	if !p.watch {
		return nil
	}
	id := IDOf(op)
	if pass, ok := op.(Pass); ok {
		id = pass.ID
	}
	return &Refused{ID: id, Err: ErrWatching}
}

// spoken reports whether a member may be spoken to and of, as those may who take part, and
// tells whoever asked if not.
func (s *state) spoken(to, by *member, id string) bool {
	if to.Watch {
		s.tellOne(by, &Refused{ID: id, Err: errWatches})
	}
	return !to.Watch
}

// people is how many take part, which who watches does not.
func (r *roster) people() int { return len(r.order) - r.watching }
