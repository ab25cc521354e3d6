package client_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/rooms/wire"
	"sotto/webbridge/client"
)

// sealed is somebody in a sealed room over a network that breaks.
type sealed struct {
	*seal.Seat
	mu      sync.Mutex
	heard   []string
	refused []string // ids
	doubts  []rooms.Event
}

// enterSealed enters; lazily says that events are taken late, now and then.
func (w *world) enterSealed(secret seal.Secret, nick string, lazily bool) *sealed {
	w.t.Helper()
	room := seal.Open(secret)
	s := &sealed{Seat: seal.NewSeat(room, "garden", nick)}
	transport := &http.Transport{DialContext: w.net.dial}
	w.t.Cleanup(transport.CloseIdleConnections)
	connect, err := client.WebSocket("http://127.0.0.1:3000", &http.Client{Transport: transport})
	if err != nil {
		w.t.Fatal(err)
	}
	seat, err := client.Dial(w.t.Context(), client.Options{
		Connect: connect,
		Join:    func() wire.Join { return wire.Join{Room: room.Name(), Hello: string(s.Hello()), NoHost: true} },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	s.Attach(seat)
	ctx, cancel := context.WithCancel(context.Background())
	var listening sync.WaitGroup
	listening.Go(func() {
		for {
			if lazily && rand.N(3) == 0 {
				time.Sleep(rand.N(3 * time.Second)) // a bubble's time costs nothing
			}
			events, err := s.Next(ctx)
			if err != nil {
				return
			}
			s.note(events)
		}
	})
	w.t.Cleanup(func() {
		cancel()
		listening.Wait()
		s.Close()
	})
	return s
}

func (s *sealed) note(events []rooms.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, event := range events {
		switch e := event.(type) {
		case *rooms.Said:
			s.heard = append(s.heard, e.Text)
		case *rooms.Refused:
			s.refused = append(s.refused, e.ID)
		case *rooms.Gap, *rooms.Notice, *rooms.Left:
			s.doubts = append(s.doubts, e)
		}
	}
}

// withoutBusy leaves out that no question got through for a minute in sum, which is so on the
// worst of lines, where it was taken back by the end.
func withoutBusy(doubts []rooms.Event) []rooms.Event {
	var busy, again int
	rest := slices.DeleteFunc(slices.Clone(doubts), func(e rooms.Event) bool {
		n, ok := e.(*rooms.Notice)
		switch {
		case ok && n.Code == seal.Untaken:
			busy++
		case ok && n.Code == seal.HeardAgain:
			again++
		default:
			return false
		}
		return true
	})
	if busy != again {
		return doubts
	}
	return rest
}

// However a connection breaks and comes back, what is said in a sealed room is
// heard in order and once, or its sayer knows that it was not; and nobody is told
// that anything were missing or forged.
func TestSealedOverABadLine(t *testing.T) {
	for range 10 {
		synctest.Test(t, func(t *testing.T) {
			w := start(t)
			secret := seal.NewSecret()
			bob := w.enterSealed(secret, "bob", false)
			anna := w.enterSealed(secret, "anna", true)
			time.Sleep(seal.ConfirmWait + time.Second)
			var said []string
			for i := range 200 {
				id := fmt.Sprint(i)
				if err := anna.Do(t.Context(), rooms.Say{ID: id, Text: id}); err != nil {
					t.Fatal(err)
				}
				said = append(said, id)
				time.Sleep(rand.N(time.Second))
				tap := w.net.newest()
				switch rand.N(12) {
				case 0:
					tap.Close()
				case 1, 2:
					tap.mu.Lock()
					tap.swallow = true // looks alive
					tap.mu.Unlock()
				case 3:
					tap.mu.Lock()
					tap.hold = true
					tap.mu.Unlock()
				}
			}
			time.Sleep(2 * time.Minute)
			synctest.Wait()
			anna.mu.Lock()
			defer anna.mu.Unlock()
			bob.mu.Lock()
			defer bob.mu.Unlock()
			said = slices.DeleteFunc(said, func(id string) bool { return slices.Contains(anna.refused, id) })
			if !slices.Equal(said, bob.heard) || !slices.Equal(said, anna.heard) {
				t.Errorf("said  %v\nbob   %v\nanna  %v\nrefused %v", said, bob.heard, anna.heard, anna.refused)
			}
			for _, doubts := range [][]rooms.Event{anna.doubts, bob.doubts} {
				for _, doubt := range withoutBusy(doubts) {
					t.Errorf("somebody was told %T %+v", doubt, doubt)
				}
			}
		})
	}
}
