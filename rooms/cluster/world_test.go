package cluster_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
	"sotto/rooms/cluster/memstore"
)

// world is a simulation: some servers with their people, over one store, with everything
// that may go wrong between, by a seed.
type world struct {
	rand   *rand.Rand
	m      *memstore.Memory
	short  bool
	loses  bool // the store, and no server; else the other way round
	silent bool // the store goes back without knowing it
	plant  plant
	began  time.Time

	servers []*server
	guests  []*guest
	dying   sync.WaitGroup

	mu     sync.Mutex
	trace  []string
	broken []string
	events map[uint64]string
	saw    map[uint64]string // who saw that first
}

type server struct {
	name string
	node *cluster.Node
	hub  *rooms.Hub
	sky  *sky
}

func (s *sky) isDead() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dead
}

func (w *world) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trace = append(w.trace, fmt.Sprintf("%8.3f  ", time.Since(w.began).Seconds())+fmt.Sprintf(format, args...))
}

// fail notes what may not be.
func (w *world) fail(format string, args ...any) {
	w.note("WRONG: "+format, args...)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = append(w.broken, fmt.Sprintf(format, args...))
}

// truth holds that everybody has the same under one number.
func (w *world) truth(g *guest, seq uint64, what string) {
	w.mu.Lock()
	was, known := w.events[seq]
	if !known {
		w.events[seq], w.saw[seq] = what, g.name
	}
	w.mu.Unlock()
	if known && was != what {
		w.fail("%d is %q for %s and %q for %s", seq, was, w.saw[seq], what, g.name)
	}
}

func (w *world) alive() (some []*server) {
	for _, s := range w.servers {
		if !s.sky.isDead() {
			some = append(some, s)
		}
	}
	return some
}

// newServer starts one.
func (w *world) newServer(t *testing.T) *server {
	n := cluster.New(cluster.Config{Key: [32]byte{7}})
	s := &server{name: fmt.Sprint("S", len(w.servers)), node: n}
	s.sky = newSky(n, w.rand.Uint64())
	s.sky.plant = w.plant
	s.sky.Store = w.m.Connect(s.sky)
	if err := n.Start(t.Context(), s.sky); err != nil {
		t.Fatal(err)
	}
	s.hub = rooms.NewHub(rooms.Config{Log: w.plant.in(n)})
	w.servers = append(w.servers, s)
	return s
}

// size is how much happens in a simulation. A short one ends before those are gone whose
// connections were lost at last.
type size struct {
	acts, guests, servers int
	short                 bool
}

// simulate runs a seed, and returns what was wrong, and what happened.
func simulate(t *testing.T, seed uint64, wrong plant, much size) (broken, trace []string) {
	synctest.Test(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(seed, 16))
		w := &world{
			rand: r, short: much.short, m: memstore.New(), plant: wrong, loses: r.IntN(3) == 0, began: time.Now(),
			events: make(map[uint64]string), saw: make(map[uint64]string),
		}
		w.m.Forgetful = wrong == plantForgetful
		w.silent = wrong == plantSilent
		w.loses = w.loses || w.silent
		for range 3 + r.IntN(much.servers) {
			w.newServer(t)
		}
		var all sync.WaitGroup
		for i := range 2 + r.IntN(much.guests) {
			w.guests = append(w.guests, &guest{w: w, name: fmt.Sprint("g", i), rand: rand.New(rand.NewPCG(seed, uint64(i)+100))})
		}
		for i, g := range w.guests {
			for i == 0 && g.seat == nil {
				g.comeIn()
			}
			all.Go(func() {
				for range much.acts {
					time.Sleep(time.Duration(g.rand.ExpFloat64() * float64(700*time.Millisecond)))
					g.act()
				}
			})
		}
		late := time.AfterFunc(10*time.Minute, func() {
			w.fail("it never ends")
			for _, s := range w.alive() {
				w.die(s)
			}
		})
		defer late.Stop()
		over := make(chan struct{})
		fate := make(chan struct{})
		go func() {
			defer close(fate)
			w.fate(over)
		}()
		all.Wait()
		close(over)
		<-fate
		w.settle()
		w.check()
		w.close()
		broken, trace = w.broken, w.trace
	})
	return broken, trace
}

// fate does what is done to servers and to the store.
func (w *world) fate(over chan struct{}) {
	wait := func(d time.Duration) bool {
		select {
		case <-over:
			return false
		case <-time.After(d):
			return true
		}
	}
	seconds := func(most int) time.Duration { return time.Duration(w.rand.IntN(most*1000)) * time.Millisecond }
	for wait(time.Second + seconds(6)) {
		if w.loses {
			copied := w.m.Copy()
			some := w.rand.IntN(2) == 0 || w.silent
			if some && !wait(seconds(2)) {
				return
			}
			w.calm(true)
			if !wait(3 * time.Second) { // until all that was on its way is there
				return
			}
			if some {
				w.note("the store goes back")
				w.m.Return(copied, !w.silent)
			} else {
				w.note("the store forgets")
				w.m.Forget()
			}
			if !wait(9 * time.Second) {
				return
			}
			w.calm(false)
			continue
		}
		some := w.alive()
		if len(some) == 0 {
			return
		}
		s := some[w.rand.IntN(len(some))]
		switch n := w.rand.IntN(8); {
		case n < 2 && len(some) > 2:
			w.note("%s dies", s.name)
			w.die(s)
		case n < 5:
			off := 500*time.Millisecond + seconds(4)
			if n == 4 {
				off = 13*time.Second + seconds(6)
			}
			w.note("%s is cut off for %v", s.name, off)
			s.sky.cut()
			wait(off)
			w.note("%s is back", s.name)
			s.sky.mend()
		case n < 6:
			off := seconds(8)
			w.note("the store is gone for %v", off)
			for _, s := range some {
				s.sky.cut()
			}
			wait(off)
			w.note("the store is back")
			for _, s := range some {
				s.sky.mend()
			}
		}
	}
}

// die ends a server without a word. That nobody of it is left waiting is for the test alone.
func (w *world) die(s *server) {
	s.sky.die()
	w.dying.Go(func() { _ = s.node.Close() })
}

func (w *world) calm(on bool) {
	for _, s := range w.servers {
		s.sky.set(on)
	}
}

// settle ends all trouble, and waits until everybody is back who can be, and gone who can't.
func (w *world) settle() {
	w.note("from here on all is well")
	w.calm(true)
	for _, s := range w.alive() {
		s.sky.mend()
	}
	back := func() {
		for _, g := range w.guests {
			if g.seat != nil && g.at.sky.isDead() {
				g.drop("its server died")
			}
			if g.seat != nil {
				g.read()
			}
			for range 5 {
				if g.seat != nil || g.now == nil {
					break
				}
				g.comeIn()
				time.Sleep(time.Second)
			}
		}
	}
	time.Sleep(4 * time.Second)
	back()
	if w.short {
		if g := w.guests[0]; g.seat != nil {
			g.say("") // and whoever missed the last of it notices
		}
		time.Sleep(3 * time.Second)
	} else {
		time.Sleep(15 * time.Second) // who sat at a server that was taken for gone comes back
	}
	back()
	if !w.short {
		time.Sleep(rooms.ResumeWindow + 2*cluster.LeaseFor)
	}
	for _, g := range w.guests {
		if g.seat != nil {
			g.read()
		}
	}
}

// check holds that all is as it should be.
func (w *world) check() {
	var here []*stay
	ids := make(map[string]string)
	for _, g := range w.guests {
		if g.seat != nil {
			here = append(here, g.now)
			ids[g.now.id] = g.now.members[g.now.id]
		}
	}
	for _, s := range here {
		if s.seq != here[0].seq {
			w.fail("%s is at %d and %s at %d", s.guest.name, s.seq, here[0].guest.name, here[0].seq)
		}
		if !maps.Equal(s.members, here[0].members) {
			w.fail("%s has %v there, and %s has %v", s.guest.name, s.members, here[0].guest.name, here[0].members)
		}
		for id := range s.members {
			if ids[id] == "" && !w.short {
				w.fail("%s has %s there, who is not", s.guest.name, id)
			}
		}
		for id := range ids {
			if s.members[id] == "" {
				w.fail("%s does not have %s there, who is", s.guest.name, id)
			}
		}
	}
	said := make(map[string]int)
	for _, what := range w.events {
		if strings.HasPrefix(what, "said") {
			said[what[strings.LastIndex(what, " ")+1:]]++
		}
	}
	for _, g := range w.guests {
		for _, s := range g.stays {
			for text, times := range s.texts {
				if times > 1 {
					w.fail("%s has %q %d times", g.name, text, times)
				}
			}
			for _, o := range s.ops {
				w.checkOp(g, s, o, said[o.text])
			}
		}
	}
}

// checkOp holds what a guest was told of something that they said.
func (w *world) checkOp(g *guest, s *stay, o *op, times int) {
	heard := 0
	for _, other := range w.guests {
		for _, there := range other.stays {
			if there == s {
				continue
			}
			heard += there.texts[o.text]
			missed := o.acked && o.to == "" && there.from < o.seq && o.seq <= there.seq && there.texts[o.text] == 0
			if missed && there.gaps == 0 {
				w.fail("%s never had %s, which %s has said as %d", other.name, o.text, g.name, o.seq)
			}
			if o.to == there.id && o.acked && there.texts[o.text] == 0 && !there.over && there.gaps == 0 && other.seat != nil {
				w.fail("%s never had the whisper %s", other.name, o.text)
			}
		}
	}
	switch {
	case times > 1:
		w.fail("%s is there %d times", o.text, times)
	case o.refused && (o.acked || times+heard > 0):
		w.fail("%s was refused, and is there", o.text)
	}
}

// close has everybody leave, and holds that nothing is left behind.
func (w *world) close() {
	for _, g := range w.guests {
		if g.seat != nil {
			g.do(rooms.Leave{})
		}
		if g.seat != nil {
			_ = g.seat.Close() // which asks once more, and comes after whoever leaves last
		}
	}
	if !w.short {
		time.Sleep(12 * time.Second)
	}
	if left := w.m.Rooms(); len(left) > 1 && !w.short {
		w.fail("everybody left, and the store still has %d rooms", len(left)-1)
	}
	w.dying.Wait()
	for _, s := range w.servers {
		s.hub.Close()
		if err := s.node.Close(); err != nil && !s.sky.isDead() {
			w.fail("%s does not end: %v", s.name, err)
		}
		for fault, n := range s.node.Faults() {
			if fault != cluster.FaultCall && fault != cluster.FaultTwice && fault != cluster.FaultOrder {
				w.fail("%s counts %d times %s", s.name, n, fault)
			}
		}
	}
}
