//go:build e2e

package prove

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
	"sotto/rooms/wire"
	"sotto/webbridge/client"
)

// talkEvery is how often a talker says something, unless what they said before is not
// decided yet.
const talkEvery = 10 * time.Millisecond

// talker says one thing after another, through a cable that leads to one of several servers,
// and writes down what comes.
type talker struct {
	nick  string
	cable *e2e.Cable
	seat  *client.Seat

	mu      sync.Mutex
	all     []*chronicle
	now     *chronicle // of the place that they have
	fates   fates
	open    string // what they said and has no fate yet
	unknown int    // of how much nobody knows
	moved   chan struct{}
	ended   error
	trail   []string // the newest events, for whoever looks for what went wrong
}

// trailLength is how many those are.
const trailLength = 12

// dials is how often a talker tries to come in, on a machine that does much else.
const dials = 5

func newTalker(t *testing.T, nick string, at *e2e.Server) *talker {
	t.Helper()
	w := &talker{nick: nick, cable: e2e.NewCable(t, at.Web), moved: make(chan struct{}),
		fates: fates{happened: make(map[string]uint64), not: make(map[string]string)}}
	connect, err := client.WebSocket("http://"+w.cable.Addr, &http.Client{Transport: &http.Transport{DisableKeepAlives: true}})
	must(t, err)
	for range dials { // a store that is new has its first room after some seconds
		w.seat, err = client.Dial(t.Context(), client.Options{
			Connect: connect,
			Join:    func() wire.Join { return wire.Join{Room: "den", Nick: nick} },
		})
		if err == nil {
			break
		}
	}
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	var working sync.WaitGroup
	working.Go(func() { w.listen(ctx) })
	t.Cleanup(func() {
		stop()
		working.Wait()
		_ = w.seat.Close() // it may have been ended
	})
	w.await(t, "the welcome", func() bool { return w.now != nil })
	return w
}

func (w *talker) listen(ctx context.Context) {
	for {
		events, err := w.seat.Next(ctx)
		w.mu.Lock()
		for _, e := range events {
			w.take(e)
		}
		if err != nil {
			w.ended = err
		}
		close(w.moved)
		w.moved = make(chan struct{})
		w.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// take writes down one event. The caller holds the lock.
func (w *talker) take(e rooms.Event) {
	if len(w.trail) == trailLength {
		w.trail = w.trail[1:]
	}
	w.trail = append(w.trail, fmt.Sprintf("%s %T%+v", time.Now().Format("05.000"), e, e))
	switch e := e.(type) {
	case *rooms.Welcome:
		if !e.Resumed {
			w.now = newChronicle(w.nick, e)
			w.all = append(w.all, w.now)
		}
		return
	case *rooms.Refused:
		if e.ID == "" || e.ID != w.open {
			return
		}
		if w.open = ""; e.Err.Code == rooms.Uncertain {
			w.unknown++
		} else {
			w.fates.not[e.ID] = fmt.Sprintf("%s: %s %s", time.Now().Format("05.000"), e.Err.Code, e.Err.Message)
		}
		return
	case *rooms.Said:
		if e.ID != "" && e.ID == w.open {
			w.fates.happened[e.Text] = e.Seq
			w.open = ""
		}
	}
	w.now.see(e)
}

// say asks for something to be said, unless what was said before has no fate yet.
func (w *talker) say(ctx context.Context, text string) bool {
	w.mu.Lock()
	if w.open != "" {
		w.mu.Unlock()
		return false
	}
	w.open = text
	w.mu.Unlock()
	if err := w.seat.Do(ctx, rooms.Say{ID: text, Text: text}); err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.open = ""
		w.fates.not[text] = err.Error()
		return false
	}
	return true
}

// talk says one thing after another until ctx ends.
func (w *talker) talk(ctx context.Context) {
	tick := time.NewTicker(talkEvery)
	defer tick.Stop()
	for n := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if w.say(ctx, fmt.Sprintf("%s-%d", w.nick, n)) {
				n++
			}
		}
	}
}

// await waits until something is so of what is guarded by the lock.
func (w *talker) await(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.NewTimer(e2e.Patience)
	defer deadline.Stop()
	for {
		w.mu.Lock()
		so, moved, ended := is(), w.moved, w.ended
		w.mu.Unlock()
		switch {
		case so:
			return
		case ended != nil && !errors.Is(ended, context.Canceled):
			t.Fatalf("%s was ended before %s: %v", w.nick, what, ended)
		}
		select {
		case <-moved:
		case <-deadline.C:
			w.mu.Lock()
			defer w.mu.Unlock()
			t.Fatalf("%s waits in vain for %s; at %s, after %d, %s\nthe last that came is\n%s", w.nick, what,
				time.Now().Format("05.000"), w.now.last, w.cable.Addr, strings.Join(w.trail, "\n"))
		}
	}
}
