package rooms_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// knocker is somebody at a door.
type knocker struct {
	mu     sync.Mutex
	aheads []int
	seat   *rooms.Seat
	err    error
	done   chan struct{}
	leave  context.CancelFunc
}

// atDoor knocks, and returns when that is waited for or over.
func atDoor(t *testing.T, h *rooms.Hub, from *rooms.Source, v rooms.Visitor, text string) *knocker {
	t.Helper()
	ctx, leave := context.WithCancel(context.WithValue(t.Context(), fromKey{}, from))
	k := &knocker{done: make(chan struct{}), leave: leave}
	if v.Room == "" {
		v.Room = "lobby"
	}
	go func() {
		defer close(k.done)
		k.seat, k.err = h.Knock(ctx, v, text, func(ahead int) {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.aheads = append(k.aheads, ahead)
		})
	}()
	synctest.Wait()
	t.Cleanup(leave)
	return k
}

func (k *knocker) waits() bool {
	synctest.Wait()
	select {
	case <-k.done:
		return false
	default:
		return true
	}
}

func (k *knocker) ahead() []int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.aheads)
}

// ended is with what the knock ended.
func (k *knocker) ended(t *testing.T) error {
	t.Helper()
	if k.waits() {
		t.Fatal("somebody waits still")
	}
	return k.err
}

// in is who was let in.
func (k *knocker) in(t *testing.T) *person {
	t.Helper()
	if err := k.ended(t); err != nil {
		t.Fatalf("not let in: %v", err)
	}
	p := &person{Seat: k.seat, t: t}
	p.welcome = want[*rooms.Welcome](t, p.take())
	return p
}

// doorkeeper is somebody in a room who is its host, with the door as given.
func doorkeeper(t *testing.T, h *rooms.Hub, door rooms.Door) *person {
	t.Helper()
	p := enter(t, h, rooms.Visitor{Nick: "host"})
	h.SetHost("lobby", p.welcome.You.ID, true)
	h.SetDoor("lobby", door)
	return p
}

func knockings(events []rooms.Event) (who []*rooms.Knocking) {
	for _, e := range events {
		if k, ok := e.(*rooms.Knocking); ok {
			who = append(who, k)
		}
	}
	return who
}

func outcomes(events []rooms.Event) (how []string) {
	for _, e := range events {
		if k, ok := e.(*rooms.Knocked); ok {
			how = append(how, string(k.Outcome))
		}
	}
	return how
}

// A closed door refuses whoever comes, and lets back in whoever has a ticket.
func TestDoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		boss := doorkeeper(t, h, rooms.DoorOpen)
		back := newClient(t, h, "back")
		for _, c := range []struct {
			door rooms.Door
			code rooms.Code
		}{{rooms.DoorKnock, rooms.AtTheDoor}, {rooms.DoorLocked, rooms.Locked}} {
			h.SetDoor("lobby", c.door)
			boss.take()
			if _, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby"}); !isRefused(err, c.code) {
				t.Errorf("at a door that is %s: %v", c.door, err)
			}
			if events := boss.take(); len(events) > 0 {
				t.Errorf("inside is told of it: %s", show(events))
			}
			back.Close()
			back.back()
		}
		if k := atDoor(t, h, nil, rooms.Visitor{}, ""); !isRefused(k.ended(t), rooms.Locked) {
			t.Errorf("a knock at a locked door: %v", k.err)
		}
		h.SetDoor("lobby", rooms.DoorOpen)
		atDoor(t, h, nil, rooms.Visitor{}, "").in(t)
		atDoor(t, h, nil, rooms.Visitor{Room: "elsewhere"}, "").in(t)
		if h.Rooms() != 2 {
			t.Error("a knock makes no room")
		}
	})
}

func TestKnock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		boss := doorkeeper(t, h, rooms.DoorOpen)
		guest := enter(t, h, rooms.Visitor{Nick: "guest"})
		h.SetDoor("lobby", rooms.DoorKnock)
		boss.take()
		first := atDoor(t, h, nil, rooms.Visitor{Nick: "guest"}, "it is \x1b[31mme\nagain")
		second := atDoor(t, h, nil, rooms.Visitor{Nick: "mia"}, "")
		third := atDoor(t, h, nil, rooms.Visitor{}, "")
		told := knockings(boss.take())
		if len(told) != 3 || told[0].Nick == "guest" || told[0].Text != "it is me again" || told[1].Nick != "mia" || told[2].Nick == "" {
			t.Fatalf("the host is told %+v", told)
		}
		if events := guest.take(); len(events) > 0 {
			t.Errorf("who may not decide is told %s", show(events))
		}
		if a := third.ahead(); !slices.Equal(a, []int{2}) {
			t.Errorf("before the third wait %v", a)
		}

		guest.do(rooms.Decide{ID: "g", Knock: told[0].Knock, In: true})
		if r := want[*rooms.Refused](t, guest.take()); r.Err.Code != rooms.NotHost || r.ID != "g" {
			t.Errorf("a guest decides: %+v", r)
		}
		boss.do(rooms.Decide{ID: "1", Knock: told[0].Knock})
		if k := want[*rooms.Knocked](t, boss.take()); k.Outcome != rooms.KnockDenied || k.ID != "1" || k.Knock != told[0].Knock {
			t.Errorf("the host hears %+v", k)
		}
		if err := first.ended(t); !isEnded(err, rooms.Denied) {
			t.Errorf("who was denied is told %v", err)
		}
		boss.do(rooms.Decide{ID: "2", Knock: told[0].Knock, In: true})
		if r := want[*rooms.Refused](t, boss.take()); r.Err.Code != rooms.UnknownKnock {
			t.Errorf("a knock that is over: %+v", r)
		}
		boss.do(rooms.Say{Text: "not for them"})
		guest.do(rooms.SetTopic{Text: "nor this"})
		boss.take()
		boss.do(rooms.Decide{Knock: told[1].Knock, In: true})
		in := second.in(t)
		if events := in.take(); len(events) > 0 || in.welcome.Seq != 5 {
			t.Errorf("of what was before they hear %s, at %d", show(events), in.welcome.Seq)
		}
		if in.welcome.You.Nick != "mia" {
			t.Errorf("in comes %s", in.welcome.You.Nick)
		}
		events := boss.take()
		if got := outcomes(events); !slices.Equal(got, []string{"admitted"}) || want[*rooms.Joined](t, events[1:]).Member.Nick != "mia" {
			t.Errorf("the host sees %s", show(events))
		}
		third.waits()
		if a := third.ahead(); !slices.Equal(a, []int{2, 1, 0}) {
			t.Errorf("before the third waited %v", a)
		}

		third.leave()
		if err := third.ended(t); err != context.Canceled {
			t.Errorf("who went away is told %v", err)
		}
		if got := outcomes(boss.take()); !slices.Equal(got, []string{"gone"}) {
			t.Errorf("of whom the host hears %v", got)
		}
		if events := guest.take(); len(outcomes(events)) > 0 {
			t.Errorf("the guest hears of it: %s", show(events))
		}
		if _, err := h.Knock(t.Context(), rooms.Visitor{Room: "lobby"}, strings.Repeat("ü", rooms.MaxKnockRunes+1), nil); !isRefused(err, rooms.TooLong) {
			t.Errorf("a long line: %v", err)
		}
	})
}

// A knock that nobody decides about ends after a while, and one at a room that empties
// or whose server stops with it.
func TestKnocksEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		boss := doorkeeper(t, h, rooms.DoorKnock)
		k := atDoor(t, h, nil, rooms.Visitor{}, "")
		time.Sleep(rooms.KnockFor - time.Nanosecond)
		if !k.waits() {
			t.Fatalf("too early: %v", k.err)
		}
		time.Sleep(time.Nanosecond)
		if err := k.ended(t); err != rooms.ErrUnanswered {
			t.Errorf("nobody answers: %v", err)
		}
		if got := outcomes(boss.take()); !slices.Equal(got, []string{"gone"}) {
			t.Errorf("the host hears %v", got)
		}

		k = atDoor(t, h, nil, rooms.Visitor{}, "")
		locked := atDoor(t, h, nil, rooms.Visitor{}, "")
		h.SetDoor("lobby", rooms.DoorLocked)
		boss.do(rooms.Sync{})
		for _, k := range []*knocker{k, locked} {
			if err := k.ended(t); !isRefused(err, rooms.Locked) {
				t.Errorf("the door is locked: %v", err)
			}
		}
		h.SetDoor("lobby", rooms.DoorKnock)
		k = atDoor(t, h, nil, rooms.Visitor{}, "")
		h.SetDoor("lobby", rooms.DoorOpen)
		boss.do(rooms.Sync{})
		k.in(t).do(rooms.Leave{})

		h.SetDoor("lobby", rooms.DoorKnock)
		k = atDoor(t, h, nil, rooms.Visitor{}, "")
		boss.do(rooms.Leave{})
		if err := k.ended(t); !isRefused(err, rooms.NotAllowed) {
			t.Errorf("the room emptied: %v", err)
		}
		if h.Rooms() != 0 {
			t.Error("the room is still there")
		}

		doorkeeper(t, h, rooms.DoorKnock)
		k = atDoor(t, h, nil, rooms.Visitor{}, "")
		h.Close()
		if err := k.ended(t); !isEnded(err, rooms.Shutdown) {
			t.Errorf("the server stops: %v", err)
		}
	})
}

// Whoever comes to decide is told who waits now: a host who comes back, one who became
// one, and everybody once no host is here. Nobody is let in by that.
func TestWhoDecides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		boss := doorkeeper(t, h, rooms.DoorOpen)
		guest, other := mustCome(t, h, nil, rooms.Visitor{Nick: "guest"}), enter(t, h, rooms.Visitor{})
		h.SetDoor("lobby", rooms.DoorKnock)
		k := atDoor(t, h, nil, rooms.Visitor{Nick: "mia"}, "")
		boss.do(rooms.Leave{})
		for _, p := range []*person{guest, other} {
			if told := knockings(p.take()); len(told) != 1 || told[0].Nick != "mia" {
				t.Errorf("without a host everybody decides: %+v", told)
			}
		}
		guest.Close()
		seat, err := h.Resume(t.Context(), guest.welcome.Ticket, guest.welcome.Seq+2, 0)
		if err != nil {
			t.Fatal(err)
		}
		guest.Seat = seat
		if told := knockings(guest.take()); len(told) != 1 {
			t.Errorf("who came back is told %+v", told)
		}
		h.SetHost("lobby", other.welcome.You.ID, true)
		other.do(rooms.Sync{})
		if !k.waits() {
			t.Errorf("a host lets in by being there: %v", k.err)
		}
		late := atDoor(t, h, nil, rooms.Visitor{Nick: "leo"}, "")
		if told := knockings(guest.take()); len(told) != 0 {
			t.Errorf("beside a host a guest is told %+v", told)
		}
		h.SetHost("lobby", guest.welcome.You.ID, true)
		other.do(rooms.Sync{})
		told := knockings(guest.take())
		if len(told) != 1 || told[0].Nick != "leo" {
			t.Fatalf("a new host is told %+v", told)
		}
		guest.do(rooms.Decide{Knock: told[0].Knock, In: true})
		late.in(t)
	})
}

// Who is no host any more forgets who knocks, and is told anew where that is for everybody
// to decide, or once there is no host.
func TestKnocksOfOnceAHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		boss := doorkeeper(t, h, rooms.DoorKnock)
		k := atDoor(t, h, nil, rooms.Visitor{Nick: "mia"}, "")
		boss.take()
		boss.do(rooms.MakeHost{To: boss.welcome.You.ID})
		events := boss.take()
		if _, first := events[0].(*rooms.HostSet); !first || len(knockings(events)) != 1 {
			t.Errorf("without a host: %s", show(events))
		}
		boss.do(rooms.Decide{Knock: knockings(events)[0].Knock, In: true})
		mia := k.in(t)
		h.SetHost("lobby", boss.welcome.You.ID, true)
		boss.do(rooms.MakeHost{To: mia.welcome.You.ID, On: true})
		k = atDoor(t, h, nil, rooms.Visitor{Nick: "leo"}, "")
		boss.take()
		mia.do(rooms.MakeHost{To: boss.welcome.You.ID})
		mia.do(rooms.Decide{Knock: knockings(mia.take())[0].Knock})
		k.ended(t)
		if events := boss.take(); len(knockings(events)) > 0 || len(outcomes(events)) > 0 {
			t.Errorf("beside a host: %s", show(events))
		}
		atDoor(t, h, nil, rooms.Visitor{Nick: "ada"}, "")
		mia.do(rooms.Leave{})
		if told := knockings(boss.take()); len(told) != 1 || told[0].Nick != "ada" {
			t.Errorf("after the last host: %+v", told)
		}
	})
}

// Whoever is let in is asked for by the gate as anybody who comes in, and not before.
func TestKnockAtTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []rooms.Arrival
		var full error
		h := rooms.NewHub(rooms.Config{Admit: func(_ context.Context, a rooms.Arrival) error {
			asked = append(asked, a)
			return full
		}})
		boss := doorkeeper(t, h, rooms.DoorKnock)
		decide := func() {
			boss.do(rooms.Decide{Knock: knockings(boss.take())[0].Knock, In: true})
			boss.take()
		}
		asked = nil
		k := atDoor(t, h, nil, rooms.Visitor{}, "")
		if len(asked) > 0 {
			t.Errorf("while somebody waits the gate is asked for %v", asked)
		}
		decide()
		k.in(t)
		if !slices.Equal(asked, []rooms.Arrival{rooms.ToRoom}) {
			t.Errorf("the gate is asked for %v", asked)
		}
		k = atDoor(t, h, nil, rooms.Visitor{}, "")
		full = &rooms.Ended{Code: rooms.TooMany, Message: "Full."}
		decide()
		if err := k.ended(t); err != full {
			t.Errorf("at a full server: %v", err)
		}
		if h.Waiting() != 0 {
			t.Error("something of the knock is left")
		}
	})
}

// In a sealed room nobody says at the door who they are, since the server would know.
func TestSealedKnock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		inside := enter(t, h, rooms.Visitor{Hello: "key"})
		h.SetDoor("lobby", rooms.DoorKnock)
		k := atDoor(t, h, nil, rooms.Visitor{Hello: "other", Nick: "mia"}, "it's mia")
		told := want[*rooms.Knocking](t, inside.take())
		if told.Nick != "" || told.Text != "" {
			t.Errorf("the server says of who knocks: %+v", told)
		}
		inside.do(rooms.Decide{Knock: told.Knock, In: true})
		k.in(t)
	})
}
