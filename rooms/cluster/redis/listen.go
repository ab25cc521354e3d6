package redis

import (
	"context"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"sotto/rooms/cluster"
)

// listener has what is published given to a Hearer. One goroutine, mend, makes all
// subscriptions, over one connection a server; it makes them anew when a connection ends,
// when a room moves to another server, and when it is told to.
type listener struct {
	client rueidis.Client
	hearer cluster.Hearer

	mu      sync.Mutex
	rooms   map[string]*listened // by channel
	leaving []left
	anew    bool               // all connections are to be made anew
	stop    context.CancelFunc // ends the round of mend that is going on
	failed  error              // why the last round did

	hearing sync.Mutex
	deaf    bool

	wake chan struct{}
	end  context.CancelFunc
	done sync.WaitGroup

	ears map[string]*ear // by address; mend's own
}

// listened is a room that is listened to.
type listened struct {
	room string
	addr string        // the server that has it, as far as is known
	on   bool          // published to us now
	was  bool          // it was on before, so that something may have been missed
	told chan struct{} // closed once it is on for the first time
}

// left is a subscription that is to end.
type left struct{ channel, addr string }

func newListener(client rueidis.Client, hearer cluster.Hearer) *listener {
	ctx, end := context.WithCancel(context.Background())
	l := &listener{
		client: client, hearer: hearer, end: end,
		rooms: make(map[string]*listened),
		ears:  make(map[string]*ear),
		wake:  make(chan struct{}, 1),
		stop:  func() {},
	}
	l.done.Go(func() { l.run(ctx) })
	return l
}

// close ends it. Nothing is heard after it returns.
func (l *listener) close() {
	l.hearing.Lock()
	l.deaf = true
	l.hearing.Unlock()
	l.end()
	l.done.Wait()
}

// Listen has what is published in a room heard, from when it returns on.
func (l *listener) Listen(ctx context.Context, room string) error {
	l.mu.Lock()
	name := channel(room)
	r := l.rooms[name]
	if r == nil {
		r = &listened{room: room, told: make(chan struct{})}
		l.rooms[name] = r
	}
	l.mu.Unlock()
	l.nudge()
	select {
	case <-r.told:
		return nil
	case <-ctx.Done():
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.failed != nil {
			return l.failed
		}
		return ctx.Err()
	}
}

// Unlisten ends that. A Listen that failed is ended by it too.
func (l *listener) Unlisten(room string) {
	l.mu.Lock()
	name := channel(room)
	if r := l.rooms[name]; r != nil {
		delete(l.rooms, name)
		if r.addr != "" {
			l.leaving = append(l.leaving, left{name, r.addr})
		}
	}
	l.mu.Unlock()
	l.nudge()
}

// Reconnect makes all connections for listening anew: for when nothing comes through them,
// though they seem to be there.
func (l *listener) Reconnect() {
	l.mu.Lock()
	l.anew = true
	l.stop()
	l.mu.Unlock()
	l.nudge()
}

func (l *listener) nudge() {
	select {
	case l.wake <- struct{}{}:
	default: // it is awake
	}
}

// heard takes what came over some connection. Connections have goroutines of their own; the
// lock makes one call at a time of them.
func (l *listener) heard(m rueidis.PubSubMessage) {
	l.mu.Lock()
	r := l.rooms[m.Channel]
	l.mu.Unlock()
	if r == nil || len(m.Message) == 0 {
		return
	}
	l.hearing.Lock()
	defer l.hearing.Unlock()
	if l.deaf {
		return
	}
	switch m.Message[0] {
	case publishedPassed:
		l.hearer.Passed(r.room, []byte(m.Message[1:]))
	case publishedEntries:
		entries, err := decodeEntries(m.Message)
		if err != nil {
			l.hearer.Missed() // it was something, and nobody knows what
			return
		}
		for _, e := range entries {
			l.hearer.Heard(r.room, e)
		}
	}
}

// moved says that a server no longer has a room.
func (l *listener) moved(name string) {
	l.mu.Lock()
	r := l.rooms[name]
	moved := r != nil && r.on
	if moved {
		r.on, r.was, r.addr = false, true, ""
	}
	l.mu.Unlock()
	if moved {
		l.nudge()
	}
}

func (l *listener) missed() {
	l.hearing.Lock()
	defer l.hearing.Unlock()
	if !l.deaf {
		l.hearer.Missed()
	}
}

// run mends until ctx ends, and soon again what could not be.
func (l *listener) run(ctx context.Context) {
	pause := mendLeast
	for {
		round, stop := context.WithTimeout(ctx, dialFor+silentFor)
		l.mu.Lock()
		l.stop = stop
		l.mu.Unlock()
		err := l.mend(round)
		stop()
		l.mu.Lock()
		l.failed = err
		l.mu.Unlock()
		next := mendEvery
		if err == nil {
			pause = mendLeast
		} else {
			next, pause = pause, min(2*pause, mendMost)
		}
		timer := time.NewTimer(next)
		select {
		case <-timer.C:
		case <-l.wakeIf(err == nil):
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			break
		}
	}
	for _, e := range l.ears {
		l.drop(e)
	}
}

// wakeIf is what wakes it: nothing while what failed is not to be tried again yet.
func (l *listener) wakeIf(well bool) <-chan struct{} {
	if well {
		return l.wake
	}
	return nil
}
