// Package client is a participant's end of the protocol: a seat in a room on
// another machine, with the three methods of a seat in this process. It comes
// over the WebSocket that webbridge serves, or over any other [Conn].
//
// # What it guarantees
//
//   - A lost connection, and one that the server ended with an invitation to come
//     back, is taken up again with the place's ticket, for as long as the server
//     keeps the place. [rooms.Link] events say when the connection goes and comes,
//     notices of the code [rooms.Unreachable] why it does not come; what was missed
//     comes after, in order and once each, or a [rooms.Gap] does.
//     If the place is gone, a new one is taken under the last name, and another
//     [rooms.Welcome] says so.
//   - Of an op with an ID, either its own copy comes, or a [rooms.Refused] says
//     that it did not happen; with [rooms.Uncertain] that its place is gone and
//     nobody can know. An op that is asked for while the connection is down is
//     refused at once. A [rooms.Seal] alone is never refused for that: its place in
//     the chains is used up, and whoever sealed it sends the same again. A
//     [rooms.Pass] is for now or never.
//   - A connection over which nobody answers what was sent is told of by
//     [rooms.Silence], and then given up like a lost one.
//   - Do does not wait for the line.
//   - Nothing here grows without bound: a participant who takes no events makes
//     the server's outbox fill, and ends as too slow like anybody else; one who
//     asks for more than the line takes is refused.
//
// The package knows no screen, writes nothing down, and does not resolve, proxy
// or trust anything by itself: that is the affair of whoever makes connections.
package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"sotto/rooms"
	"sotto/rooms/wire"
)

const (
	// ackEvery and ackBytes are how often what was received is acknowledged: half
	// of what the protocol asks for, so that a slow line keeps the promise too.
	ackEvery = time.Second
	ackBytes = 16 << 10
	// writeTimeout is how long a frame may take to leave.
	writeTimeout = 10 * time.Second
	// dialTimeout is how long one attempt to come back may take.
	dialTimeout = 10 * time.Second
	// firstPause and lastPause bound the pauses between attempts; each is twice
	// the one before, and shortened by chance, so that a thousand clients don't
	// come back in one instant.
	firstPause = 250 * time.Millisecond
	lastPause  = 5 * time.Second
	// steadyAfter is how long a connection has to last for the pauses to begin anew: a
	// server that welcomes and breaks off at once has its clients ask no faster than one
	// that does not answer.
	steadyAfter = 10 * time.Second
	// askBack is how long a lost place is asked back: an answer comes before the
	// keys of a sealed room die, which is when the window of a return closes.
	askBack = rooms.ResumeWindow - time.Second
	// partingWait is how long the server may take to answer a goodbye. What it
	// never heard it finds out by itself.
	partingWait = time.Second
	// maxUntaken is how many events may wait for their participant before
	// nothing more is read from the network.
	maxUntaken = 1024
)

// Conn carries messages of one or more frames. One goroutine reads, and one writes.
type Conn interface {
	// Read waits for a message, which is the caller's until the next Read.
	Read(ctx context.Context) ([]byte, error)
	Write(ctx context.Context, message []byte) error
	// Close frees whoever reads or writes.
	Close()
}

// Options say where to connect and how.
type Options struct {
	// Connect makes a connection, the first and every one after a loss. An
	// *[rooms.Ended] that no other try would mend ends the seat.
	Connect func(context.Context) (Conn, error)
	// Join says what to ask for. It is called for each new place, since what
	// belongs to a place must not outlive it. Resume and Native are always set.
	Join func() wire.Join
	// Waiting has the first place asked for by a knock, with Text said at the door, and
	// is told how many have waited longer: at first and whenever it changes. Nil: by a
	// join, which a door that knocks refuses with [rooms.AtTheDoor].
	Waiting func(ahead int)
	Text    string
	// Patience is how long a lost connection is tried again; 0: until the
	// participant leaves.
	Patience time.Duration
}

var _ interface {
	rooms.Participant
	rooms.Eased
	rooms.Maker
} = (*Seat)(nil)

// Seat is a seat in a room on another machine. Its methods may be called from
// several goroutines; Next from one at a time.
type Seat struct {
	options Options

	cancel context.CancelFunc
	done   chan struct{} // closed when nothing works for the seat any more
	sealed bool          // what the last new place is in; of whoever connects
	made   bool          // the room, by coming in

	bell  rooms.Bell // something may be there to take
	space rooms.Bell // something was taken

	mu       sync.Mutex
	link     *link // nil while the connection is down
	leaving  bool
	untaken  []rooms.Event
	passed   int // how much of them was passed, in bytes
	ended    error
	pending  []string      // ids of ops whose fate is not known
	patience time.Duration // for how long an answer is waited for
	losses   int           // how often the connection was lost
	told     int           // of how many of these Next has told
	known    int           // of how many the participant knows: they came back for more
}

// Dial connects, joins and returns the seat; its first event is the welcome. A
// refused join is an *[rooms.Error], one that the server ended an
// *[rooms.Ended]; of a knock that nobody decided about it is [rooms.ErrUnanswered]. ctx
// is for the dialling alone, and for the wait at a door.
func Dial(ctx context.Context, o Options) (*Seat, error) {
	s := &Seat{
		options: o, done: make(chan struct{}),
		bell: rooms.NewBell(), space: rooms.NewBell(),
		patience: answerWithin,
	}
	first, err := s.dial(ctx, position{})
	if err != nil {
		return nil, err
	}
	running, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.link = first
	welcome, _ := first.early[0].(*rooms.Welcome)
	s.made = welcome.You.Host && len(welcome.Members) == 1
	go func() {
		defer close(s.done)
		s.finish(s.contained(func() error { return s.run(running, first) }))
	}()
	return s, nil
}

// Do asks for an op. It never waits for the line. While the connection is down,
// or more waits to leave than fits, the op is refused, which comes as an event. The
// error says that the seat is over, or is ctx's.
//
// A [rooms.Seal] is dropped from a loss until the participant has heard of it and
// has asked for more events. Whoever seals must send again, in order, what had not
// come back by then, and nothing may overtake it.
func (s *Seat) Do(ctx context.Context, op rooms.Op) error {
	if _, ack := op.(rooms.Ack); ack {
		return nil // this package's own affair
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended != nil {
		return s.ended
	}
	id := rooms.IDOf(op)
	switch op.(type) {
	case rooms.Leave:
		s.leaving = true
		if s.link == nil {
			s.cancel()
			return nil
		}
	case rooms.Seal:
		if s.link == nil || s.known < s.losses {
			return nil
		}
		id = "" // its sender keeps account of it
	case rooms.Pass:
		if s.link == nil {
			return nil
		}
	}
	switch {
	case s.link == nil:
		s.giveLocked(&rooms.Refused{ID: id, Err: errDown})
	case s.link.out.add(op):
		s.link.watch.asks(time.Now())
		if id != "" {
			s.pending = append(s.pending, id)
		}
	case id != "":
		s.giveLocked(&rooms.Refused{ID: id, Err: errFull})
	}
	return nil
}

// Ease waits while more waits to leave than a person would have said, as
// [rooms.Seat.Ease] does. Whoever asks for ops as fast as they can waits in it
// before the next. The error is ctx's.
func (s *Seat) Ease(ctx context.Context) error {
	for {
		s.mu.Lock()
		l := s.link
		s.mu.Unlock()
		if l == nil || !l.out.crowded() {
			return ctx.Err()
		}
		select {
		case <-l.out.eased:
		case <-ctx.Done():
		}
	}
}

var (
	errDown = &rooms.Error{Code: rooms.Undelivered, Message: "The connection is down just now. Nothing was sent."}
	errFull = &rooms.Error{Code: rooms.Undelivered, Message: "The line is too slow for that: much of what came before still waits to leave. Nothing was sent."}
	errLost = &rooms.Error{Code: rooms.Undelivered, Message: "The connection was lost before this was delivered. Nothing was sent."}
	errGap  = &rooms.Error{Code: rooms.Uncertain, Message: "The connection was lost, and some of what came meanwhile is missing. This may or may not have been sent."}
	errGone = &rooms.Error{Code: rooms.Uncertain, Message: "The connection was lost for too long. This may or may not have been sent."}
)

// Made is as of [rooms.Maker]. In a sealed room it is the server's word, as who is there.
func (s *Seat) Made() bool { return s.made }

// Next waits for events. It returns events or an error, never both: io.EOF after
// Leave or Close, *[rooms.Ended] when the server ended the seat or could not be
// reached for too long, *[rooms.Error] when the place was gone and no other was
// given, or ctx's error.
func (s *Seat) Next(ctx context.Context) ([]rooms.Event, error) {
	for {
		events, ended := s.take()
		if len(events) > 0 {
			return events, nil
		}
		if ended != nil {
			return nil, ended
		}
		select {
		case <-s.bell:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take takes what waits, up to the first loss of the connection: what came after
// that is for somebody who knows of it.
func (s *Seat) take() (events []rooms.Event, ended error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known = s.told
	n := len(s.untaken)
	for i, event := range s.untaken {
		if link, ok := event.(*rooms.Link); ok && !link.Up {
			n = i + 1
			s.told++
			break
		}
	}
	events, s.untaken = s.untaken[:n:n], s.untaken[n:]
	if len(s.untaken) == 0 {
		s.untaken = nil
	}
	for _, event := range events {
		if passed, ok := event.(*rooms.Passed); ok {
			s.passed -= len(passed.Body)
		}
	}
	if n > 0 {
		s.space.Ring()
		s.bell.Ring() // for what is left, or the end
	}
	return events, s.ended
}

// Close drops the connection, as losing it would; Do [rooms.Leave] says goodbye,
// and Close then gives the server a moment to hear it. It returns when nothing
// works for the seat any more. The error is always nil.
func (s *Seat) Close() error {
	if s.isLeaving() {
		select {
		case <-s.done:
		case <-time.After(partingWait):
		}
	}
	s.cancel()
	<-s.done
	return nil
}

// contained runs f. Its panic closes the connection and is an error, so that
// whoever has a terminal to put back can do so. The value is not told, because it
// may be anyone's words.
func (s *Seat) contained(f func() error) (err error) {
	broke := rooms.Contain(func() { err = f() })
	if broke == nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != nil {
		s.link.conn.Close()
	}
	return &rooms.Ended{Code: rooms.NotAllowed, Message: fmt.Sprintf(
		"This program made a mistake with what came from the server (a panic of type %s), and left the room.", broke.Type)}
}

// finish ends the seat for a reason.
func (s *Seat) finish(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !errors.Is(why, io.EOF) { // whoever leaves needs no answers
		s.giveUpLocked(slices.Clone(s.pending), errGone)
	}
	s.link, s.ended = nil, why
	s.bell.Ring()
}

// give hands events to the participant, and waits while too many wait already.
func (s *Seat) give(ctx context.Context, events ...rooms.Event) error {
	for {
		s.mu.Lock()
		if len(s.untaken) < maxUntaken {
			for _, event := range events {
				s.resolveLocked(event)
				s.giveLocked(event)
			}
			s.mu.Unlock()
			return nil
		}
		s.mu.Unlock()
		select {
		case <-s.space:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// giveLocked hands over an event. What was passed is dropped when too much of it
// waits, as a room does.
func (s *Seat) giveLocked(event rooms.Event) {
	if passed, ok := event.(*rooms.Passed); ok {
		if s.passed+len(passed.Body) > rooms.PassQueueBytes {
			return
		}
		s.passed += len(passed.Body)
	}
	s.untaken = append(s.untaken, event)
	s.bell.Ring()
}

// resolveLocked notes that the fate of an op is known.
func (s *Seat) resolveLocked(event rooms.Event) {
	id := rooms.OpOf(event)
	if i := slices.Index(s.pending, id); id != "" && i >= 0 {
		s.pending = slices.Delete(s.pending, i, i+1)
	}
}

// giveUp tells of the ops that were on their way when the connection was lost, and
// have had no answer since, why there will be none.
func (s *Seat) giveUp(lost []string, why *rooms.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.giveUpLocked(lost, why)
}

func (s *Seat) giveUpLocked(lost []string, why *rooms.Error) {
	for _, id := range lost {
		if i := slices.Index(s.pending, id); i >= 0 {
			s.pending = slices.Delete(s.pending, i, i+1)
			s.giveLocked(&rooms.Refused{ID: id, Err: why})
		}
	}
}

// isLeaving reports whether the participant has asked to leave.
func (s *Seat) isLeaving() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leaving
}

// setLink says over which connection ops go, and returns the ids of the ops
// that went over another and whose fate is not known.
func (s *Seat) setLink(l *link) (lost []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l == nil {
		s.losses++
	}
	s.link = l
	return slices.Clone(s.pending)
}
