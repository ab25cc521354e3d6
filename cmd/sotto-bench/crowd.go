package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// crowd is many people on one server, and what they saw.
type crowd struct {
	server   *server
	people   []person
	bytes    atomic.Int64           // on the wire, to the clients
	arrived  atomic.Int64           // lines that somebody saw
	only     atomic.Int64           // the only line that counts as such; 0: all do
	ended    atomic.Int64           // clients whose connection ended
	farewell atomic.Pointer[string] // what the first of them was told, if anything
	number   atomic.Int64           // of the last line said
	sent     sync.Map               // number → time.Time
	sinks    []*sink
	tally    *tally // of all delays, if they are too many for each to be kept

	target  atomic.Int64  // how many arrived lines somebody waits for
	reached chan struct{} // signalled when they have arrived
}

// sink is what one person saw. Its lock is only ever contended at the end.
type sink struct {
	mu      sync.Mutex
	markers markers
	got     int64       // lines, ever
	screen  atomic.Bool // anything was shown yet
	gone    atomic.Bool // the connection ended
	delays  []time.Duration
	quiet   time.Duration // longest time between two lines
	last    time.Time
}

func newCrowd(s *server) *crowd { return &crowd{server: s, reached: make(chan struct{}, 1)} }

// farewellBytes is how much is kept of the last that somebody was told.
const farewellBytes = 300

// door is by which a crowd comes, and with screens of what size.
type door struct {
	web  bool
	size size
}

// enter brings n people into a room, some at a time.
func (c *crowd) enter(n int, room string, door door) error {
	const together = 8
	tickets := make(chan struct{}, together)
	errs := make(chan error, n)
	var mu sync.Mutex
	for range n {
		tickets <- struct{}{}
		go func() {
			defer func() { <-tickets }()
			person, sink, err := c.one(room, door, false)
			if err == nil {
				mu.Lock()
				c.people, c.sinks = append(c.people, person), append(c.sinks, sink)
				mu.Unlock()
			}
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

// one brings one person into a room and waits until something is shown.
func (c *crowd) one(room string, door door, small bool) (person, *sink, error) {
	s := &sink{}
	shown := make(chan struct{})
	var last []byte // piece of a message
	seen := func(piece []byte) {
		if piece == nil {
			s.gone.Store(true)
			if c.ended.Add(1) == 1 {
				told := string(last)
				c.farewell.Store(&told)
			}
			return
		}
		last = append(last[:0], piece[:min(len(piece), farewellBytes)]...)
		if !s.screen.Swap(true) {
			close(shown)
		}
		c.saw(s, piece)
	}
	var person person
	var err error
	if door.web {
		person, err = newBrowser(c.server, room, &c.bytes, seen)
	} else {
		person, err = newTerminal(c.server.ssh, room, door.size, &c.bytes, small, seen)
	}
	if err != nil {
		return nil, nil, err
	}
	if c.server.floor && !door.web {
		return person, s, nil // shows nothing before somebody says something
	}
	select {
	case <-shown:
		return person, s, nil
	case <-time.After(20 * time.Second):
		return nil, nil, fmt.Errorf("a client saw nothing for 20 s")
	}
}

func (c *crowd) saw(s *sink, piece []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.markers.find(piece, func(number int64) {
		s.got++
		if only := c.only.Load(); (only == 0 || only == number) && c.arrived.Add(1) == c.target.Load() {
			select {
			case c.reached <- struct{}{}:
			default:
			}
		}
		now := time.Now()
		if !s.last.IsZero() {
			s.quiet = max(s.quiet, now.Sub(s.last))
		}
		s.last = now
		at, ok := c.sent.Load(number)
		switch {
		case !ok:
		case c.tally != nil:
			c.tally.add(now.Sub(at.(time.Time)))
		default:
			s.delays = append(s.delays, now.Sub(at.(time.Time)))
		}
	})
}

// say makes a person say a new line, and returns its number.
func (c *crowd) say(p person) (int64, error) {
	number := c.number.Add(1)
	line := lineOf(number)
	c.sent.Store(number, time.Now())
	return number, p.say(line)
}

// patience is how long what was said may be on its way.
const patience = 30 * time.Second

// await waits until so many lines have been seen in all, but no longer than that.
func (c *crowd) await(arrived int64, within time.Duration) error {
	timeout := time.NewTimer(within)
	defer timeout.Stop()
	for c.target.Store(arrived); c.arrived.Load() < arrived; {
		select {
		case <-c.reached:
		case <-timeout.C:
			return fmt.Errorf("%d of %d lines arrived, and %d of %d clients ended",
				c.arrived.Load(), arrived, c.ended.Load(), len(c.people))
		}
	}
	return nil
}

// forget drops what was measured so far.
func (c *crowd) forget() {
	for _, s := range c.sinks {
		s.mu.Lock()
		s.delays, s.quiet, s.last = nil, 0, time.Time{}
		s.mu.Unlock()
	}
	c.arrived.Store(0)
	c.bytes.Store(0)
}

// delays returns how long deliveries took, in order.
func (c *crowd) delays() []time.Duration {
	var all []time.Duration
	for _, s := range c.sinks {
		s.mu.Lock()
		all = append(all, s.delays...)
		s.mu.Unlock()
	}
	slices.Sort(all)
	return all
}

// end makes everybody leave.
func (c *crowd) end() {
	for _, p := range c.people {
		p.close()
	}
}

// newHTTPClient returns a client that connects in its own way.
func newHTTPClient(dial func() (net.Conn, error)) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return dial() },
	}}
}
