package native

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/line"
)

// takeWait is how long a file that is sent from a command line waits for
// somebody to take it: until a person has read that it is there.
const takeWait = time.Minute

// The errors of a file that nobody took in time.
var (
	errNotTaken   = errors.New("nobody took the file within a minute; it is not offered any longer")
	errNotOffered = errors.New("the file could not be offered: no answer came from the room")
)

// send offers one file, and stays until everybody who took it has it. In a place
// that had to be taken anew it is offered anew.
func (v Visit) send(ctx context.Context, h *host, f *folder) error {
	seat, err := h.enter(ctx, v.room(), v.Nick)
	switch {
	case ctx.Err() != nil:
		return errCut
	case err != nil:
		return err
	}
	files := carry(seat, f)
	defer files.Close()
	s := sending{visit: v, deadline: time.Now().Add(enterTimeout)}
	for {
		events, err := nextBy(ctx, files, s.deadline)
		switch {
		case ctx.Err() != nil:
			return errCut
		case errors.Is(err, context.DeadlineExceeded) && s.taken > 0:
			return nil
		case errors.Is(err, context.DeadlineExceeded) && s.last.N == s.former:
			return errNotOffered
		case errors.Is(err, context.DeadlineExceeded):
			return errNotTaken
		case err != nil:
			return err
		}
		for _, event := range events {
			if done, err := s.take(event, time.Now()); done || err != nil {
				return err
			}
			if s.offers {
				s.offers = false
				if err := files.SendFile(ctx, v.Send); err != nil {
					return err
				}
			}
		}
	}
}

// sending is how a file fares that is offered from a command line.
type sending struct {
	visit    Visit
	down     bool           // the connection is lost
	lost     bool           // the offer was, on its way
	offers   bool           // it is to be offered now
	last     rooms.Transfer // as it was when it was last told; none before it is offered
	former   int            // the number of the last offer of a place that is gone
	taken    int            // how many have it
	deadline time.Time      // until when somebody must take it; zero: it can't be said now
}

// take takes what happened. done says that everybody who took the file has it.
func (s *sending) take(event rooms.Event, now time.Time) (done bool, err error) {
	switch e := event.(type) {
	case *rooms.Welcome:
		s.down = false
		if !e.Resumed {
			s.former, s.last = s.last.N, rooms.Transfer{N: s.last.N}
		}
		s.offers, s.lost = s.lost || !e.Resumed, false
	case *rooms.Link:
		s.down = s.down || !e.Up
		s.tellConnection(e)
	case *rooms.Silence:
		s.tellConnection(e)
	case *rooms.Notice:
		if e.Code == rooms.Unreachable {
			s.tell(e.Text)
		}
	case *rooms.Refused:
		switch {
		case e.Err.Code == rooms.Undelivered:
			s.lost, s.offers = s.down, !s.down
		case e.Err.Code != rooms.Uncertain: // then a welcome to another place follows
			return false, e.Err
		}
	case *rooms.Transfer:
		switch {
		case !e.Mine || e.N <= s.former:
			return false, nil
		case e.State == rooms.TransferOver:
			return false, errors.New(e.Text)
		}
		if e.N != s.last.N { // the minute begins when there is something to take
			s.deadline = time.Time{}
		}
		s.tellSent(*e)
		s.taken += e.Taken - s.last.Taken
		s.last = *e
		if s.taken > 0 && e.Takers == 0 {
			return true, nil
		}
	}
	switch {
	case s.down, s.last.Takers > 0: // it is nobody's fault, or they are heard of
		s.deadline = time.Time{}
	case s.deadline.IsZero():
		s.deadline = now.Add(takeWait)
	}
	return false, nil
}

// tellConnection says how the connection is.
func (s *sending) tellConnection(e rooms.Event) {
	clause, _ := line.Connection(e)
	s.tell(clause)
}

func (s *sending) tell(what string) { fmt.Fprintln(s.visit.Err, "sotto: "+what) }

// tellSent says what has changed for the file.
func (s *sending) tellSent(now rooms.Transfer) {
	file := rooms.FileLabel(now.Name, now.Size)
	switch {
	case s.last.N != now.N:
		s.tell(file + " is offered; waiting for somebody to take it")
	case now.Takers != s.last.Takers || now.Taken != s.last.Taken:
		s.tell(fmt.Sprintf("%d take it, %d have it", now.Takers, now.Taken))
	}
}

// nextBy is Next with a deadline, if there is one.
func nextBy(ctx context.Context, seat rooms.Participant, deadline time.Time) ([]rooms.Event, error) {
	if !deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline)
		defer cancel()
	}
	return seat.Next(ctx)
}
