package client

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// link is one connection of a seat.
type link struct {
	conn   Conn
	out    *sendQueue
	sealed bool          // whether a sealed room was asked for
	early  []rooms.Event // the welcome, and what came in one message with it
	bye    *rooms.Ended  // the same, if the server ended it at once
	waits  bool          // at a door, or did

	waiting func(ahead int) // of whoever knocks, until there is a place

	// Guarded by the seat's mu.
	watch watch
}

// position is how far a seat has come, and what takes it back there.
type position struct {
	ticket    string
	seq, wseq uint64
	you, nick string // who the participant was; empty before the first welcome
}

// dial connects, asks for the place at a position or else for a new one, and
// waits for what comes of it.
func (s *Seat) dial(ctx context.Context, at position) (*link, error) {
	conn, err := s.options.Connect(ctx)
	if err != nil {
		return nil, err
	}
	l := &link{conn: conn, out: newSendQueue(), watch: newWatch(time.Now())}
	if err := s.enter(ctx, l, at); err != nil {
		conn.Close()
		return nil, err
	}
	return l, nil
}

// enter joins, and waits for the welcome. Where the ticket is of no use any more a
// new place is asked for at once.
func (s *Seat) enter(ctx context.Context, l *link, at position) error {
	l.sealed = s.sealed
	if at.ticket != "" {
		err := l.join(ctx, wire.AppendResume(nil, wire.Resume{Ticket: at.ticket, Seq: at.seq, WSeq: at.wseq}))
		var refusal *rooms.Error
		if !errors.As(err, &refusal) || refusal.Code != rooms.BadTicket {
			return err
		}
	}
	fresh := s.options.Join()
	fresh.Resume, fresh.Native = true, true
	s.sealed = fresh.Hello != ""
	l.sealed = s.sealed
	if at.nick != "" {
		fresh.Nick = at.nick
	}
	if at.you == "" && s.options.Waiting != nil {
		return l.knock(ctx, wire.Knock{Join: fresh, Text: s.options.Text}, s.options.Waiting)
	}
	return l.join(ctx, wire.AppendJoin(nil, fresh))
}

// knock knocks at a door, and waits for what comes of it. The server ends the wait in
// time, or answers no ping any more.
func (l *link) knock(ctx context.Context, k wire.Knock, waiting func(ahead int)) error {
	l.waiting = waiting
	defer func() { l.waiting = nil }()
	err := l.join(ctx, wire.AppendKnock(nil, k))
	var refusal *rooms.Error
	if l.waits && errors.As(err, &refusal) && refusal.Code == rooms.AtTheDoor {
		return rooms.ErrUnanswered
	}
	return err
}

// join sends a join and waits for what comes of it.
func (l *link) join(ctx context.Context, join []byte) error {
	if err := l.write(ctx, join); err != nil {
		return Reason(unanswered, err)
	}
	delayed := false
	events, bye, err := l.read(ctx)
	for {
		for len(events) > 0 && isDelay(events[0]) {
			rooms.TellDelayed(ctx)
			events, delayed = events[1:], true
		}
		if !l.waits && !delayed || err != nil || len(events) > 0 || bye != nil {
			break
		}
		events, bye, err = l.read(ctx)
	}
	var noFrame *rooms.Error
	switch {
	case errors.As(err, &noFrame):
		return errForeign
	case err != nil:
		return Reason(unanswered, err)
	case len(events) == 0 && bye != nil:
		return bye
	case len(events) == 0:
		return errForeign
	}
	switch first := events[0].(type) {
	case *rooms.Welcome:
		l.early, l.bye = events, bye
		return nil
	case *rooms.Refused:
		return first.Err
	}
	return errForeign
}

// isDelay reports whether a frame before the welcome says that it takes time.
func isDelay(e rooms.Event) bool {
	notice, ok := e.(*rooms.Notice)
	return ok && notice.Code == rooms.Unreachable
}

// unanswered is what is said of a join without an answer.
const unanswered = "the server does not answer"

var errForeign = errors.New("the server speaks another protocol")

// write sends one frame. A failure breaks the connection.
func (l *link) write(ctx context.Context, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return l.conn.Write(ctx, frame)
}

// read waits for a message. Frames of a type that is unknown here are passed
// over; what is no frame at all is an error.
func (l *link) read(ctx context.Context) (events []rooms.Event, bye *rooms.Ended, err error) {
	message, err := l.conn.Read(ctx)
	if err != nil {
		return nil, nil, err
	}
	for frame := range wire.Split(message) {
		f, err := wire.DecodeServer(frame)
		var refusal *rooms.Error
		switch {
		case errors.As(err, &refusal) && refusal.Code == rooms.UnknownType:
			continue
		case err != nil:
			return nil, nil, err
		case f.Bye != nil:
			return events, f.Bye, nil
		case f.Waiting != nil:
			if l.waits = true; l.waiting != nil {
				l.waiting(int(f.Waiting.Ahead))
			}
			continue
		}
		if w, ok := f.Event.(*rooms.Welcome); ok && !l.sealed {
			w.Kind = rooms.KindOpen // nothing is sealed here, whatever the server says
		}
		events = append(events, f.Event)
	}
	return events, nil, nil
}

// run serves connection after connection, and returns why the seat is over.
func (s *Seat) run(ctx context.Context, l *link) error {
	var at position
	var since time.Time // when the last connection was lost
	pause := firstPause // before the next attempt to come back
	for again := false; ; again = true {
		barrier := ""
		if l.resumed() {
			barrier = barrierPrefix + rand.Text()
			s.sayFirst(l, rooms.Sync{ID: barrier})
		}
		lost := s.setLink(l)
		up := &rooms.Link{Up: true}
		if again && barrier == "" {
			up.Gone = since
			s.giveUp(lost, errGone) // what was on its way to the old place
		}
		if again && s.give(ctx, up) != nil {
			l.conn.Close()
			return io.EOF
		}
		began := time.Now()
		why := s.serve(ctx, l, &at, barrier, lost)
		l.conn.Close()
		if time.Since(began) >= steadyAfter {
			pause = firstPause
		}
		s.setLink(nil)
		var ended *rooms.Ended
		switch {
		case ctx.Err() != nil, s.isLeaving():
			return io.EOF
		case errors.As(why, &ended) && !ended.Retry:
			return ended
		}
		since = s.lostSince(l)
		if s.give(ctx, &rooms.Link{Up: false, Why: ended}) != nil {
			return io.EOF
		}
		var err error
		if l, err = s.comeBack(ctx, at, since, &pause); err != nil {
			return err
		}
	}
}

// barrierPrefix begins the ids of this package's own barriers, whose answers are
// nobody else's.
const barrierPrefix = "client:"

// resumed reports whether the connection took a place back.
func (l *link) resumed() bool {
	w, ok := l.early[0].(*rooms.Welcome)
	return ok && w.Resumed
}

// serve hands over what comes on one connection until it ends. barrier, if not
// empty, is the id of a sync; what is still without an answer when that is
// answered, of the ops in lost, did not happen, or may be in a gap that came before.
func (s *Seat) serve(ctx context.Context, l *link, at *position, barrier string, lost []string) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	beside := func(f func(context.Context)) {
		running.Go(func() { _ = s.contained(func() error { f(ctx); return nil }) }) // the reader notices the end
	}
	beside(l.send)
	beside(func(ctx context.Context) { s.keepWatch(ctx, l) })
	a := newAcks(l)
	beside(a.run)
	events, bye := l.early, l.bye
	fate := errLost
	for {
		for _, event := range events {
			if _, gap := event.(*rooms.Gap); gap {
				fate = errGap
			}
			if synced, ok := event.(*rooms.Synced); ok && strings.HasPrefix(synced.ID, barrierPrefix) {
				if synced.ID == barrier {
					s.giveUp(lost, fate)
				}
				continue
			}
			if held, ok := event.(*rooms.Held); ok && held.ID == probeID {
				continue
			}
			if notice, ok := event.(*rooms.Notice); ok && (notice.Code == rooms.Unreachable || notice.Code == rooms.Reachable) {
				s.stalls(l, notice.Code == rooms.Unreachable)
			}
			if !at.advance(event) {
				continue // it was here before
			}
			if err := s.give(ctx, event); err != nil {
				return err
			}
		}
		if bye != nil {
			return bye
		}
		a.note(*at, events)
		s.listens(l)
		var err error
		if events, bye, err = l.read(ctx); err != nil {
			return err
		}
		s.heard(l)
	}
}

// advance follows the numbers of what comes, and reports whether it is new.
func (at *position) advance(event rooms.Event) bool {
	switch e := event.(type) {
	case *rooms.Welcome:
		at.ticket, at.you, at.nick = e.Ticket, e.You.ID, e.You.Nick
		if !e.Resumed {
			at.seq, at.wseq = e.Seq, 0
		}
	case *rooms.Gap:
		at.seq = max(at.seq, e.Seq)
	default:
		is := rooms.PositionOf(event)
		fresh := is == rooms.Position{} || reach(&at.seq, is.Seq) || reach(&at.wseq, is.WSeq)
		if renamed, ok := event.(*rooms.Renamed); ok && fresh && renamed.Member.ID == at.you {
			at.nick = renamed.Member.Nick
		}
		return fresh
	}
	return true
}

// reach moves a number on to another, if that is further.
func reach(at *uint64, number uint64) bool {
	if number <= *at {
		return false
	}
	*at = number
	return true
}

// comeBack takes back the place that was lost, or a new one if it is gone or too
// much time went by, or returns why the seat is over. Each attempt makes the next pause
// longer.
func (s *Seat) comeBack(ctx context.Context, at position, lost time.Time, pause *time.Duration) (*link, error) {
	var told []string
	for {
		wait := *pause - mathrand.N(*pause/2)
		*pause = min(2**pause, lastPause)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, io.EOF
		}
		within := dialTimeout
		if left := askBack - time.Since(lost); left <= 0 {
			at.ticket = ""
		} else if at.ticket != "" {
			within = min(within, left)
		}
		attempt, cancel := context.WithTimeout(ctx, within)
		l, err := s.dial(attempt, at)
		cancel()
		var refusal *rooms.Error
		var ended *rooms.Ended
		switch {
		case err == nil:
			return l, nil
		case ctx.Err() != nil:
			return nil, io.EOF
		case errors.As(err, &refusal):
			return nil, refusal
		case errors.As(err, &ended) && !ended.Retry:
			return nil, ended
		case s.options.Patience > 0 && time.Since(lost) > s.options.Patience:
			return nil, errUnreachable
		}
		if why := rooms.Sentence(err.Error()); len(told) < reasonsTold && !slices.Contains(told, why) {
			told = append(told, why)
			if s.give(ctx, &rooms.Notice{Code: rooms.Unreachable, Text: why}) != nil {
				return nil, io.EOF
			}
		}
	}
}

// reasonsTold is how many different reasons are told of one loss: whoever comes
// and goes between two networks has two.
const reasonsTold = 3

var errUnreachable = &rooms.Ended{Code: rooms.Timeout, Retry: true, Message: "The connection was lost, and the server could not be reached again."}
