package main

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// What a tally says of delays is never too short, and at most a sixteenth too long.
func TestTally(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var delays []time.Duration
	var all tally
	for range 10_000 {
		d := time.Duration(random.Uint64N(1 << random.UintN(37)))
		delays = append(delays, d)
		all.add(d)
	}
	slices.Sort(delays)
	for _, q := range []float64{0.0001, 0.01, 0.5, 0.9, 0.99, 0.999, 1} {
		is, want := all.quantile(q), delays[max(int(q*float64(len(delays)))-1, 0)]
		if is < want || is > want+want/16+2*time.Microsecond {
			t.Errorf("of %v of them: %v, want %v", q, is, want)
		}
	}
	if none := new(tally); none.quantile(0.99) != 0 {
		t.Errorf("of none: %v", none.quantile(0.99))
	}
}

// Everybody has a room, none is too large, and both kinds are spread.
func TestScaleRooms(t *testing.T) {
	for _, s := range []scale{{screens: 1000, browsers: 5000}, {screens: 100, browsers: 500}, {screens: 1}, {browsers: 61}, {screens: 7, browsers: 200}} {
		screens, browsers := s.rooms()
		people := scale{}
		for i := range screens {
			people.screens += screens[i]
			people.browsers += browsers[i]
			if n := screens[i] + browsers[i]; n == 0 || n > peopleOfRoom+1 {
				t.Errorf("%+v: %d people in a room", s, n)
			}
		}
		if people != s {
			t.Errorf("%+v became %+v", s, people)
		}
		if slices.Max(screens)-slices.Min(screens) > 1 || slices.Max(browsers)-slices.Min(browsers) > 1 {
			t.Errorf("%+v: %v, %v", s, screens, browsers)
		}
	}
}

// What a scale can't be run with is said before anything starts.
func TestScaleChecks(t *testing.T) {
	whole := scale{screens: 10, browsers: 10, rate: 10, lasts: time.Second}
	if err := whole.check(); err != nil {
		t.Error(err)
	}
	for _, change := range []func(*scale){
		func(s *scale) { s.screens, s.browsers = 0, 0 },
		func(s *scale) { s.screens = -1 },
		func(s *scale) { s.rate = 0 },
		func(s *scale) { s.lasts = 0 },
		func(s *scale) { s.browsers = 1 << 40 },
		func(s *scale) { s.lasts = 1000 * time.Hour; s.rate = 1000 },
	} {
		s := whole
		if change(&s); s.check() == nil {
			t.Errorf("%+v was taken", s)
		}
	}
}

// What somebody did not get is an error, and not a line of a table.
func TestLostIsAnError(t *testing.T) {
	s := &scale{screens: 1, rate: 1, lasts: time.Second}
	for _, o := range []outcome{{undrawn: 1}, {lost: 1}, {ended: 1}} {
		if o.print(s) == nil {
			t.Errorf("%+v is no error", o)
		}
	}
	if err := (&outcome{delivered: 1}).print(s); err != nil {
		t.Error(err)
	}
}

// A line that one of two did not get is lost, whatever else came twice.
func TestLostIsCounted(t *testing.T) {
	c := newCrowd(nil)
	c.tally = new(tally)
	c.people, c.sinks = []person{&terminal{}, &browser{}}, []*sink{{}, {}}
	for n := range int64(3) {
		c.number.Store(n + 1)
		c.sent.Store(n+1, time.Now())
		c.saw(c.sinks[0], []byte(lineOf(n+1)))
		c.saw(c.sinks[0], []byte(lineOf(n+1)))
		if n != 1 {
			c.saw(c.sinks[1], []byte(lineOf(n+1)))
		}
	}
	if err := c.await(6, 0); err == nil {
		t.Error("six lines of five arrived")
	}
	var o outcome
	if o.count(c); o.undrawn != 0 || o.lost != 1 || o.delivered != 5 || c.tally.count != 5 {
		t.Errorf("%+v, %d delays", o, c.tally.count)
	}
}
