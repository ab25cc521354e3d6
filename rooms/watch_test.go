package rooms_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// watcher has somebody watch the lobby.
func watcher(t *testing.T, h *rooms.Hub, v rooms.Visitor) *person {
	t.Helper()
	v.Watch = true
	return enter(t, h, v)
}

// Who watches reads everything, stands in the roster without a name, and nothing that they
// ask for is done, but what concerns themselves.
func TestWatching(t *testing.T) {
	h := rooms.NewHub(rooms.Config{RoomSize: 3})
	host, _ := found(t, h, rooms.Visitor{Nick: "anna", Via: rooms.ViaWeb})
	w := watcher(t, h, rooms.Visitor{Nick: "anna", Host: true, Via: rooms.ViaWeb, Resumable: true})
	if you := w.welcome.You; !you.Watch || you.Nick != rooms.WatcherNumber(you.ID) || you.Host || len(you.Nick) != 5 {
		t.Fatalf("they are %+v", you)
	}
	joined := want[*rooms.Joined](t, host.take())
	if joined.Member.ID != w.welcome.You.ID || !joined.Member.Watch {
		t.Fatalf("the host is told of %+v", joined.Member)
	}
	id, me := joined.Member.ID, host.welcome.You.ID
	file := rooms.File{Name: "plan.pdf", Size: 3, Key: string(make([]byte, rooms.FileKeyBytes)), Sum: string(make([]byte, rooms.FileSumBytes))}
	for _, op := range []rooms.Op{rooms.Say{ID: "x", Text: "boo"}, rooms.Whisper{ID: "x", To: me, Text: "boo"}, rooms.Rename{ID: "x", Nick: "ghost"},
		rooms.SetTopic{ID: "x", Text: "boo"}, rooms.Offer{ID: "x", File: file}, rooms.Pass{ID: "x", To: []string{me}, Body: []byte("boo")},
		rooms.React{ID: "x", Re: 1, Emoji: "👍", On: true}, rooms.Retract{ID: "x", Re: 1}, rooms.Amend{ID: "x", Re: 1, Text: "boo"},
		rooms.SetRules{ID: "x", Door: rooms.DoorKnock}, rooms.Claim{ID: "x", Key: "otter lemon seven quiet harbor"}, rooms.AskKey{ID: "x"},
		rooms.MakeHost{ID: "x", To: id, On: true}, rooms.Remove{ID: "x", To: me}, rooms.Mute{ID: "x", To: me, For: time.Minute}, rooms.LetSpeak{ID: "x", To: id, On: true},
		rooms.Decide{ID: "x", Knock: "k", In: true}, rooms.Invite{ID: "x"}, rooms.Uninvite{ID: "x"}, rooms.Vote{ID: "x", To: me, Yes: true}, rooms.Burn{ID: "x"},
		rooms.Leap{ID: "x", Room: "fresh", To: []string{me}}} {
		w.do(op)
		if r := want[*rooms.Refused](t, w.take()); r.ID != "x" || r.Err.Code != rooms.NotAllowed || !strings.HasPrefix(r.Err.Message, "You are watching") {
			t.Errorf("%T: %+v, %v", op, r, r.Err)
		}
	}
	w.do(rooms.Typing{})
	w.do(rooms.Ack{Seq: 1})
	w.do(rooms.Sync{ID: "s"})
	want[*rooms.Synced](t, w.take())
	w.do(rooms.Inspect{ID: "h"})
	want[*rooms.Held](t, w.take())
	if told := host.take(); len(told) > 0 {
		t.Errorf("the host is told of %+v", told)
	}

	for _, op := range []rooms.Op{rooms.Whisper{To: id, Text: "psst"}, rooms.MakeHost{To: id, On: true}, rooms.Mute{To: id, For: time.Minute}, rooms.LetSpeak{To: id, On: true}} {
		host.do(op)
		if r := want[*rooms.Refused](t, host.take()); !strings.HasPrefix(r.Err.Message, "They are watching") {
			t.Errorf("%T: %v", op, r.Err)
		}
	}
	host.passes(rooms.Say{Text: "hello"})
	if said := want[*rooms.Said](t, w.take()); said.Text != "hello" {
		t.Errorf("they read %+v", said)
	}
	// They take room, and leave and are removed like others.
	guest := enter(t, h, rooms.Visitor{Nick: "bob"})
	if _, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby", Watch: true}); !isRefused(err, rooms.RoomFull) {
		t.Errorf("there is room for one more: %v", err)
	}
	ticket := w.welcome.Ticket
	host.passes(rooms.Remove{To: id})
	if _, err := h.Resume(t.Context(), ticket, 0, 0); !isRefused(err, rooms.BadTicket) {
		t.Errorf("they are back: %v", err)
	}
	guest.do(rooms.Leave{})
	if _, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby", Watch: true}); !isRefused(err, rooms.AtTheDoor) {
		t.Errorf("after a removal a watcher comes in: %v", err)
	}
}

// The page makes the same numbers (web/test/room.test.mjs).
func TestWatcherNumber(t *testing.T) {
	if n := rooms.WatcherNumber("w1"); n != "#2853" || !rooms.IsWatcherNumber(n) {
		t.Errorf("it is %q", n)
	}
	for _, word := range []string{"", "#", "2853", "#28530", "#28a3", "w2853"} {
		if rooms.IsWatcherNumber(word) {
			t.Errorf("%q is a number", word)
		}
	}
}

// A sealed room is not watched.
func TestSealedRoomsAreNotWatched(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	if _, err := h.Join(t.Context(), rooms.Visitor{Room: "s-0123456789abcdef0123456789abcdef", Hello: "hello", Watch: true}); !isRefused(err, rooms.NotAllowed) || h.Rooms() != 0 {
		t.Errorf("it is: %v", err)
	}
	seat, err := h.Join(t.Context(), rooms.Visitor{Room: "s-0123456789abcdef0123456789abcdef", Hello: "hello", Host: true})
	if err != nil {
		t.Fatal(err)
	}
	p := &person{Seat: seat, t: t}
	p.take()
	p.do(rooms.Invite{ID: "i", Watch: true})
	if r := want[*rooms.Refused](t, p.take()); r.Err.Code != rooms.NotAllowed {
		t.Errorf("invited: %v", r.Err)
	}
}

// Whoever comes by an invitation to watch watches, whatever the door, and by no other way
// past a closed one but a knock, which says so.
func TestWatchersAtTheDoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		host, _ := found(t, h, rooms.Visitor{Via: rooms.ViaWeb})
		host.passes(rooms.SetRules{Door: rooms.DoorLocked})
		watch, any := host.invite(rooms.Invite{Watch: true}), host.invite(rooms.Invite{})
		for _, c := range []struct {
			visitor rooms.Visitor
			want    rooms.Code
		}{
			{rooms.Visitor{Watch: true}, rooms.Locked}, {rooms.Visitor{Invite: watch}, rooms.NoInvite}, {rooms.Visitor{Invite: "forged", Watch: true}, rooms.NoInvite},
			{rooms.Visitor{Invite: watch, Watch: true}, ""}, {rooms.Visitor{Invite: watch, Watch: true}, ""}, {rooms.Visitor{Invite: any, Watch: true}, ""},
		} {
			c.visitor.Room = "lobby"
			seat, err := h.Join(t.Context(), c.visitor)
			if c.want == "" && err != nil || c.want != "" && !isRefused(err, c.want) {
				t.Errorf("%+v: %v, want %q", c.visitor, err, c.want)
			}
			if seat != nil {
				_ = seat.Do(t.Context(), rooms.Leave{})
			}
		}
		host.passes(rooms.SetRules{Door: rooms.DoorKnock})
		inside := watcher(t, h, rooms.Visitor{Invite: watch})
		host.take()
		k := atDoor(t, h, nil, rooms.Visitor{Nick: "anna", Watch: true}, "the wall")
		who := knockings(host.take())
		if len(who) != 1 || who[0].Nick != "" || !who[0].Watch || who[0].Text != "the wall" {
			t.Fatalf("at the door: %+v", who)
		}
		host.do(rooms.Leave{}) // now nobody is here to decide, but who watches
		synctest.Wait()
		for _, e := range inside.take() {
			switch e.(type) {
			case *rooms.Knocking, *rooms.Knocked:
				t.Errorf("who watches is told of %+v", e)
			}
		}
		if k.waits() {
			t.Error("they wait at the door of a room that only is watched")
		}
	})
}

// A screen on a wall outlives the people. What held for them does not: whoever comes next
// makes the room, as its host, and finds who watches.
func TestWatchingAnEmptyRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		w := watcher(t, h, rooms.Visitor{Resumable: true})
		host, key := found(t, h, rooms.Visitor{Via: rooms.ViaWeb, Host: true})
		if !host.welcome.You.Host || rooms.Watchers(host.welcome.Members) != 1 {
			t.Fatalf("whoever comes first is %+v, among %+v", host.welcome.You, host.welcome.Members)
		}
		host.passes(rooms.SetTopic{Text: "secret"})
		host.passes(rooms.SetRules{Door: rooms.DoorKnock})
		token := host.invite(rooms.Invite{})
		w.take()
		host.do(rooms.Leave{})
		events := w.take()
		if rules := want[*rooms.RulesSet](t, events); rules.Rules != (rooms.Rules{Door: rooms.DoorOpen}) {
			t.Errorf("the rules are %+v", rules.Rules)
		}
		if topic := want[*rooms.TopicSet](t, events); topic.Text != "" {
			t.Errorf("the topic is %q", topic.Text)
		}
		if _, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby", Invite: token}); !isRefused(err, rooms.NoInvite) {
			t.Errorf("an invitation outlived who made it: %v", err)
		}
		next := enter(t, h, rooms.Visitor{Via: rooms.ViaWeb, Host: true})
		if you := next.welcome.You; !you.Host || next.welcome.Topic != "" || rooms.Watchers(next.welcome.Members) != 1 {
			t.Errorf("whoever comes next finds %+v", next.welcome)
		}
		other := enter(t, h, rooms.Visitor{})
		other.do(rooms.Claim{ID: "c", Key: key})
		if r := want[*rooms.Refused](t, other.take()); r.Err.Code != rooms.BadKey {
			t.Errorf("a key outlived its room: %v", r.Err)
		}
		for _, p := range []*person{other, next, w} {
			p.do(rooms.Leave{})
		}
		if h.Rooms() != 0 {
			t.Error("the room is still there")
		}
	})
}

// Who watches is asked in no vote, and may be removed by one.
func TestVotesAboutWatchers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		w := watcher(t, h, rooms.Visitor{})
		var people []*person
		for range 3 {
			people = append(people, enter(t, h, rooms.Visitor{}))
		}
		time.Sleep(rooms.VoteAfter)
		for i, p := range people {
			p.do(rooms.Vote{To: w.welcome.You.ID, Yes: true})
			events := p.take()
			if i == 0 {
				if v := want[*rooms.Voting](t, events); v.Needed != 3 || !v.Member.Watch {
					t.Fatalf("asked: %+v", v)
				}
			}
		}
		if left := want[*rooms.Left](t, people[0].take()); left.Reason != rooms.LeftRemoved || !left.Member.Watch {
			t.Errorf("left: %+v", left)
		}
	})
}
