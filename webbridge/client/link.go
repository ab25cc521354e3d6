package client

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// link is one connection of a seat.
type link struct {
	conn  *websocket.Conn
	early []rooms.Event // the welcome, and what came in one message with it
}

// position is how far a seat has come, and what takes it back there.
type position struct {
	ticket    string
	seq, wseq uint64
}

// dial connects and sends the join, and waits for what comes of it.
func (s *Seat) dial(ctx context.Context, join []byte) (*link, error) {
	conn, _, err := websocket.Dial(ctx, s.url, &websocket.DialOptions{
		HTTPClient: s.http, Subprotocols: []string{wire.Subprotocol}, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, fmt.Errorf("The server can't be reached: %w", err)
	}
	conn.SetReadLimit(wire.MaxFrameBytes)
	l := &link{conn: conn}
	if err := l.enter(ctx, join); err != nil {
		conn.CloseNow()
		return nil, err
	}
	return l, nil
}

func (l *link) enter(ctx context.Context, join []byte) error {
	if err := l.write(ctx, join); err != nil {
		return err
	}
	events, bye, err := l.read(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("The server does not answer: %w", err)
	case len(events) == 0 && bye != nil:
		return bye
	case len(events) == 0:
		return errors.New("The server speaks another protocol.")
	}
	switch first := events[0].(type) {
	case *rooms.Welcome:
		l.early = events
		return nil
	case *rooms.Refused:
		return first.Err
	}
	return errors.New("The server speaks another protocol.")
}

// write sends one frame. A failure breaks the connection.
func (l *link) write(ctx context.Context, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return l.conn.Write(ctx, websocket.MessageText, frame)
}

// read waits for a message. Frames of a type that is unknown here are passed
// over; what is no frame at all is an error.
func (l *link) read(ctx context.Context) (events []rooms.Event, bye *rooms.Ended, err error) {
	_, message, err := l.conn.Read(ctx)
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
		}
		events = append(events, f.Event)
	}
	return events, nil, nil
}

// run serves connection after connection, and returns why the seat is over.
func (s *Seat) run(ctx context.Context, l *link) error {
	var at position
	for barrier := ""; ; {
		var lost []string
		if barrier != "" { // a connection that took the place back
			lost = s.setLink(l)
			if err := s.give(ctx, &rooms.Link{Up: true}); err != nil {
				l.conn.CloseNow()
				return io.EOF
			}
		}
		why := s.serve(ctx, l, &at, barrier, lost)
		l.conn.CloseNow()
		s.setLink(nil)
		var ended *rooms.Ended
		switch {
		case ctx.Err() != nil, s.isLeaving():
			return io.EOF
		case errors.As(why, &ended) && ended.Code != rooms.Timeout:
			return ended
		}
		if s.give(ctx, &rooms.Link{Up: false}) != nil {
			return io.EOF
		}
		var err error
		if l, err = s.comeBack(ctx, at); err != nil {
			return err
		}
		barrier = rand.Text()
	}
}

// serve hands over what comes on one connection until it ends. barrier, if not
// empty, is the id of a sync; what is still without an answer when that is
// answered, of the ops in lost, did not happen.
func (s *Seat) serve(ctx context.Context, l *link, at *position, barrier string, lost []string) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	running.Go(func() { l.stayAlive(ctx) })
	a := newAcks(l)
	running.Go(func() { a.run(ctx) })
	if barrier != "" {
		if err := l.write(ctx, wire.AppendOp(nil, rooms.Sync{ID: barrier})); err != nil {
			return err
		}
	}
	events, bye := l.early, (*rooms.Ended)(nil)
	for {
		for _, event := range events {
			if synced, ok := event.(*rooms.Synced); ok && barrier != "" && synced.ID == barrier {
				s.giveUp(lost)
				continue
			}
			if err := s.give(ctx, event); err != nil {
				return err
			}
			at.advance(event)
		}
		if bye != nil {
			return bye
		}
		a.note(*at, events)
		var err error
		if events, bye, err = l.read(ctx); err != nil {
			return err
		}
	}
}

// advance follows the numbers of what was handed over.
func (at *position) advance(event rooms.Event) {
	switch e := event.(type) {
	case *rooms.Welcome:
		at.ticket = e.Ticket
		if !e.Resumed {
			at.seq = e.Seq
		}
	case *rooms.Said:
		at.seq = e.Seq
	case *rooms.Joined:
		at.seq = e.Seq
	case *rooms.Left:
		at.seq = e.Seq
	case *rooms.Renamed:
		at.seq = e.Seq
	case *rooms.TopicSet:
		at.seq = e.Seq
	case *rooms.Away:
		at.seq = e.Seq
	case *rooms.Gap:
		at.seq = e.Seq
	case *rooms.Whispered:
		at.wseq = e.WSeq
	case *rooms.Sealed:
		at.wseq = e.WSeq
	}
}

// comeBack takes the place back, or returns why the seat is over.
func (s *Seat) comeBack(ctx context.Context, at position) (*link, error) {
	until := time.Now().Add(rooms.ResumeWindow)
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		select {
		case <-time.After(pause - mathrand.N(pause/2)):
		case <-ctx.Done():
			return nil, io.EOF
		}
		attempt, cancel := context.WithTimeout(ctx, dialTimeout)
		l, err := s.dial(attempt, wire.AppendResume(nil, wire.Resume{Ticket: at.ticket, Seq: at.seq, WSeq: at.wseq}))
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
		case time.Now().After(until):
			return nil, errUnreachable
		}
	}
}

var errUnreachable = &rooms.Ended{Code: rooms.Timeout, Retry: true, Message: "The server could not be reached for a minute, so your place is gone."}

// stayAlive finds out when nobody answers any more, and closes the connection.
func (l *link) stayAlive(ctx context.Context) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		waiting, cancel := context.WithTimeout(ctx, pingTimeout)
		err := l.conn.Ping(waiting)
		cancel()
		if err != nil {
			l.conn.CloseNow()
			return
		}
	}
}
