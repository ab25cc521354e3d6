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

// slowLog delivers each record a moment after it was appended, in order, as one beyond a
// network does.
type slowLog struct{ within time.Duration }

type slowTail struct {
	to     rooms.Follower
	mu     sync.Mutex
	queue  chan rooms.Record
	closed bool
}

func (b slowLog) Open(_ context.Context, _ rooms.Kind, _ rooms.RoomName, to rooms.Follower) (rooms.Tail, error) {
	time.Sleep(rand.N(b.within))
	l := &slowTail{to: to, queue: make(chan rooms.Record, 1024)}
	go func() {
		for r := range l.queue {
			time.Sleep(rand.N(b.within))
			to.Deliver(r, true)
		}
	}()
	return l, nil
}

func (l *slowTail) Append(r rooms.Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.queue <- r
	}
}

func (l *slowTail) Pass(r rooms.Record) { l.to.Passed(r) }

func (l *slowTail) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	close(l.queue)
}

// Whoever gives up on the way in leaves nothing behind, whatever has become of
// them meanwhile: on the way, in, or refused because the room is full.
func TestArrivalThatGivesUp(t *testing.T) {
	for name, log := range map[string]rooms.Log{"one process": nil, "a network": slowLog{2 * time.Millisecond}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := rooms.NewHub(rooms.Config{RoomSize: 3, Log: log, Admit: func(ctx context.Context, _ rooms.Arrival) error {
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
