package cluster_test

import (
	"context"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"

	"sotto/rooms/cluster"
)

// sky is what is between one node and its store, by a seed: calls and answers are late or
// lost, what is published comes late, twice, in another order or not at all, and for a while
// nothing goes through.
type sky struct {
	cluster.Store
	to   cluster.Hearer
	seed uint64

	mu     sync.Mutex
	counts map[string]uint64
	calm   bool
	off    chan struct{} // while nothing goes through; closed once it does
	dead   bool

	hearing sync.Mutex
	plant   plant
}

// plant is what is wrong with everything, to see that it is found.
type plant string

func newSky(to cluster.Hearer, seed uint64) *sky {
	return &sky{to: to, seed: seed, counts: make(map[string]uint64)}
}

// dice are those of the next thing of a kind: the same for a seed, whoever comes first.
func (s *sky) dice(kind string) *rand.Rand {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[kind]++
	h := fnv.New64a()
	h.Write([]byte(kind))
	return rand.New(rand.NewPCG(s.seed^s.counts[kind]<<8, h.Sum64()))
}

func (s *sky) set(calm bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calm = calm
}

// cut lets nothing through, until mend.
func (s *sky) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.off == nil {
		s.off = make(chan struct{})
	}
}

func (s *sky) mend() {
	s.mu.Lock()
	off := s.off
	s.off = nil
	s.mu.Unlock()
	if off != nil {
		close(off)
		s.tell(func() { s.to.Missed() })
	}
}

func (s *sky) die() {
	s.cut()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead = true
}

func (s *sky) state() (calm bool, off chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calm, s.off
}

func (s *sky) tell(f func()) {
	s.hearing.Lock()
	defer s.hearing.Unlock()
	f()
}

var errLostCall = errors.New("nobody knows what became of it")

// pass is one way of a call.
func (s *sky) pass(ctx context.Context, d *rand.Rand) error {
	calm, off := s.state()
	if calm && off == nil {
		return ctx.Err()
	}
	wait := time.Duration(d.IntN(3000)) * time.Microsecond
	if !calm {
		switch n := d.IntN(100); {
		case n < 3:
			return errLostCall
		case n < 4:
			<-ctx.Done()
		case n < 15:
			wait *= 50
		}
	}
	if off != nil {
		<-ctx.Done()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(wait):
		return nil
	}
}

// through makes a call: there, and back.
func through[T any](ctx context.Context, s *sky, kind string, call func() (T, error)) (none T, err error) {
	d := s.dice(kind)
	if err := s.pass(ctx, d); err != nil {
		return none, err
	}
	answer, err := call()
	if lost := s.pass(ctx, d); lost != nil {
		return none, lost
	}
	return answer, err
}

type nothing struct{}

func done(ctx context.Context, s *sky, kind string, call func() error) error {
	_, err := through(ctx, s, kind, func() (nothing, error) { return nothing{}, call() })
	return err
}

func (s *sky) Open(ctx context.Context, room string, head []byte) (cluster.Kept, error) {
	return through(ctx, s, "open", func() (cluster.Kept, error) { return s.Store.Open(ctx, room, head) })
}

func (s *sky) Head(ctx context.Context, room string) ([]byte, error) {
	return through(ctx, s, "head", func() ([]byte, error) { return s.Store.Head(ctx, room) })
}

func (s *sky) Append(ctx context.Context, room string, seen cluster.Place, drafts []cluster.Draft) ([]cluster.Stamp, bool, error) {
	type answer struct {
		at   []cluster.Stamp
		want bool
	}
	a, err := through(ctx, s, "append", func() (answer, error) {
		at, want, err := s.Store.Append(ctx, room, seen, drafts)
		return answer{at, want}, err
	})
	if s.plant == plantFailed && errors.Is(err, errLostCall) {
		err = cluster.ErrFull
	}
	return a.at, a.want, err
}

func (s *sky) After(ctx context.Context, room string, at cluster.Place) ([]cluster.Entry, error) {
	if s.plant == plantHoles {
		return nil, nil
	}
	return through(ctx, s, "after", func() ([]cluster.Entry, error) { return s.Store.After(ctx, room, at) })
}

func (s *sky) Keep(ctx context.Context, room string, snap cluster.Snapshot) error {
	return done(ctx, s, "keep", func() error { return s.Store.Keep(ctx, room, snap) })
}

func (s *sky) Remove(ctx context.Context, room string, at cluster.Place) error {
	return done(ctx, s, "remove", func() error { return s.Store.Remove(ctx, room, at) })
}

func (s *sky) Touch(ctx context.Context, all map[string]cluster.Place) ([]string, error) {
	return through(ctx, s, "touch", func() ([]string, error) { return s.Store.Touch(ctx, all) })
}

func (s *sky) Propose(ctx context.Context, room string, p cluster.Proposal) error {
	return done(ctx, s, "propose", func() error { return s.Store.Propose(ctx, room, p) })
}

func (s *sky) Publish(ctx context.Context, room string, body []byte) error {
	return done(ctx, s, "publish", func() error { return s.Store.Publish(ctx, room, body) })
}

func (s *sky) Listen(ctx context.Context, room string) error {
	return done(ctx, s, "listen", func() error { return s.Store.Listen(ctx, room) })
}

func (s *sky) Beat(ctx context.Context, node string) (cluster.Nodes, error) {
	nodes, err := through(ctx, s, "beat", func() (cluster.Nodes, error) { return s.Store.Beat(ctx, node) })
	if s.plant == plantUnfenced {
		for node := range nodes.Gone {
			nodes.Live = append(nodes.Live, node)
		}
		nodes.Gone = nil
	}
	return nodes, err
}

func (s *sky) Leave(ctx context.Context, node string) error {
	return done(ctx, s, "leave", func() error { return s.Store.Leave(ctx, node) })
}

func (s *sky) Close() error { return s.Store.Close() }

// arrives has something published come, somehow.
func (s *sky) arrives(kind string, tell func()) {
	calm, off := s.state()
	if off != nil {
		return
	}
	d := s.dice(kind)
	times, late := 1, time.Duration(d.IntN(2000))*time.Microsecond
	if !calm {
		switch n := d.IntN(100); {
		case n < 4:
			times = 0
		case n < 8:
			times = 2
		case n < 20:
			late *= 60
		}
	}
	for range times {
		time.AfterFunc(late, func() {
			if _, off := s.state(); off == nil {
				s.tell(tell)
			}
		})
	}
}

func (s *sky) Heard(room string, e cluster.Entry) {
	s.arrives("heard", func() { s.to.Heard(room, e) })
}
func (s *sky) Passed(room string, body []byte) {
	s.arrives("passed", func() { s.to.Passed(room, body) })
}
func (s *sky) Missed() { s.arrives("missed", s.to.Missed) }
