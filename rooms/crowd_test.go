package rooms_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// A crowd as in TestCrowdEndsNobody and TestSourceTakesNoOthersShare, small enough for the
// race detector.
func TestSmallCrowdEndsNobody(t *testing.T) {
	crowded(t, 60, func(int) rooms.Op { return rooms.Say{Text: strings.Repeat("x", 200)} }, 5*time.Second)
	sourcesTalk(t, 4, 40, 1500)
}

// crowded has people talk at once where two read over a megabit, and holds that neither is
// ended, that all have their turn, and, if it matters, that nobody waits long for it.
func crowded(t *testing.T, people int, op func(n int) rooms.Op, within time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate})
		slow := []*line{
			{person: enter(t, h, rooms.Visitor{}), rate: mbit},
			{person: enter(t, h, rooms.Visitor{Resumable: true}), rate: mbit},
		}
		var reading, talking sync.WaitGroup
		for _, l := range slow {
			reading.Go(l.read)
		}
		crowd := make([]*talker, people)
		for i := range crowd {
			crowd[i] = &talker{person: enter(t, h, rooms.Visitor{Via: rooms.ViaNative})}
		}
		until := time.Now().Add(6 * time.Second)
		for i, p := range crowd {
			talking.Go(func() { p.talk(until, 500*time.Millisecond, func() rooms.Op { return op(i) }) })
		}
		talking.Wait()
		time.Sleep(5 * time.Second)
		for _, p := range crowd {
			p.do(rooms.Leave{})
		}
		for _, l := range slow {
			_ = l.Do(t.Context(), rooms.Leave{}) // fails for one that was ended
		}
		reading.Wait()
		for _, l := range slow {
			if !errors.Is(l.ended, io.EOF) {
				t.Errorf("a reader with a megabit was ended: %v", l.ended)
			}
		}
		least, most, longest := crowd[0].said, 0, time.Duration(0)
		for _, p := range crowd {
			least, most, longest = min(least, p.said), max(most, p.said), max(longest, p.longest)
		}
		t.Logf("said from %d to %d each, and waited for %v at most", least, most, longest)
		if most > 3*least+8 {
			t.Errorf("one said %d and another %d", most, least)
		}
		if within > 0 && longest > within {
			t.Errorf("somebody waited for their turn for %v, want %v at most", longest, within)
		}
	})
}

// sourcesTalk has seats of some sources say messages of a size as often as they are let,
// and holds what is owed to those who come from elsewhere.
func sourcesTalk(t *testing.T, sources, seats, size int) {
	synctest.Test(t, func(t *testing.T) {
		h := sourced(rooms.Config{SayRate: 20})
		come := func(s *rooms.Source) *talker {
			seat, err := h.Join(context.WithValue(t.Context(), fromKey{}, s), rooms.Visitor{Room: "lobby"})
			if err != nil {
				t.Fatal(err)
			}
			p := &person{Seat: seat, t: t}
			p.welcome = want[*rooms.Welcome](t, p.take())
			return &talker{person: p}
		}
		slow := &line{person: come(rooms.NewSource(1, nil, nil)).person, rate: mbit}
		honest := come(rooms.NewSource(1, nil, nil))
		long := come(rooms.NewSource(1, nil, nil))
		var reading, talking sync.WaitGroup
		reading.Go(slow.read)
		until := time.Now().Add(9 * time.Second)
		from := make([]*rooms.Source, sources)
		for i := range from {
			from[i] = rooms.NewSource(1, nil, nil)
		}
		text := strings.Repeat("x", size)
		for i := range seats {
			p := come(from[i%sources])
			talking.Go(func() {
				p.rest(2 * time.Second)
				for time.Now().Before(until) {
					p.try(rooms.Say{Text: text})
					time.Sleep(20 * time.Millisecond)
				}
				p.do(rooms.Leave{})
			})
		}
		talking.Go(func() {
			honest.rest(3 * time.Second)
			honest.talk(until, 500*time.Millisecond, func() rooms.Op { return rooms.Say{Text: words(0)} })
		})
		talking.Go(func() {
			long.rest(3 * time.Second)
			long.talk(until, 4*time.Second, func() rooms.Op { return rooms.Say{Text: strings.Repeat("x", rooms.MaxTextBytes)} })
		})
		talking.Wait()
		slow.do(rooms.Leave{})
		reading.Wait()
		t.Logf("%d said, %d times refused, %v at most; %d long ones within %v; heard at most %v late",
			honest.said, honest.refused, honest.longest, long.said, long.longest, slow.worst)
		if !errors.Is(slow.ended, io.EOF) {
			t.Errorf("a reader with a megabit was ended: %v", slow.ended)
		}
		if honest.refused > 0 || honest.said < 10 {
			t.Errorf("who says little is refused %d times for others, and said %d", honest.refused, honest.said)
		}
		if long.said < 2 || long.longest > time.Second {
			t.Errorf("%d long messages got through, within %v", long.said, long.longest)
		}
	})
}

// talker says things and waits for their turn as they are told to. They read all
// the time.
type talker struct {
	*person
	said, refused int
	longest       time.Duration
}

// talk says something now and again.
func (p *talker) talk(until time.Time, every time.Duration, op func() rooms.Op) {
	for time.Now().Before(until) {
		began := time.Now()
		for !p.try(op()) {
			if time.Now().After(until) {
				return
			}
			p.rest(max(p.SayWait(), 50*time.Millisecond))
		}
		p.said++
		p.longest = max(p.longest, time.Since(began))
		p.rest(every)
	}
}

// rest reads for a while.
func (p *talker) rest(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(100*time.Millisecond, time.Until(end)))
		p.take()
	}
}

// try reports whether an op was taken.
func (p *talker) try(op rooms.Op) bool {
	p.do(op)
	if slices.ContainsFunc(p.take(), func(e rooms.Event) bool { _, r := e.(*rooms.Refused); return r }) {
		p.refused++
		return false
	}
	return true
}
