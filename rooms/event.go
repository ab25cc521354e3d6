package rooms

import (
	"sync"
	"time"
)

// Via names the program that a person is in the room with.
type Via string

// The programs that protocol and roster know.
const (
	ViaSSH    Via = "ssh"
	ViaWeb    Via = "web"
	ViaPipe   Via = "pipe"
	ViaNative Via = "native"
	ViaOther  Via = "other" // as a client calls one that it does not know
)

// Kind says who can read a room.
type Kind string

// The kinds of rooms.
const (
	KindOpen   Kind = "open"   // words pass through the server's memory in the clear
	KindSealed Kind = "sealed" // the server passes on what it can't read
)

// Person is whoever said or did something, as they were called then. ID is
// random, means nothing outside the room, and dies with the place.
type Person struct{ ID, Nick string }

// Member is somebody in the room.
type Member struct {
	ID    string
	Nick  string // a WatcherNumber of who watches; empty in a sealed room, where only members know names
	Via   Via
	Away  bool   // the connection was lost and may come back
	Aside Aside  // they said that they are away
	Hello string // raw bytes, only in a sealed room: what the member shows of its key

	Host   bool // may do what hosts may
	Muted  bool // may not speak for a while
	Speaks bool // may speak in a quiet room though no host
	Watch  bool // reads and says nothing, and goes by a number

	arrived uint64 // number of the event that told of it
}

// Person returns the member as the author of something.
func (m Member) Person() Person { return Person{ID: m.ID, Nick: m.Nick} }

// LeaveReason says why somebody left.
type LeaveReason string

const (
	LeftQuit     LeaveReason = "quit"
	LeftLost     LeaveReason = "lost"
	LeftSlow     LeaveReason = "slow"
	LeftShutdown LeaveReason = "shutdown"
	LeftRemoved  LeaveReason = "removed" // by a host, or by a vote
)

// Event is what happened. The set is closed. Room events carry the room's Seq,
// which rises by one with each; whispers carry a WSeq, which each seat counts
// for itself; the rest concern only the seat that gets them.
//
// Events reach doors as pointers. They are shared by every seat and must not be
// changed. What an event knows of itself, facts.go has.
type Event interface{ facts() facts }

// Welcome is the first event of a seat, and the first after it was taken back
// by a ticket. The next room event is Seq+1.
type Welcome struct {
	Room    RoomName
	Kind    Kind
	Topic   string
	You     Member
	Members []Member // you among them, in the order of arrival
	Rules   Rules
	Seq     uint64
	Ticket  string // empty unless the seat asked to be resumable
	Resumed bool
	Voice   bool // the server offers voice
}

// Said is a message to everybody, its sender included.
type Said struct {
	Forms
	Seq    uint64
	At     time.Time
	From   Person
	Text   string
	Action bool
	Re     uint64
	ID     string // only on the sender's own copy

	Options []string // of a poll
	Gone    bool     // it was taken back before this seat got it: Text and Options are empty
}

// Reacted says that somebody put a reaction on a message, or took theirs off. Who has one
// on it already, or none, changes nothing, and nobody is told.
type Reacted struct {
	Forms
	Seq   uint64
	From  Person
	Re    uint64
	Emoji string
	On    bool
	ID    string // only on the own copy of whoever asked
}

// Retracted says that a message was taken back, by its writer or a host: whoever shows it
// removes it from the screen and from memory.
type Retracted struct {
	Forms
	Seq  uint64
	From Person
	Re   uint64
	ID   string // only on the own copy of whoever asked
}

// Amended is the text of a message as its writer changed it.
type Amended struct {
	Forms
	Seq  uint64
	From Person
	Re   uint64
	Text string
	ID   string // only on the own copy of whoever asked
}

// Whispered is a message between two; both get it.
type Whispered struct {
	WSeq     uint64
	At       time.Time
	From, To Person
	Text     string
	ID       string // only on the sender's own copy
}

// Offered says that a file is offered. Those who want it ask its sender for it
// by [Pass]; package files knows how.
type Offered struct {
	Forms
	Seq  uint64
	At   time.Time
	From Person
	File File
	ID   string // only on the sender's own copy
}

// Passed is what a member passed to this seat. It has no number: whoever did not
// get it is not told.
type Passed struct {
	Forms
	From string // member id
	Body []byte
}

// Joined says that somebody came in.
type Joined struct {
	Forms
	Seq    uint64
	Member Member
}

// Left says that somebody is gone.
type Left struct {
	Forms
	Seq    uint64
	Member Member
	Reason LeaveReason
	Why    string // what a host gave as the reason for removing them; in a sealed room, what that means
}

// Renamed says that a member, given with the new name, was called Was.
type Renamed struct {
	Forms
	Seq    uint64
	Member Member
	Was    string
	ID     string // only on the own copy of whoever asked
}

// TopicSet is a new topic; an empty Text cleared it.
type TopicSet struct {
	Forms
	Seq  uint64
	From Person
	Text string
	ID   string // only on the own copy of whoever asked
	was  string // the topic before, to wind a view back (rewind.go)
}

// RulesSet says what rules there are now. Nobody, From empty, changes them but by Why.
type RulesSet struct {
	Forms
	Seq   uint64
	From  Person
	Rules Rules
	Why   RulesReason
	ID    string // only on the own copy of whoever asked
	was   Rules  // the rules before, to wind a view back (rewind.go)
}

// HostSet says that a member is a host now, or none any more: Member.Host says which.
type HostSet struct {
	Forms
	Seq    uint64
	Member Member
	ID     string // only on the own copy of whoever asked
}

// KeyShown is a key of the room, told to the host who asked for it and to nobody else.
type KeyShown struct {
	Words string
	ID    string
}

// Muted says that a member may not speak for so long, or, after 0, that they may again.
type Muted struct {
	Forms
	Seq    uint64
	Member Member
	For    time.Duration
	ID     string // only on the own copy of whoever asked
	was    bool   // whether they were muted before, to wind a view back (rewind.go)
}

// SpeakSet says that a member may speak in a quiet room now, or no longer: Member.Speaks
// says which.
type SpeakSet struct {
	Forms
	Seq    uint64
	Member Member
	ID     string // only on the own copy of whoever asked
}

// Voting says that everybody who has been here for [VoteAfter] is asked whether to remove a
// member, or that it is over and came to nothing. What came of it otherwise a [Left] says.
type Voting struct {
	Forms
	Seq    uint64
	Member Member    // whom it is about
	Ends   time.Time // when it is over at the latest
	Needed int       // how many have to agree
	Over   bool      // then Ends and Needed mean nothing
	ID     string    // only on the own copy of whoever asked
}

// Knocking says to whoever may open that somebody is at the door.
type Knocking struct {
	Forms
	Knock string // what the decision names
	Nick  string // wished, and reserved for nobody; empty of who wants to watch, and in a sealed room
	Text  string // what they say of themselves, a line
	Watch bool   // they want to watch
}

// Knocked says how a knock ended.
type Knocked struct {
	Forms
	Knock   string
	Outcome KnockOutcome
	ID      string // only on the own copy of whoever decided
}

// Invited is an invitation, told to whoever asked for it and to nobody else, with what it
// is good for, as of [Invite]; without a token it says that all of them are void.
type Invited struct {
	Token string
	Uses  int
	For   time.Duration
	Watch bool
	ID    string
}

// Leapt says that somebody goes on in another room, to those of whom they want to be
// followed. Like whispers it is numbered for each seat. In a sealed room it has a Key, as
// of [Leap], and no Room.
type Leapt struct {
	WSeq uint64
	At   time.Time
	From Person
	Room RoomName
	Key  string
	ID   string // only on the own copy of whoever asked
}

// KnockOutcome says how a knock ended.
type KnockOutcome string

// The outcomes.
const (
	KnockAdmitted KnockOutcome = "admitted"
	KnockDenied   KnockOutcome = "denied"
	KnockGone     KnockOutcome = "gone" // they went away, or nobody decided in time
)

// Away says that a member's connection was lost and may come back, or came
// back. It belongs to the roster; timelines do not show it.
type Away struct {
	Forms
	Seq    uint64
	Member Member
}

// TypingNow says that a member is typing. Readers show it for [TypingFor] or
// until that member's next Said. It never pushes out words.
type TypingNow struct {
	Forms
	Member string // member id
}

// Notice tells one seat something about itself, e.g. that a wished name was
// taken.
type Notice struct {
	Code Code
	Text string
}

// Gap says that so many numbered events (room events and whispers) could not be
// kept for this seat. The next room event is Seq+1. From is whose they were, which nobody
// knows but the ends of a sealed room: a server's word for it is not taken.
type Gap struct {
	Missed uint64
	Seq    uint64
	From   Person // no ID: nobody knows
}

// Synced answers a [Sync].
type Synced struct{ ID string }

// Refused says that an op did not happen, and why.
type Refused struct {
	ID  string // of the op
	Err *Error
}

// Held answers an [Inspect].
type Held struct {
	ID     string
	Fields []HeldField
}

// HeldField is one field that the server holds about a place.
type HeldField struct {
	Name  string // as in the server's own structures
	Value string // as it is now; for keys and queues a description, not content
	Why   string // what it is held for, and until when
}

// Link says that the connection between a seat and its server was lost, or is
// back. Only seats over a network give it; a room never does.
type Link struct {
	Up   bool
	Why  *Ended    // the server's last words about it; nil: there were none
	Gone time.Time // up, but in a new place: since when nothing came for the old one
}

// Silence says that what went out over the connection between a seat and its server
// has had no answer for a while, or that somebody answers again. A [Link] that goes
// down ends it too. Only seats over a network give it; a room never does.
type Silence struct {
	Since time.Time // since when nothing came that could be an answer; zero: something did
}

// Transfer says how a file that was offered fares at this end: anew whenever that
// changes, and now and then while it is on its way. Only seats that carry files
// give it; a room never does.
type Transfer struct {
	Offer  uint64 // the seq of its Offered
	N      int    // what it goes by in commands
	Name   string
	Size   uint64 // bytes
	From   Person
	Mine   bool // it is this person who offers it
	State  TransferState
	Done   uint64 // bytes here; of a file of one's own, those that the slowest taker has
	Takers int    // of a file of one's own: how many take it now
	Taken  int    // and how many have it
	Text   string // a sentence about what has just happened, or empty
}

// TransferState is how a file fares.
type TransferState string

const (
	TransferOpen    TransferState = "open"    // it can be taken
	TransferRunning TransferState = "running" // it is on its way
	TransferDone    TransferState = "done"    // it is here, whole
	TransferOver    TransferState = "over"    // it can't be taken any more
)

// Forms keeps derived forms of one event: its JSON, its styled terminal lines.
// Each is made at most once per key, however many readers ask. The zero value
// is ready.
type Forms struct {
	mu    sync.Mutex
	forms []form
}

type form struct {
	key   any
	value any
}

// Form returns the event's form for key, making it on first use. Concurrent
// callers wait for the one who makes it; make must not call Form on the same
// event. Few keys are expected, so a slice is searched.
func (f *Forms) Form(key any, make func() any) any {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, have := range f.forms {
		if have.key == key {
			return have.value
		}
	}
	value := make()
	f.forms = append(f.forms, form{key, value})
	return value
}
