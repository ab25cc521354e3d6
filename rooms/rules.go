package rooms

import "time"

// Door says who may come in.
type Door string

// The doors.
const (
	DoorOpen   Door = "open"
	DoorKnock  Door = "knock"  // whoever somebody inside lets in
	DoorLocked Door = "locked" // whoever has an invitation
)

// Rules bind everybody in a room, and everybody is shown them. The zero value, but for
// an open door, is a room without any.
type Rules struct {
	Door    Door
	Slow    time.Duration // a person may say something once in so long; 0: no such rule
	Fade    time.Duration // clients forget what was said after so long; 0: never
	Quiet   bool          // only hosts speak, and those who were given voice
	NoLinks bool          // nobody who came less than [LinksAfter] ago posts a link
}

// RulesReason says why rules changed that nobody changed.
type RulesReason string

// The reasons. A host's own change has none.
const (
	RulesRemoved RulesReason = "removed" // somebody was removed, so newcomers knock for a while
	RulesFlood   RulesReason = "flood"   // too many came at once, so newcomers knock for a while
	RulesCalm    RulesReason = "calm"    // that while is over
)
