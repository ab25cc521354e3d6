package client_test

import (
	"context"
	"fmt"
	"sotto/rooms"
	"sotto/rooms/wire"
	"sotto/webbridge/client"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestStalledLine has a connection that takes nothing: nobody waits for it, what
// does not fit is refused, and all of it has a fate when it is given up.
func TestStalledLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		stalled := &atomic.Bool{}
		p, err := w.tryWith("den", "p", func(c client.Conn) client.Conn { return &stalling{Conn: c, stalled: stalled} })
		if err != nil {
			t.Fatal(err)
		}
		await[*rooms.Welcome](p)
		stalled.Store(true)
		begun := time.Now()
		const asked = 100
		for i := range asked {
			p.do(rooms.Say{ID: fmt.Sprint(i), Text: "hello"}, rooms.Typing{})
		}
		if waited := time.Since(begun); waited > 0 {
			t.Errorf("somebody waited for %s", waited)
		}
		full := 0
		for full < asked/3 {
			full++
			if refused := await[*rooms.Refused](p); refused.Err.Code != rooms.Undelivered || time.Since(begun) > 0 {
				t.Fatalf("have %v after %s", refused.Err, time.Since(begun))
			}
		}
		easing := make(chan error)
		go func() { easing <- p.Ease(context.Background()) }()
		synctest.Wait()
		select {
		case err := <-easing:
			t.Errorf("somebody was let go with %v", err)
		default:
		}
		if link := await[*rooms.Link](p); link.Up {
			t.Error("the link is up")
		}
		if err := <-easing; err != nil {
			t.Error(err)
		}
		stalled.Store(false)
		await[*rooms.Welcome](p)
		p.do(rooms.Say{ID: "again", Text: "again"})
		said := await[*rooms.Said](p)
		if said.ID != "again" {
			t.Errorf("said is %+v", said)
		}
	})
}

// A line that takes what is said one thing after the other, and slowly, is not given
// up as long as it does: nobody could answer what has not left.
func TestWhatStillLeavesIsNoSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := &slow{Conn: newScripted(), each: 3 * time.Second}
		conn.Conn.(*scripted).setDead(true)
		conn.Conn.(*scripted).say([]byte(`{"t":"welcome","v":1,"room":"den","kind":"open","you":{"id":"a1","nick":"anna","via":"native"},"members":[],"seq":1,"ticket":"t"}`))
		seat := over(t, conn)
		defer seat.Close()
		begun := time.Now()
		const said = 10
		for i := range said {
			if err := seat.Do(t.Context(), rooms.Say{ID: fmt.Sprint(i), Text: "hello"}); err != nil {
				t.Fatal(err)
			}
		}
		for {
			events, err := seat.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, event := range events {
				if link, ok := event.(*rooms.Link); ok && !link.Up {
					if took := time.Since(begun); took < said*conn.each || took > said*conn.each+20*time.Second {
						t.Errorf("given up after %s", took)
					}
					return
				}
			}
		}
	})
}

// over is anna's seat in den over a connection on which the welcome has been said.
func over(t *testing.T, conn client.Conn) *client.Seat {
	t.Helper()
	seat, err := client.Dial(t.Context(), client.Options{
		Connect: func(context.Context) (client.Conn, error) { return conn, nil },
		Join:    func() wire.Join { return wire.Join{Room: "den", Nick: "anna"} },
	})
	if err != nil {
		t.Fatal(err)
	}
	return seat
}

// slow is a connection that takes its time for each message.
type slow struct {
	client.Conn
	each time.Duration
}

func (c *slow) Write(ctx context.Context, message []byte) error {
	time.Sleep(c.each)
	return c.Conn.Write(ctx, message)
}

// alone is a slow connection that can't bear two writers, as a channel of ssh can't.
type alone struct {
	slow
	writing, met atomic.Bool
}

func (c *alone) Write(ctx context.Context, message []byte) error {
	if c.writing.Swap(true) {
		c.met.Store(true)
	}
	defer c.writing.Store(false)
	return c.slow.Write(ctx, message)
}

// Words, files, acks, barriers and signs of life leave one after another, also over
// a line that is so slow that all of them are due.
func TestOneWritesAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := newScripted()
		conn := &alone{slow: slow{script, 700 * time.Millisecond}}
		script.say([]byte(`{"t":"welcome","v":1,"room":"den","kind":"open","you":{"id":"a1","nick":"anna","via":"native"},"members":[],"seq":1,"ticket":"t"}`))
		seat := over(t, conn)
		defer seat.Close()
		acked := func() (n int) {
			script.mu.Lock()
			defer script.mu.Unlock()
			for _, f := range script.sent {
				if f["t"] == "ack" {
					n++
				}
			}
			return n
		}
		for i := range 60 {
			script.say(fmt.Appendf(nil, `{"t":"said","seq":%d,"at":1,"from":{"id":"b2","nick":"bob"},"text":"m"}`, i+2))
			for _, op := range []rooms.Op{rooms.Say{ID: fmt.Sprint(i), Text: "words"}, rooms.Pass{To: []string{"b2"}, Body: []byte("file")}} {
				if err := seat.Do(t.Context(), op); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(time.Second)
			if _, err := seat.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute)
		if conn.met.Load() {
			t.Error("two wrote at the same time")
		}
		if n := acked(); n < 10 {
			t.Errorf("%d acks in two minutes", n)
		}
	})
}

// Whoever takes no events for a while hears nothing, and that is not the server's
// silence.
func TestNotListeningIsNoSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := newScripted()
		conn.say([]byte(`{"t":"welcome","v":1,"room":"den","kind":"open","you":{"id":"a1","nick":"anna","via":"native"},"members":[],"seq":1,"ticket":"t"}`))
		seat := over(t, conn)
		defer seat.Close()
		const said = 1100 // more than wait for a participant
		for i := range said {
			conn.say(fmt.Appendf(nil, `{"t":"said","seq":%d,"at":1,"from":{"id":"b2","nick":"bob"},"text":"m"}`, i+2))
			synctest.Wait()
		}
		if err := seat.Do(t.Context(), rooms.Say{ID: "1", Text: "is somebody there?"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		for heard := 0; heard < said; {
			events, err := seat.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, event := range events {
				switch event.(type) {
				case *rooms.Said:
					heard++
				case *rooms.Welcome:
				default:
					t.Fatalf("after %d messages: %#v", heard, event)
				}
			}
		}
	})
}

// stalling is a connection over which nothing leaves while it is stalled.
type stalling struct {
	client.Conn
	stalled *atomic.Bool
}

func (c *stalling) Write(ctx context.Context, message []byte) error {
	if !c.stalled.Load() {
		return c.Conn.Write(ctx, message)
	}
	<-ctx.Done()
	return ctx.Err()
}

// A sealed message is dropped from a loss until the participant has dealt with the
// news of it, even if the connection is back before that: what it was sealed after
// may be lost.
func TestSealedWaitsForTheNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		p, err := w.tryJoin(wire.Join{Room: strings.Repeat("ab", 16), Hello: "hello"}, func(c client.Conn) client.Conn { return c })
		if err != nil {
			t.Fatal(err)
		}
		seal := func(id string) {
			p.do(rooms.Seal{ID: id, Body: []byte(id)})
			synctest.Wait()
		}
		await[*rooms.Welcome](p)
		seal("before")
		if s := await[*rooms.Sealed](p); s.ID != "before" {
			t.Fatalf("sealed is %+v", s)
		}
		w.net.newest().Close()
		time.Sleep(10 * time.Second) // a bubble's time costs nothing
		seal("nothing is known of the loss")
		if link := await[*rooms.Link](p); link.Up {
			t.Fatal("the link is up")
		}
		seal("the loss is not dealt with")
		if welcome := await[*rooms.Welcome](p); !welcome.Resumed {
			t.Fatalf("welcome is %+v", welcome)
		}
		seal("after")
		if s := await[*rooms.Sealed](p); s.ID != "after" {
			t.Errorf("sealed is %+v", s)
		}
	})
}
