package line

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// fingers are what somebody types, one line after the other.
type fingers struct{ chunks chan []byte }

func (h fingers) Chunks() <-chan []byte { return h.chunks }
func (fingers) Release()                {}

// screen is what is written to somebody, for whoever looks.
type screen struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}

// person is somebody in --plain, in a room of a hub.
type person struct {
	fingers
	*screen
}

func (p person) enter(line string) {
	p.chunks <- []byte(line + "\r")
	synctest.Wait()
	time.Sleep(QuietFor)
	synctest.Wait()
}

// TestLeapInLines: a host goes on in a fresh room with all but who is named, who learn
// nothing of it; the others follow by /go, or stay.
func TestLeapInLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		defer all.Wait()
		defer cancel()
		come := func(nick string) person {
			p := person{fingers{make(chan []byte)}, &screen{}}
			v := Visit{Room: "lobby", Nick: nick, In: p.fingers, Out: p.screen, Dumb: true,
				Enter: func(ctx context.Context, room, nick string) (Seat, error) {
					seat, err := h.Join(ctx, rooms.Visitor{Room: room, Nick: nick, Host: true})
					if err != nil {
						return nil, err
					}
					return seat, nil
				},
				Invite: func(room, _ string) rooms.Invitation { return rooms.Invitation{} },
			}
			all.Go(func() { _ = v.Linear(ctx) })
			synctest.Wait()
			return p
		}
		mia, bob, eve := come("mia"), come("bob"), come("eve")
		bob.enter("/leap")
		mia.enter("/leap nobody")
		mia.enter("/leap mia")
		mia.enter("/leap bob eve")
		bob.enter("/go")
		for who, told := range map[person]string{bob: "Only a host can ask the others to another room.", mia: "Nobody here is called that."} {
			if !strings.Contains(who.String(), told) {
				t.Errorf("not told %q:\n%s", told, who)
			}
		}
		for _, told := range []string{"You can't leave yourself behind.", "Nobody would follow you, so nothing was done."} {
			if !strings.Contains(mia.String(), told) {
				t.Errorf("not told %q:\n%s", told, mia)
			}
		}
		if !strings.Contains(bob.String(), "Nobody here goes on in another room and asked you to come.") {
			t.Errorf("bob follows nobody:\n%s", bob)
		}
		mia.enter("/slow 2")
		mia.enter("/leap eve")
		if !strings.Contains(mia.String(), "So many were asked to follow: 1.") {
			t.Errorf("mia does not leap:\n%s", mia)
		}
		_, room, _ := strings.Cut(mia.String(), "-- you are mia in the open room lobby")
		_, room, _ = strings.Cut(room, "-- you are mia in the open room ")
		room, _, _ = strings.Cut(room, ";")
		if parts := strings.Split(room, "-"); len(parts) != 5 {
			t.Fatalf("mia is in %q:\n%s", room, mia)
		}
		if !strings.Contains(bob.String(), "mia goes on in another room and asks you to come; /go goes there") || strings.Contains(bob.String(), room) {
			t.Errorf("bob is told:\n%s", bob)
		}
		bob.enter("/go")
		if !strings.Contains(bob.String(), "in the open room "+room+", with mia") || !strings.Contains(bob.String(), "slow") {
			t.Errorf("bob does not follow:\n%s", bob)
		}
		if !strings.Contains(mia.String(), "bob is here") {
			t.Errorf("mia does not see bob:\n%s", mia)
		}
		if strings.Contains(eve.String(), room) || strings.Contains(eve.String(), "goes on in") || !strings.Contains(eve.String(), "mia left") {
			t.Errorf("eve is told:\n%s", eve)
		}
	})
}

// TestPipeIsToldOfLeap: a pipe goes nowhere, and whoever reads it can.
func TestPipeIsToldOfLeap(t *testing.T) {
	bob := rooms.Person{ID: "02", Nick: "bob"}
	for want, leapt := range map[string]*rooms.Leapt{
		"-- bob goes on in the room fresh-room and asks you to come; a pipe stays here\n": {From: bob, Room: "fresh-room"},
		"-- bob goes on in another sealed room and asks you to come; a pipe stays here\n": {From: bob, Key: "secret"},
		"": {From: bob, Room: "fresh-room", ID: "1"},
	} {
		if got := lineOf(leapt); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
