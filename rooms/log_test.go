package rooms_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// frail is a log that works as long as it is well. What comes to it while it is not fails
// after a second.
type frail struct {
	mu  sync.Mutex
	ill bool
}

func (l *frail) is(ill bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ill = ill
}

func (l *frail) fails() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ill
}

func (l *frail) Open(_ context.Context, _ rooms.Kind, _ rooms.RoomName, to rooms.Follower) (rooms.Tail, error) {
	time.Sleep(time.Second)
	if l.fails() {
		return nil, errors.New("it does not answer")
	}
	return frailTail{l, to}, nil
}

type frailTail struct {
	*frail
	to rooms.Follower
}

func (t frailTail) Append(r rooms.Record) {
	if !t.fails() {
		t.to.Deliver(r, true)
		return
	}
	time.AfterFunc(time.Second, func() { t.to.Failed(r) })
}

func (t frailTail) Pass(r rooms.Record) { t.to.Passed(r) }
func (t frailTail) Close()              {}

// TestLogThatFails has everybody told what the log did not take, and has done later what
// the room itself asked for.
func TestLogThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &frail{ill: true}
		h := rooms.NewHub(rooms.Config{Log: log})
		unreachable := func(err error) {
			t.Helper()
			if ended := (*rooms.Ended)(nil); !errors.As(err, &ended) || !ended.Retry || ended.Code != rooms.TooMany {
				t.Errorf("they were told %v", err)
			}
		}
		var all sync.WaitGroup
		for range 3 { // the log is opened once for all
			all.Go(func() {
				_, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby"})
				unreachable(err)
			})
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		time.Sleep(time.Microsecond)
		if _, err := h.Join(impatient, rooms.Visitor{Room: "lobby"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who would not wait was told %v", err)
		}
		all.Wait()
		if h.Rooms() != 0 {
			t.Fatal("a room without a log is kept")
		}

		log.is(false)
		host := enter(t, h, rooms.Visitor{Host: true, Resumable: true})
		b := enter(t, h, rooms.Visitor{Resumable: true, Answers: true})
		host.take()
		b.do(rooms.Sync{ID: "s"})
		b.take()

		log.is(true)
		b.do(rooms.Say{ID: "1", Text: "nobody hears this"})
		_, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby"})
		unreachable(err)
		time.Sleep(2 * time.Second)
		if refused := want[*rooms.Refused](t, b.take()); refused.ID != "1" || refused.Err.Code != rooms.Unreachable {
			t.Errorf("what was not said was refused as %+v", refused)
		}
		if _, err := h.Resume(t.Context(), b.welcome.Ticket, b.welcome.Seq, 0); err == nil {
			t.Error("somebody came back without a log")
		}
		b.do(rooms.Say{ID: "2", Text: "nor this"})
		b.Close()
		time.Sleep(2 * rooms.ResumeWindow)
		if events := host.take(); len(events) > 0 {
			t.Errorf("the log was ill, and yet there came %T", events[0])
		}

		log.is(false)
		time.Sleep(2 * time.Second)
		left := false
		for _, e := range host.take() {
			switch e := e.(type) {
			case *rooms.Left:
				left = e.Member.ID == b.welcome.You.ID
			case *rooms.Said:
				t.Errorf("it was said after all: %+v", e)
			}
		}
		if !left {
			t.Error("who left meanwhile is still there")
		}
		host.Close()
		time.Sleep(2 * rooms.ResumeWindow)
		if h.Rooms() != 0 || h.Waiting() != 0 {
			t.Error("something is left behind")
		}
	})
}
