package cluster

import (
	"context"
	"errors"
	"time"
)

// Store is what the nodes share: it numbers, keeps and publishes what they seal, and reads
// none of it. All of its methods may be called from several goroutines, and end with ctx.
//
// An error that is none of those below says that nobody knows what became of the call.
type Store interface {
	// Open returns a room as it is kept, making it if it isn't there; a room that is made
	// has an epoch above those of all rooms before it. Head is what a room that is made
	// begins with.
	Open(ctx context.Context, room string, head []byte) (Kept, error)
	// Head returns what a room began with. The error may be [ErrNoRoom].
	Head(ctx context.Context, room string) ([]byte, error)
	// Append gives drafts of one node the next numbers of a room, in their order, keeps and
	// publishes them: all, or none. Seen is the newest entry that the node knows of; a store
	// that has less in it has lost some, and appends nothing. A draft with an id that was
	// appended within [Remembered] is not appended again: what is returned for it is where it
	// is. Want says that the room's history is so long that a snapshot is wanted.
	Append(ctx context.Context, room string, seen Place, drafts []Draft) (at []Stamp, want bool, err error)
	// After returns what is kept of a room after a place. ErrForgotten: not all of it is.
	After(ctx context.Context, room string, at Place) ([]Entry, error)
	// Keep has a room begin with a snapshot for whoever opens it from [rooms.HistoryFor] on.
	Keep(ctx context.Context, room string, s Snapshot) error
	// Remove forgets a room, if nothing was appended after a place.
	Remove(ctx context.Context, room string, at Place) error
	// Touch has rooms kept for another [RoomFor], and returns those of them that the store
	// does not have, or that it has less of than at the place.
	Touch(ctx context.Context, rooms map[string]Place) (lost []string, err error)
	// Propose offers what a node has of a room that the store lost. Within [ProposeFor] of
	// the first such offer the one with the highest place wins, whoever made it, and the
	// store answers ErrRecovering to all else about that room; from then on the room is what
	// won, followed by its Next as the first entry of a new epoch.
	Propose(ctx context.Context, room string, p Proposal) error

	// Publish hands bytes to every node that listens to a room, or not at all.
	Publish(ctx context.Context, room string, body []byte) error
	// Listen has what is published in a room given to the store's Hearer, from when it
	// returns on, until Unlisten.
	Listen(ctx context.Context, room string) error
	Unlisten(room string)
	// Reconnect has all that is listened to listened to anew, for when nothing is heard though
	// it should be. Missed comes once that is done.
	Reconnect()

	// Beat says that a node is there for another [LeaseFor], unless it was found gone or
	// left, which is ErrFenced. It returns who is there and who is gone since [GoneFor].
	Beat(ctx context.Context, node string) (Nodes, error)
	// Leave says that a node ends by itself.
	Leave(ctx context.Context, node string) error
	// Close ends what the store does. Nothing is heard after it returns.
	Close() error
}

// Hearer is told what a store publishes, one call at a time, and returns at once.
type Hearer interface {
	Heard(room string, e Entry)
	Passed(room string, body []byte)
	// Missed says that something may have been published that was not heard.
	Missed()
}

// Place is where an entry stands in the history of its room: epochs rise, and numbers rise
// by one within an epoch and go on in the next. The zero Place is before everything.
type Place struct{ Epoch, Number uint64 }

// Before reports whether p is before q.
func (p Place) Before(q Place) bool {
	return p.Epoch < q.Epoch || p.Epoch == q.Epoch && p.Number < q.Number
}

// ID is which node made a draft, and which of its drafts it is: it never comes twice.
type ID struct {
	Node  [16]byte
	Count uint64
}

// Draft is an entry that has no place yet.
type Draft struct {
	ID    ID
	Until time.Time // when it is no longer to be appended, by the clock of the store
	Body  []byte    // sealed
}

// Stamp is where and when a draft was appended. The zero Stamp: it was too late for that, and
// never will be.
type Stamp struct {
	Place
	At time.Time // by the clock of the store, whose time never goes back within a room
}

// Entry is something that happened in a room.
type Entry struct {
	Stamp
	ID   ID
	Body []byte
}

// Snapshot is what a room was at a place, sealed.
type Snapshot struct {
	Place
	Body []byte
}

// Kept is all that a store has of a room: a snapshot, or nothing where the room has just
// been made, and every entry after that, without a hole.
type Kept struct {
	Snapshot Snapshot
	Entries  []Entry
	Last     Place // of the last entry, or of the snapshot
	Made     bool
	Unsure   bool // it was made, and the store can't know whether it had the room before
}

// Proposal is what a node has of a room that the store lost.
type Proposal struct {
	Head     []byte
	Snapshot Snapshot
	Next     Draft
}

// Nodes are those of a store, as one beat found them.
type Nodes struct {
	Now  time.Time            // by the clock of the store
	Live []string             // who beats
	Gone map[string]time.Time // who was found gone, and since when
}

// What a store says that it did not do, for certain.
var (
	ErrNoRoom     = errors.New("the room is not there")
	ErrLost       = errors.New("the store has lost what it had of the room")
	ErrForgotten  = errors.New("that is no longer kept")
	ErrRecovering = errors.New("the room is being put together again")
	ErrFull       = errors.New("the store has no memory left")
	ErrFenced     = errors.New("this node was taken for gone")
)

// What a store holds, and for how long.
const (
	// LeaseFor is how long a node is there after a beat, and BeatEvery how often it beats:
	// four may be lost. GoneFor is how long it is known that it is gone, so that every
	// room hears of it: as long as a place waits, twice.
	LeaseFor  = 10 * time.Second
	BeatEvery = 2 * time.Second
	GoneFor   = 120 * time.Second

	// Remembered is how long the ids of entries are: longer than a draft is tried.
	Remembered = 90 * time.Second

	// RoomFor is how long a room is kept that no node touches: as long as all of its people
	// may still come back, and a little.
	RoomFor = 180 * time.Second

	// ProposeFor is how long nodes have to offer what they know of a room that the store
	// lost: every node finds out within a beat.
	ProposeFor = 2 * BeatEvery

	// MaxBatch and MaxBatchBytes are how many drafts are appended at once, so that no script
	// keeps the store from others for more than about a millisecond.
	MaxBatch      = 64
	MaxBatchBytes = 256 << 10
)
