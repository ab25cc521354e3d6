package line

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/paint"
)

// typist is somebody at a terminal in linear mode, in a room of a real hub.
type typist struct {
	t      *testing.T
	hub    *rooms.Hub
	keys   chan []byte
	resize chan paint.Size
	pauses chan bool
	over   chan error // of the mode

	mu    sync.Mutex
	paper *paper
}

func (p *typist) Chunks() <-chan []byte { return p.keys }
func (p *typist) Release()              {}

func (p *typist) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paper.write(string(b))
	return len(b), nil
}

// sit must run inside a bubble. change may alter the visit.
func sit(t *testing.T, change ...func(*Visit)) *typist {
	t.Helper()
	p := &typist{
		t: t, hub: rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate}), keys: make(chan []byte),
		resize: make(chan paint.Size), pauses: make(chan bool), over: make(chan error, 1), paper: newPaper(60),
	}
	v := Visit{
		Room: "lobby", Nick: "zoe", In: p, Out: p, Size: paint.Size{Width: 60, Height: 24}, Resize: p.resize, Pauses: p.pauses,
		Enter: func(ctx context.Context, room, nick string) (Seat, error) {
			seat, err := p.hub.Join(ctx, rooms.Visitor{Room: room, Nick: nick, Via: rooms.ViaSSH})
			if err != nil {
				return nil, err
			}
			return seat, nil
		},
		Invite: func(string, string) rooms.Invitation { return rooms.Invitation{SSH: "ssh -t chat.example lobby"} },
	}
	for _, c := range change {
		c(&v)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { p.over <- v.Linear(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case <-p.over:
		case <-time.After(time.Minute):
			t.Error("it goes on")
		}
	})
	synctest.Wait()
	return p
}

func dumb(v *Visit) { v.Dumb = true }

// types sends keys, each piece by itself.
func (p *typist) types(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		select {
		case p.keys <- []byte(k):
		case <-time.After(time.Hour):
			p.t.Fatalf("%q is not taken", k)
		}
		synctest.Wait()
	}
}

// lines are what the terminal shows.
func (p *typist) lines() []string {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paper.lines()
}

// heard is everything that was written.
func (p *typist) heard() string {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paper.written.String()
}

// shows wants the last lines on the terminal to be these.
func (p *typist) shows(want ...string) {
	p.t.Helper()
	got := p.lines()
	if tail := got[max(0, len(got)-len(want)):]; !slices.Equal(tail, want) {
		p.t.Fatalf("the terminal shows\n%s\nwant at its foot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// guest is somebody else in the room.
func (p *typist) guest(nick string) *rooms.Seat {
	p.t.Helper()
	seat, err := p.hub.Join(p.t.Context(), rooms.Visitor{Room: "lobby", Nick: nick, Via: rooms.ViaWeb})
	if err != nil {
		p.t.Fatal(err)
	}
	return seat
}

func (p *typist) does(seat *rooms.Seat, ops ...rooms.Op) {
	p.t.Helper()
	for _, op := range ops {
		if err := seat.Do(p.t.Context(), op); err != nil {
			p.t.Fatal(err)
		}
	}
	synctest.Wait()
}

// texts are the words that somebody got.
func texts(seat *rooms.Seat) (all []string) {
	for {
		events, err := seat.Take()
		if err != nil || len(events) == 0 {
			return all
		}
		for _, e := range events {
			switch e := e.(type) {
			case *rooms.Said:
				all = append(all, e.Text)
			case *rooms.Whispered:
				all = append(all, "whispered "+e.Text)
			}
		}
	}
}

const (
	up, down, left, home, end = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[H", "\x1b[F"
	tab                       = "\t"
)

// both runs a test on either kind of terminal.
func both(t *testing.T, test func(t *testing.T, change ...func(*Visit))) {
	t.Run("capable", func(t *testing.T) { synctest.Test(t, func(t *testing.T) { test(t) }) })
	t.Run("dumb", func(t *testing.T) { synctest.Test(t, func(t *testing.T) { test(t, dumb) }) })
}
