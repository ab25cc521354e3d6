//go:build e2e

package prove

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"sotto/cmd/sotto/e2e"
)

// hallRoom is how many browsers of a lecture hall are in one room.
const hallRoom = 400

// listener is a browser in the hall.
type listener struct {
	room   string
	ticket string
	seq    atomic.Uint64 // of the last event that it received
	conn   *frames
	gone   chan struct{} // closed when its reader has ended
}

// reconnect fills a lecture hall, whose browsers then lose their connections and
// come back all at once.
func reconnect(_ context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	hall, err := fill(s, func(l *listener) error {
		l.gone = make(chan struct{})
		go l.follow()
		return nil
	})
	return func(context.Context, *e2e.Server) error { return storm(s, hall) }, err
}

func storm(s *e2e.Server, hall []*listener) error {
	for _, l := range hall {
		abort(l.conn.conn)
	}
	for _, l := range hall {
		<-l.gone
	}
	return together(len(hall), func(i int) error {
		l := hall[i]
		if err := l.enter(s, e2e.Frame{"t": "join", "ticket": l.ticket, "seq": l.seq.Load(), "wseq": 0}); err != nil {
			return err
		}
		defer abort(l.conn.conn)
		if err := l.conn.send(e2e.Frame{"t": "leave"}); err != nil {
			return err
		}
		_, _ = l.conn.await("bye")
		return nil
	})
}

// abscond has everybody vanish as soon as they are in, so that everybody's place
// waits for them while the others come, and nobody ever comes back.
func abscond(_ context.Context, s *e2e.Server) error {
	_, err := fill(s, func(l *listener) error {
		abort(l.conn.conn)
		return nil
	})
	return err
}

// fill brings everybody in, and does something with each.
func fill(s *e2e.Server, do func(*listener) error) ([]*listener, error) {
	hall := make([]*listener, hallSize)
	return hall, together(len(hall), func(i int) error {
		hall[i] = &listener{room: fmt.Sprint("hall", i/hallRoom)}
		if err := hall[i].enter(s, e2e.Frame{"t": "join", "room": hall[i].room, "resume": true}); err != nil {
			return err
		}
		return do(hall[i])
	})
}

// againAfter is how long whoever was refused waits before they try again.
const againAfter = 100 * time.Millisecond

// enter joins; who is refused tries again, as pages do.
func (l *listener) enter(s *e2e.Server, join e2e.Frame) error {
	deadline := time.Now().Add(patience)
	pause := time.NewTicker(againAfter)
	defer pause.Stop()
	var why error
	for time.Now().Before(deadline) {
		conn, err := dial(s.Web)
		if err != nil {
			return err
		}
		l.conn, err = upgrade(conn, s)
		if err == nil {
			err = l.conn.send(join)
		}
		var welcome e2e.Frame
		if err == nil {
			welcome, err = l.conn.await("welcome")
		}
		if err != nil {
			abort(conn)
			why = err
			<-pause.C
			continue
		}
		if join["ticket"] != nil && welcome["resumed"] != true {
			abort(conn)
			return errors.New("came back to another place")
		}
		l.ticket, _ = welcome["ticket"].(string)
		seq, _ := welcome["seq"].(float64)
		l.seq.Store(uint64(seq))
		// A place from which nothing was heard has no minute to come back in.
		return l.conn.send(e2e.Frame{"t": "ack", "seq": l.seq.Load(), "wseq": 0})
	}
	return fmt.Errorf("a place could not be had: %w", why)
}

// follow reads and acknowledges until the connection ends.
func (l *listener) follow() {
	defer close(l.gone)
	var told time.Time
	for {
		payload, err := l.conn.read()
		if err != nil {
			return
		}
		if _, number, ok := bytes.Cut(payload[max(0, bytes.LastIndex(payload, []byte(`,"seq":`))):], []byte(`,"seq":`)); ok {
			digits := bytes.IndexFunc(number, func(r rune) bool { return r < '0' || r > '9' })
			if seq, err := strconv.ParseUint(string(number[:max(digits, 0)]), 10, 64); err == nil {
				l.seq.Store(seq)
			}
		}
		if time.Since(told) >= time.Second {
			told = time.Now()
			_ = l.conn.send(e2e.Frame{"t": "ack", "seq": l.seq.Load(), "wseq": 0}) // fails when the next read does
		}
	}
}
