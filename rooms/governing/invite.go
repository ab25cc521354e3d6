package governing

import (
	"fmt"
	"strings"

	"sotto/rooms"
)

// The sentences about invitations that there are none of.
const (
	Uninvited    = "No invitation that was made to this room is good any more."
	SealedInvite = "A sealed room's link is its key, and bears no invitation. With /door knock you let in whom you like."
)

// Invitation adds what an invitation is good for to the ways in by it.
func Invitation(ways rooms.Invitation, e *rooms.Invited) rooms.Invitation {
	good := "Who has it comes in"
	switch {
	case e.Watch:
		good = "Who has it may watch, which is to read and say nothing"
	case e.Uses == 1:
		good = "It lets in one person, once"
	case e.Uses > 1:
		good = fmt.Sprintf("It lets in %d people", e.Uses)
	}
	if e.For > 0 {
		good += ", for " + Long(e.For) + " from now"
	}
	if e.Watch {
		ways = watching(ways)
	}
	ways.Note = strings.TrimSpace(good + ", whatever the door. It is shown to nobody else, and /uninvite voids it. " + ways.Note)
	return ways
}

// watching makes of the ways into a room those to watch it.
func watching(ways rooms.Invitation) rooms.Invitation {
	if ways.SSH != "" {
		ways.SSH += " --watch"
	}
	if ways.Web != "" {
		page, token, has := strings.Cut(ways.Web, "#")
		if ways.Web = page + "?watch"; has {
			ways.Web += "#" + token
		}
	}
	return ways
}
