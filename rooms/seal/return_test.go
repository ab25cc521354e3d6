package seal_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// TestSealedReturn cuts a connection in the middle: what was said comes, what was
// being said is said once and in order, whenever more was said, and nobody sees a
// gap.
func TestSealedReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		bob, line := srv.enterByLine(t, "bob")
		settle(anna, bob)
		bob.do(rooms.Say{ID: "before", Text: "before the cut"})
		settle(anna, bob)

		line.dead = true // it takes everything and passes on nothing
		bob.do(rooms.Say{ID: "lost", Text: "into the void"})
		anna.do(rooms.Say{Text: "while you were away"})
		line.cut()
		line.back(srv)
		bob.do(rooms.Say{ID: "unknowing", Text: "before the news"})
		if _, err := bob.Next(t.Context()); err != nil { // the loss
			t.Fatal(err)
		}
		bob.do(rooms.Say{ID: "down", Text: "while it is down"})
		if r, err := bob.Next(t.Context()); err != nil || r[0].(*rooms.Refused).ID != "down" {
			t.Fatalf("have %v, %v", r, err)
		}
		if _, err := bob.Next(t.Context()); err != nil { // the welcome; what was lost is still to be found out
			t.Fatal(err)
		}
		bob.do(rooms.Say{ID: "between", Text: "too early"})
		settle(anna, bob)
		bob.do(rooms.Say{ID: "after", Text: "after the cut"})
		settle(anna, bob)

		var heard []string
		for _, s := range got[*rooms.Said](anna) {
			heard = append(heard, s.Text)
		}
		if want := []string{"before the cut", "while you were away", "into the void", "before the news", "too early", "after the cut"}; !slices.Equal(heard, want) {
			t.Fatalf("anna heard %q", heard)
		}
		if n := len(got[*rooms.Gap](anna)) + len(got[*rooms.Notice](anna)) + len(got[*rooms.Notice](bob)); n != 0 {
			t.Fatalf("%d gaps or warnings about an honest cut", n)
		}
	})
}

// What a dead line swallowed for as long as anything may wait is said again, and
// the room refuses none of it: it was sealed, and would be missing to everybody.
func TestMuchIsSaidAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		bob, line := srv.enterByLine(t, "bob")
		settle(anna, bob)
		line.dead = true
		said := 0
		for full := false; !full; said++ {
			time.Sleep(time.Second / time.Duration(rooms.DefaultSayRate))
			bob.do(rooms.Say{ID: "x", Text: strconv.Itoa(said)})
			settle(bob)
			full = len(got[*rooms.Refused](bob)) > 0
		}
		said--
		if said < 200 {
			t.Fatalf("%d messages waited", said)
		}
		line.cut()
		settle(anna, bob)
		line.back(srv)
		for range 60 {
			settle(anna, bob)
			time.Sleep(time.Second)
		}
		heard := got[*rooms.Said](anna)
		for i, s := range heard {
			if s.Text != strconv.Itoa(i) {
				t.Fatalf("message %d is %q", i, s.Text)
			}
		}
		if len(heard) != said || len(got[*rooms.Refused](bob)) > 0 || len(got[*rooms.Gap](anna)) > 0 {
			t.Fatalf("%d of %d were heard", len(heard), said)
		}
	})
}

// A place that is gone leaves nobody in doubt that there is doubt.
func TestLostPlaceIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		bob, line := srv.enterByLine(t, "bob")
		settle(bob)
		line.dead = true
		bob.do(rooms.Say{ID: "perhaps", Text: "perhaps"})
		line.end = &rooms.Ended{Code: rooms.Replaced}
		events, err := bob.Next(t.Context())
		if err != nil || len(events) != 1 {
			t.Fatalf("have %v, %v", events, err)
		}
		if r, ok := events[0].(*rooms.Refused); !ok || r.ID != "perhaps" || r.Err.Code != rooms.Uncertain {
			t.Fatalf("have %v, %v", events, err)
		}
		if _, err := bob.Next(t.Context()); !errors.Is(err, line.end) {
			t.Fatalf("it ended with %v", err)
		}
	})
}

// line is a connection as a client has one: it remembers what a client remembers,
// and keeps the promises of the client's seat.
type line struct {
	*rooms.Seat
	t         *testing.T
	dead      bool // it takes everything and passes on nothing
	down      bool
	end       error // of the whole seat
	losses    int
	told      int // how many losses were told, and how many are known to be
	known     int
	news      []rooms.Event
	ticket    string
	seq, wseq uint64
}

// enterByLine enters by a line that can break.
func (srv *server) enterByLine(t *testing.T, nick string) (*end, *line) {
	t.Helper()
	room := seal.Open(srv.secret)
	e := &end{Seat: seal.NewSeat(room, "garden", nick), t: t}
	conn, err := srv.Join(t.Context(), rooms.Visitor{Room: room.Name(), Resumable: true, Hello: string(e.Hello())})
	if err != nil {
		t.Fatal(err)
	}
	l := &line{Seat: conn, t: t}
	e.Attach(l)
	t.Cleanup(func() { e.Seat.Close() })
	return e, l
}

func (l *line) cut() {
	l.down, l.dead = true, false
	l.losses++
	l.news = append(l.news, &rooms.Link{Up: false})
	l.Seat.Close()
}

func (l *line) back(srv *server) {
	l.t.Helper()
	again, err := srv.Resume(l.t.Context(), l.ticket, l.seq, l.wseq)
	if err != nil {
		l.t.Fatal(err)
	}
	l.Seat, l.down = again, false
	l.news = append(l.news, &rooms.Link{Up: true})
}

func (l *line) Do(ctx context.Context, op rooms.Op) error {
	_, sealed := op.(rooms.Seal)
	if l.dead || l.down || sealed && l.known < l.losses {
		return nil
	}
	return l.Seat.Do(ctx, op)
}

func (l *line) Next(ctx context.Context) ([]rooms.Event, error) {
	l.known = l.told
	if l.end != nil {
		return nil, l.end
	}
	var news []rooms.Event
	for len(l.news) > 0 {
		next := l.news[0].(*rooms.Link)
		news, l.news = append(news, next), l.news[1:]
		if !next.Up {
			l.told++
			return news, nil
		}
	}
	if l.down {
		<-ctx.Done()
		return news, ctx.Err()
	}
	events, err := l.Seat.Next(ctx)
	for _, e := range events {
		switch e := e.(type) {
		case *rooms.Welcome:
			l.ticket, l.seq = e.Ticket, e.Seq
		case *rooms.Joined:
			l.seq = e.Seq
		case *rooms.Away:
			l.seq = e.Seq
		case *rooms.Sealed:
			l.wseq = e.WSeq
		}
	}
	if err == nil {
		_ = l.Seat.Do(ctx, rooms.Ack{Seq: l.seq, WSeq: l.wseq})
	}
	return append(news, events...), err
}
