package rooms_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// found makes a room and returns its host, and its key, which comes right behind the
// welcome.
func found(t *testing.T, h *rooms.Hub, v rooms.Visitor) (host *person, key string) {
	t.Helper()
	v.Host = true
	host = join(t, h, v)
	events := host.take()
	if len(events) < 3 {
		t.Fatalf("the maker of a room is told%s", show(events))
	}
	welcome, _ := events[0].(*rooms.Welcome)
	notice, _ := events[1].(*rooms.Notice)
	shown, _ := events[2].(*rooms.KeyShown)
	switch {
	case welcome == nil || notice == nil || shown == nil:
		t.Fatalf("the maker of a room is told%s", show(events))
	case !welcome.You.Host || !welcome.Members[len(welcome.Members)-1].Host:
		t.Error("the maker of a room is no host of it")
	case notice.Code != rooms.MadeHost || !strings.Contains(notice.Text, shown.Words) || !rooms.IsKey(shown.Words):
		t.Errorf("the key is %q, and the notice %q", shown.Words, notice.Text)
	}
	host.welcome = welcome
	return host, shown.Words
}

// join takes a seat and nothing from it.
func join(t *testing.T, h *rooms.Hub, v rooms.Visitor) *person {
	t.Helper()
	if v.Room == "" {
		v.Room = "lobby"
	}
	seat, err := h.Join(t.Context(), v)
	if err != nil {
		t.Fatalf("Join(%+v): %v", v, err)
	}
	t.Cleanup(func() { seat.Close() })
	return &person{Seat: seat, t: t}
}

// ask does an op and returns what it is answered.
func (p *person) ask(op rooms.Op) []rooms.Event {
	p.t.Helper()
	p.do(op)
	return p.take()
}

// refused does an op, which must be refused with a code.
func (p *person) refused(op rooms.Op, code rooms.Code) *rooms.Error {
	p.t.Helper()
	r := want[*rooms.Refused](p.t, p.ask(op))
	if r.Err.Code != code || r.ID != rooms.IDOf(op) || r.Err.Message == "" {
		p.t.Fatalf("%T was refused with %v %q to %q, want %v", op, r.Err.Code, r.Err.Message, r.ID, code)
	}
	return r.Err
}

func TestMakerIsHost(t *testing.T) {
	for _, hello := range []string{"", "hello"} {
		h := rooms.NewHub(rooms.Config{})
		v := rooms.Visitor{Hello: hello, Room: "00112233445566778899aabbccddeeff"}
		if hello == "" {
			v.Room = "den"
		}
		host, _ := found(t, h, v)
		v.Host = true
		second := enter(t, h, v)
		if second.welcome.You.Host || !second.welcome.Members[0].Host {
			t.Errorf("who comes second sees %+v", second.welcome.Members)
		}
		if events := second.take(); len(events) > 0 {
			t.Errorf("who comes second is told%s", show(events))
		}
		host.do(rooms.Leave{})
		second.do(rooms.Leave{})
		found(t, h, v) // a room of that name is another room
	}
}

func TestPipesMakeNoHost(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	maker := enter(t, h, rooms.Visitor{})
	later := enter(t, h, rooms.Visitor{Host: true})
	if maker.welcome.You.Host || later.welcome.You.Host || len(maker.take()) != 1 {
		t.Error("somebody is a host of a room whose maker wanted to be none")
	}
	maker.refused(rooms.AskKey{ID: "1"}, rooms.NotHost)
	later.refused(rooms.Claim{ID: "2", Key: "otter lemon seven quiet harbor"}, rooms.BadKey)
}

func TestClaim(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	host, key := found(t, h, rooms.Visitor{})
	other, third := enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{})
	shown := want[*rooms.KeyShown](t, host.ask(rooms.AskKey{ID: "k"}))
	if shown.ID != "k" || shown.Words == key || !rooms.IsKey(shown.Words) {
		t.Errorf("a host who asks for a key gets %+v", shown)
	}
	if events := other.take(); len(events) > 1 {
		t.Errorf("others are told of a key:%s", show(events))
	}
	typed := strings.ToUpper(strings.ReplaceAll(key, " ", " -  "))
	set := want[*rooms.HostSet](t, other.ask(rooms.Claim{ID: "c", Key: typed}))
	if set.ID != "c" || set.Member.ID != other.welcome.You.ID || !set.Member.Host {
		t.Errorf("who has the key is told %+v", set)
	}
	if seen := want[*rooms.HostSet](t, host.take()); seen.ID != "" || seen.Member != set.Member {
		t.Errorf("others are told %+v", seen)
	}
	other.refused(rooms.Claim{ID: "c", Key: key}, rooms.NotAllowed)
	want[*rooms.HostSet](t, third.ask(rooms.Claim{Key: shown.Words})) // each key is good
	host.do(rooms.Leave{})
	fourth := enter(t, h, rooms.Visitor{})
	want[*rooms.HostSet](t, fourth.ask(rooms.Claim{Key: key})) // for the life of the room
}

// Keys are of one room, and of the newest that were given out.
func TestWhichKeysAreGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		_, elsewhere := found(t, h, rooms.Visitor{Room: "elsewhere"})
		host, first := found(t, h, rooms.Visitor{})
		other := enter(t, h, rooms.Visitor{})
		other.refused(rooms.Claim{Key: elsewhere}, rooms.BadKey)
		other.refused(rooms.Claim{Key: "no key"}, rooms.BadKey)
		var newest string
		for range rooms.MaxKeys {
			time.Sleep(time.Minute)
			newest = want[*rooms.KeyShown](t, host.ask(rooms.AskKey{})).Words
		}
		other.refused(rooms.Claim{Key: first}, rooms.BadKey)
		want[*rooms.HostSet](t, other.ask(rooms.Claim{Key: newest}))
	})
}

func TestWrongKeysHaveToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		_, key := found(t, h, rooms.Visitor{})
		wrong := rooms.Claim{Key: "otter lemon seven quiet harbor"}
		for tried := 0; ; {
			p := enter(t, h, rooms.Visitor{})
			for n := range rooms.KeyBurst + 1 {
				r := want[*rooms.Refused](t, p.ask(wrong))
				if r.Err.Code == rooms.BadKey {
					tried++
					continue
				}
				if tried < rooms.RoomClaimBurst && n < rooms.KeyBurst || r.Err.Code != rooms.RateLimited {
					t.Fatalf("after %d tries, %d of them one person's: %+v", tried, n, r.Err)
				}
				break
			}
			if tried > rooms.RoomClaimBurst {
				t.Fatalf("%d keys were tried at once", tried)
			}
			if tried == rooms.RoomClaimBurst {
				break
			}
		}
		p := enter(t, h, rooms.Visitor{})
		p.refused(rooms.Claim{Key: key}, rooms.RateLimited)
		time.Sleep(time.Minute)
		want[*rooms.HostSet](t, p.ask(rooms.Claim{Key: key}))
	})
}

func TestMakeHost(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	host, _ := found(t, h, rooms.Visitor{})
	other := enter(t, h, rooms.Visitor{})
	me, them := host.welcome.You.ID, other.welcome.You.ID
	other.refused(rooms.MakeHost{ID: "1", To: them, On: true}, rooms.NotHost)
	host.refused(rooms.MakeHost{ID: "2", To: "nobody", On: true}, rooms.UnknownMember)
	host.refused(rooms.MakeHost{ID: "3", To: them}, rooms.NotAllowed)
	if set := want[*rooms.HostSet](t, host.ask(rooms.MakeHost{ID: "4", To: them, On: true})); set.ID != "4" || !set.Member.Host {
		t.Errorf("%+v", set)
	}
	host.refused(rooms.MakeHost{ID: "5", To: them, On: true}, rooms.NotAllowed)
	want[*rooms.HostSet](t, other.take())
	if set := want[*rooms.HostSet](t, other.ask(rooms.MakeHost{To: me})); set.Member.Host || set.Member.ID != me {
		t.Errorf("%+v", set)
	}
	host.refused(rooms.MakeHost{To: me, On: true}, rooms.NotHost)
	if late := enter(t, h, rooms.Visitor{}); late.welcome.Members[0].Host || !late.welcome.Members[1].Host {
		t.Errorf("who comes later sees %+v", late.welcome.Members)
	}
}

// A host whose connection is lost is still one, and no more than one when they are back.
func TestHostComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		host, _ := found(t, h, rooms.Visitor{Resumable: true})
		other := enter(t, h, rooms.Visitor{})
		host.do(rooms.Ack{Seq: 1})
		host.Close()
		time.Sleep(rooms.ResumeWindow / 2)
		if back := want[*rooms.Away](t, other.take()); !back.Member.Host {
			t.Error("a host whose connection is lost is none")
		}
		seat, err := h.Resume(t.Context(), host.welcome.Ticket, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		host.Seat = seat
		events := host.take()
		if !want[*rooms.Welcome](t, events).You.Host {
			t.Error("who comes back is a host no longer")
		}
		for _, e := range events {
			if _, ok := e.(*rooms.KeyShown); ok {
				t.Error("who comes back is shown a key")
			}
		}
		host.Close()
	})
}
