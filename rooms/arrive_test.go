package rooms_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// slowBus delivers each submission a moment after it was published, in order, as
// one beyond a network does.
type slowBus struct{ within time.Duration }

type slowLine struct {
	mu     sync.Mutex
	queue  chan rooms.Submission
	closed bool
}

func (b slowBus) Open(_ rooms.Kind, _ rooms.RoomName, deliver func(rooms.Submission)) rooms.Subscription {
	l := &slowLine{queue: make(chan rooms.Submission, 1024)}
	go func() {
		for s := range l.queue {
			time.Sleep(rand.N(b.within))
			deliver(s)
		}
	}()
	return l
}

func (l *slowLine) Publish(s rooms.Submission) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.queue <- s
	}
}

func (l *slowLine) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	close(l.queue)
}

// Whoever gives up on the way in leaves nothing behind, whatever has become of
// them meanwhile: on the way, in, or refused because the room is full.
func TestArrivalThatGivesUp(t *testing.T) {
	for name, bus := range map[string]rooms.Bus{"one process": nil, "a network": slowBus{2 * time.Millisecond}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := rooms.NewHub(rooms.Config{RoomSize: 3, Bus: bus, Admit: func(ctx context.Context, _ rooms.Arrival) error {
					if rand.N(4) == 0 {
						ctx.Value(patience{}).(context.CancelFunc)()
					}
					return nil
				}})
				outcomes := map[string]int{}
				var mu sync.Mutex
				var arriving sync.WaitGroup
				for i := range 1000 {
					arriving.Go(func() {
						time.Sleep(rand.N(10 * time.Second))
						ctx, cancel := context.WithCancel(t.Context())
						defer time.AfterFunc(rand.N(10*time.Millisecond), cancel).Stop()
						seat, err := h.Join(context.WithValue(ctx, patience{}, cancel), rooms.Visitor{Room: "lobby", Resumable: i%2 == 0})
						outcome := "in"
						switch {
						case isRefused(err, rooms.RoomFull):
							outcome = "full"
						case errors.Is(err, context.Canceled):
							outcome = "gave up"
						case err != nil:
							outcome = err.Error()
						default:
							time.Sleep(rand.N(100 * time.Millisecond))
							_ = seat.Do(t.Context(), rooms.Leave{}) // is in, so it can
						}
						mu.Lock()
						defer mu.Unlock()
						outcomes[outcome]++
					})
				}
				arriving.Wait()
				time.Sleep(rooms.ResumeWindow / 2) // what was published is delivered; nobody's minute is over
				if n := h.Rooms(); n != 0 {
					t.Errorf("everybody is gone, and %d rooms are left", n)
				}
				if len(outcomes) != 3 {
					t.Errorf("the arrivals ended as %v", outcomes)
				}
			})
		})
	}
}

// patience is the key of what ends an arrival's context.
type patience struct{}
