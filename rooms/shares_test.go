package rooms_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// fromKey is where an arrival's context says that it comes from.
type fromKey struct{}

// sourced is a hub that knows where arrivals come from.
func sourced(cfg rooms.Config) *rooms.Hub {
	cfg.Source = func(ctx context.Context) *rooms.Source {
		from, _ := ctx.Value(fromKey{}).(*rooms.Source)
		return from
	}
	return rooms.NewHub(cfg)
}

// come joins a room from somewhere; a nil source is unknown. The welcome is taken
// and acknowledged.
func come(t *testing.T, h *rooms.Hub, from *rooms.Source, e rooms.Visitor) (*person, error) {
	t.Helper()
	if e.Room == "" {
		e.Room = "lobby"
	}
	e.Resumable = true
	seat, err := h.Join(context.WithValue(t.Context(), fromKey{}, from), e)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { seat.Close() })
	p := &person{Seat: seat, t: t}
	p.welcome = want[*rooms.Welcome](t, p.take())
	p.do(rooms.Ack{Seq: p.welcome.Seq})
	return p, nil
}

func mustCome(t *testing.T, h *rooms.Hub, from *rooms.Source, e rooms.Visitor) *person {
	t.Helper()
	p, err := come(t, h, from, e)
	if err != nil {
		t.Fatalf("somebody could not come in: %v", err)
	}
	return p
}

// back takes a lost place back.
func (p *person) back(h *rooms.Hub) error {
	seat, err := h.Resume(p.t.Context(), p.welcome.Ticket, p.welcome.Seq, 0)
	if err == nil {
		p.Seat = seat
		p.welcome = want[*rooms.Welcome](p.t, p.take())
		p.do(rooms.Ack{Seq: p.welcome.Seq})
	}
	return err
}

// A place from whose client nothing came after the welcome has no minute: it may
// never have been anybody's.
func TestUnheardPlaceHasNoMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		witness := enter(t, h, rooms.Visitor{})
		for _, op := range []rooms.Op{nil, rooms.Ack{}, rooms.Sync{}, rooms.Typing{}, rooms.Say{Text: "hello"}} {
			p := enter(t, h, rooms.Visitor{Resumable: true})
			if op != nil {
				p.do(op)
			}
			p.Close()
			left := lefts(witness.take())
			if heard := op != nil; heard != (len(left) == 0) {
				t.Errorf("after %T a lost connection was told as %v at once", op, left)
			}
			if op == nil && left[0].Reason != rooms.LeftLost {
				t.Errorf("left as %v", left[0].Reason)
			}
			time.Sleep(2 * rooms.ResumeWindow)
			witness.take()
		}
	})
}

// However many places one source takes and abandons, somebody else's lost place is
// still there when they come back; and where nothing is known of sources, whoever
// was there for longer keeps theirs.
func TestAbandonedPlacesPushNobodyOut(t *testing.T) {
	for name, from := range map[string]*rooms.Source{"one source": rooms.NewSource(1, nil, nil), "nobody knows": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := sourced(rooms.Config{})
				honest := mustCome(t, h, nil, rooms.Visitor{Room: "den"})
				time.Sleep(time.Second)
				honest.Close()
				abandoned := 0
				for i := range rooms.MaxAway + 500 {
					p, err := come(t, h, from, rooms.Visitor{Room: fmt.Sprint("r", i)})
					if err != nil {
						break // as many short visits as there may be
					}
					p.Close()
					abandoned++
				}
				if from == nil && h.Rooms() > rooms.MaxAway || from != nil && abandoned > 2*rooms.VisitBurst {
					t.Errorf("%d were abandoned, and %d rooms are held", abandoned, h.Rooms())
				}
				time.Sleep(rooms.ResumeWindow - 2*time.Second)
				if err := honest.back(h); err != nil {
					t.Errorf("an honest place is gone: %v", err)
				}
			})
		})
	}
}

// One source has no more than its share of the places that wait, and of these
// those that had their connection for the shortest time give way.
func TestWaitingPlacesOfOneSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := sourced(rooms.Config{RoomSize: rooms.MaxRoomSize})
		hall, other := rooms.NewSource(1, nil, nil), rooms.NewSource(1, nil, nil)
		var people []*person
		for i := range rooms.MaxAwayPerSource + 10 {
			people = append(people, mustCome(t, h, hall, rooms.Visitor{Room: fmt.Sprint("r", i/500)}))
			time.Sleep(10 * time.Millisecond)
		}
		elsewhere := mustCome(t, h, other, rooms.Visitor{Room: "r1"})
		time.Sleep(rooms.BriefVisit)
		elsewhere.Close()
		for _, p := range people {
			p.Close()
		}
		time.Sleep(rooms.AwayAfter / 2)
		for i, p := range people {
			switch err := p.back(h); {
			case i < rooms.MaxAwayPerSource && err != nil:
				t.Fatalf("person %d of %d can't come back: %v", i, len(people), err)
			case i >= rooms.MaxAwayPerSource && !isRefused(err, rooms.BadTicket):
				t.Fatalf("person %d of %d came back: %v", i, len(people), err)
			}
		}
		if err := elsewhere.back(h); err != nil {
			t.Errorf("somebody from elsewhere can't come back: %v", err)
		}
	})
}

// Short visits and joins that come to nothing are counted against their source,
// and from some on nobody from there is let into any room, whether it is there or
// not, until some time has gone by.
func TestGuessingCosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := sourced(rooms.Config{})
		guesser, honest := rooms.NewSource(1, nil, nil), rooms.NewSource(1, nil, nil)
		inside := mustCome(t, h, honest, rooms.Visitor{Room: "secret"})
		visit := func(room string) error {
			p, err := come(t, h, guesser, rooms.Visitor{Room: room})
			if err == nil {
				p.do(rooms.Leave{})
			}
			return err
		}
		for i := range rooms.VisitBurst {
			if err := visit(fmt.Sprint("guess-", i)); err != nil {
				t.Fatalf("visit %d: %v", i, err)
			}
		}
		there, notThere := visit("secret"), visit("another")
		if !isEnded(there, rooms.TooMany) || there != notThere {
			t.Errorf("one guess too many: %v, %v", there, notThere)
		}
		if events := inside.take(); len(events) != 0 {
			t.Errorf("inside was seen %s", show(events))
		}
		time.Sleep(time.Duration(float64(time.Second)/rooms.VisitRate) + time.Millisecond)
		if err := visit("secret"); err != nil {
			t.Errorf("after a while: %v", err)
		}
		if events := inside.take(); len(events) != 2 {
			t.Errorf("inside was seen %s of somebody who came and went", show(events))
		}
		// Whoever stays, or comes back to their place, pays nothing.
		time.Sleep(time.Hour)
		for i := range 3 * rooms.VisitBurst {
			p := mustCome(t, h, guesser, rooms.Visitor{Room: "hall"})
			time.Sleep(rooms.BriefVisit)
			p.Close()
			if i%2 == 0 {
				if err := p.back(h); err != nil {
					t.Fatal(err)
				}
				p.do(rooms.Leave{})
			}
		}
	})
}

// A network of many sources has a few times the share of one, however many it has,
// and what its neighbours do in it is between them.
func TestNetworkIsCountedAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 30
		h := sourced(rooms.Config{RoomSize: size})
		network := rooms.NewSource(3, nil, nil)
		part := func() *rooms.Source { return rooms.NewSource(1, rooms.NewSource(2, network, nil), nil) }
		honest := mustCome(t, h, rooms.NewSource(1, nil, nil), rooms.Visitor{})
		var members []*person
		for range size - 1 {
			members = append(members, mustCome(t, h, part(), rooms.Visitor{}))
			time.Sleep(time.Second)
		}
		if _, err := come(t, h, part(), rooms.Visitor{}); !isRefused(err, rooms.RoomFull) {
			t.Errorf("one source more of the same network: %v", err)
		}
		for range 20 {
			mustCome(t, h, rooms.NewSource(1, nil, nil), rooms.Visitor{})
		}
		if err := honest.Do(t.Context(), rooms.Say{Text: "still here"}); err != nil {
			t.Errorf("who came first from elsewhere: %v", err)
		}
		if err := members[len(members)-1].end(); !isEnded(err, rooms.TooMany) {
			t.Errorf("the latest of the network is told %v", err)
		}
		// With three times the share of one, it keeps what is left.
		if err := members[0].Do(t.Context(), rooms.Say{Text: "still here"}); err != nil {
			t.Errorf("the first of the network: %v", err)
		}
	})
}

// Visits are counted against the network too, with as many shares as it has.
func TestGuessingFromANetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := sourced(rooms.Config{})
		network := rooms.NewSource(3, nil, nil)
		guesses := 0
		for guesses < 10*rooms.VisitBurst {
			p, err := come(t, h, rooms.NewSource(1, network, nil), rooms.Visitor{Room: fmt.Sprint("guess-", guesses)})
			if isEnded(err, rooms.TooMany) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			p.do(rooms.Leave{})
			guesses++
		}
		if guesses != 3*rooms.VisitBurst {
			t.Errorf("%d guesses", guesses)
		}
		mustCome(t, h, rooms.NewSource(1, nil, nil), rooms.Visitor{})
	})
}

// Places that wait are counted against the network too.
func TestWaitingPlacesOfANetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := sourced(rooms.Config{})
		network := rooms.NewSource(2, nil, nil)
		var lost []*person
		for i := range 2*rooms.MaxAwayPerSource + 1 {
			p := mustCome(t, h, rooms.NewSource(1, network, nil), rooms.Visitor{Room: fmt.Sprint("left-", i/100)})
			time.Sleep(rooms.BriefVisit)
			lost = append(lost, p)
		}
		for _, p := range lost {
			p.Close()
		}
		back := 0
		for _, p := range lost {
			if p.back(h) == nil {
				back++
			}
		}
		if back != 2*rooms.MaxAwayPerSource {
			t.Errorf("%d places waited", back)
		}
	})
}
