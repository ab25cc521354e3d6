package rooms

// What people ask for about something that was said, named by its number. A number that
// was not said here, or that [RememberedMessages] others came after, is an unknown message.

// React puts somebody's reaction on a message, or takes it off.
type React struct {
	ID    string
	Re    uint64
	Emoji string // one emoji; of a poll, the number of an option: "1" is the first
	On    bool
}

// Retract takes a message back: one's own, or anybody's if a host asks.
type Retract struct {
	ID string
	Re uint64
}

// Amend changes one's own message, for [AmendFor] after it was said.
type Amend struct {
	ID   string
	Re   uint64
	Text string // as of Say
}
