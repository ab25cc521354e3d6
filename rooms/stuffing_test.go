package rooms_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// stuffed has one person stuff votes against ten who have been here before: by so many
// places, of one source, that came one after the other and have all been here for long
// enough. It returns how many of the ten are removed within a minute, how soon, and what the
// first of them is told.
func stuffed(t *testing.T, hosted bool, places int) (removed int, took time.Duration, told []rooms.Event) {
	t.Helper()
	h := sourced(rooms.Config{SayRate: rooms.DefaultSayRate})
	var ten, stuffing []*person
	drain := func() {
		for _, p := range stuffing {
			p.take() // they are there all the while
		}
		for i, p := range ten {
			for events, err := p.Take(); err == nil && len(events) > 0; events, err = p.Take() {
				if i == 0 {
					told = append(told, events...)
				}
			}
		}
	}
	for i := range 10 {
		p := mustCome(t, h, rooms.NewSource(1, nil, nil), rooms.Visitor{Nick: fmt.Sprint("friend", i), Host: hosted && i == 0})
		p.do(rooms.Say{Text: "hello"})
		ten = append(ten, p)
		drain()
	}
	one := rooms.NewSource(1, nil, nil)
	for range places {
		stuffing = append(stuffing, mustCome(t, h, one, rooms.Visitor{}))
		drain()
		time.Sleep(rooms.FloodWithin) // a crowd would close the door
	}
	time.Sleep(rooms.VoteAfter)
	drain()
	told = nil
	gone := func(p *person) bool {
		_, err := p.Take()
		return isEnded(err, rooms.Removed)
	}
	// They know better than to ask in vain until they are ended for it.
	const every = 2 * time.Second
	began := time.Now()
	for round := 0; time.Since(began) < time.Minute && removed < len(ten); round++ {
		about := ten[round%len(ten)]
		for i := range stuffing {
			p := stuffing[(round+i)%len(stuffing)] // who asks is another each time
			if err := p.Do(t.Context(), rooms.Vote{To: about.welcome.You.ID, Yes: true}); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
			drain()
			if gone(about) {
				removed++
				took = time.Since(began)
				break
			}
		}
		if !gone(about) {
			time.Sleep(every)
		}
	}
	return removed, took, told
}

// Who is patient outvotes a room without a host as soon as they have as many places in it
// as there are people, and then removes all at once; and never one with a host, where nobody
// is told anything of it.
func TestVoteStuffing(t *testing.T) {
	for _, c := range []struct {
		hosted          bool
		places, removed int
	}{
		{hosted: true, places: 64, removed: 0},
		{hosted: false, places: 9, removed: 0},
		{hosted: false, places: 10, removed: 10},
		{hosted: false, places: 64, removed: 10},
	} {
		t.Run(fmt.Sprintf("hosted %v, %d places", c.hosted, c.places), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				removed, took, told := stuffed(t, c.hosted, c.places)
				if removed != c.removed {
					t.Errorf("%d of ten are removed within a minute, not %d", removed, c.removed)
				}
				if c.hosted && len(told) > 0 {
					t.Errorf("with a host here the ten are told%s", show(told))
				}
				if took > 0 {
					t.Errorf("they are removed within %v: what holds that back?", took)
				}
			})
		})
	}
}
