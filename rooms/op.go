package rooms

// Op is what a participant asks for. The set is closed: [Say], [Whisper],
// [Rename], [SetTopic], [SetAside], [Typing], [Voice], [AskVoice], [Seal], [Offer], [Pass], [Sync], [Ack],
// [Inspect], [Leave], those about something said (mending.go) and of hosts (powers.go).
//
// An op becomes an [Event] when the log returns it; one that is refused comes
// back to its sender alone as a [Refused]. ID, where there is one, is chosen by
// the sender, at most [MaxIDBytes] long, and comes back on the sender's own
// copy and on a refusal.
type Op interface{ opFacts() opFacts }

// Say speaks to the room.
type Say struct {
	ID     string
	Text   string // cleaned here; at most MaxTextBytes and MaxTextLines after it
	Action bool   // "/me": shown as something the speaker does
	Re     uint64 // the seq that this answers, 0 for none

	// Options make it a poll: what can be chosen, by a reaction. At least MinOptions and at
	// most MaxOptions, each cleaned and of at most MaxOptionBytes.
	Options []string
}

// Whisper speaks to one member.
type Whisper struct {
	ID   string
	To   string // member id
	Text string
}

// Rename asks for another name.
type Rename struct {
	ID   string
	Nick string
}

// SetTopic changes the room's topic; an empty one clears it.
type SetTopic struct {
	ID   string
	Text string
}

// Typing says that words are being typed.
type Typing struct{}

// Seal sends a sealed message; nothing else is said in a sealed room. Body goes
// to every member who has a wrap, each gets its own; a wrap for somebody who has
// left means nothing.
type Seal struct {
	ID    string
	Body  []byte            // at most MaxSealedBytes
	Wraps map[string][]byte // by member id, each of at most MaxWrapBytes
}

// Offer offers a file to the room; it counts as something said. In a sealed room
// the server refuses it: there it travels as a sealed message.
type Offer struct {
	ID   string
	File File
}

// Pass hands bytes to some members, who get them as [Passed] or not at all: they
// are never kept for anybody who is not there to take them now.
type Pass struct {
	ID   string   // comes back on a refusal alone
	To   []string // member ids, at most MaxPassTo; somebody who has left means nothing
	Body []byte   // at most MaxPassBytes
}

// Sync asks for a [Synced] after everything that was done before it.
type Sync struct {
	ID string
	// Refused is the ID of the newest [Seal] of its sender that had to wait: what they
	// seal from now on was sealed behind it. Empty of those who know of none.
	Refused string
}

// Ack says what a resumable seat has received so far.
type Ack struct{ Seq, WSeq uint64 }

// Inspect asks for [Held]: every field that the server holds about this place.
type Inspect struct{ ID string }

// Leave gives the place up; Next then returns io.EOF.
type Leave struct{}
