package seal_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// A real room's host governs a sealed one as an open one, but for what the server would
// have to read.
func TestASealedRoomHasHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		srv.hosts = true
		anna := srv.enter(t, "anna")
		settle(anna)
		if w := one[*rooms.Welcome](t, anna); !w.You.Host || w.Rules.Door == rooms.DoorKnock {
			t.Fatalf("the maker of a room has the welcome %+v", w)
		}
		if n := one[*rooms.Notice](t, anna); n.Code != rooms.MadeHost {
			t.Errorf("the maker is told %q", n.Text)
		}
		key := one[*rooms.KeyShown](t, anna).Words
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		carl := srv.enter(t, "carl")
		settle(anna, bob, carl)
		for _, e := range []*end{bob, carl} {
			if w := one[*rooms.Welcome](t, e); w.You.Host || !w.Members[0].Host {
				t.Errorf("of those here hosts are %+v", w.Members)
			}
		}
		bob.do(rooms.Claim{ID: "c", Key: key})
		settle(anna, bob, carl)
		for _, e := range []*end{anna, bob, carl} {
			if set := one[*rooms.HostSet](t, e); set.Member.Nick != "bob" || !set.Member.Host || (set.ID == "c") != (e == bob) {
				t.Errorf("a host is %+v", set)
			}
		}
		id := one[*rooms.Joined](t, bob).Member.ID
		bob.do(rooms.MakeHost{To: id, On: true})
		settle(anna, bob, carl)
		if set := one[*rooms.HostSet](t, carl); set.Member.Nick != "carl" || !set.Member.Host {
			t.Errorf("carl is %+v", set.Member)
		}
		carl.do(rooms.AskKey{ID: "k"})
		settle(anna, bob, carl)
		if shown := one[*rooms.KeyShown](t, carl); shown.ID != "k" || shown.Words == key || len(got[*rooms.KeyShown](anna)) > 0 {
			t.Errorf("a key is %+v", shown)
		}
	})
}

// Whoever is removed from a sealed room is sealed nothing any more, nobody else can come
// in but by a knock without words, and a room that is burned has no keys at any end.
func TestASealedRoomIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		srv.hosts = true
		anna := srv.enter(t, "anna")
		settle(anna)
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		carl := srv.enter(t, "carl")
		settle(anna, bob, carl)
		bobs := got[*rooms.Joined](anna)[0].Member.ID
		for _, e := range []*end{anna, bob, carl} {
			e.events = nil
		}
		anna.do(rooms.Remove{ID: "r", To: bobs})
		settle(anna, carl)
		for _, e := range []*end{anna, carl} {
			if left := one[*rooms.Left](t, e); left.Member.Nick != "bob" || left.Reason != rooms.LeftRemoved || left.Why == "" {
				t.Errorf("bob left: %+v", left)
			}
			if set := one[*rooms.RulesSet](t, e); set.Rules.Door != rooms.DoorKnock || set.Why != rooms.RulesRemoved {
				t.Errorf("the rules are %+v", set)
			}
		}
		if why := ending(t, bob); why.Code != rooms.Removed || len(bob.Verify().Words) > 0 {
			t.Errorf("bob's end is %v", why)
		}
		dora := seal.NewSeat(seal.Open(srv.secret), "garden", "dora")
		visitor := rooms.Visitor{Room: seal.Open(srv.secret).Name(), Hello: string(dora.Hello())}
		var refused *rooms.Error
		if _, err := srv.Join(t.Context(), visitor); !errors.As(err, &refused) || refused.Code != rooms.AtTheDoor {
			t.Fatalf("at the door: %v", err)
		}
		in := make(chan rooms.Participant, 1)
		go func() {
			conn, err := srv.Knock(t.Context(), visitor, "it is dora", func(int) {})
			if err != nil {
				t.Error(err)
			}
			in <- conn
		}()
		synctest.Wait()
		settle(anna, carl)
		knock := one[*rooms.Knocking](t, anna)
		if knock.Knock != "k1" || knock.Nick+knock.Text != "" || len(got[*rooms.Knocking](carl)) > 0 {
			t.Errorf("there knocks %+v", knock)
		}
		anna.do(rooms.Decide{Knock: knock.Knock, In: true})
		settle(anna, carl)
		dora.Attach(<-in)
		defer dora.Close()
		d := &end{Seat: dora, t: t}
		settle(anna, carl, d)
		if knocked := one[*rooms.Knocked](t, anna); knocked.Knock != "k1" || knocked.Outcome != rooms.KnockAdmitted {
			t.Errorf("there knocked %+v", knocked)
		}
		if w := one[*rooms.Welcome](t, d); w.Rules.Door != rooms.DoorKnock || !slices.Equal(nicks(w.Members), []string{"anna", "carl", "dora"}) {
			t.Errorf("dora's welcome is %+v", w)
		}
		anna.do(rooms.SetRules{Fade: new(time.Duration(time.Hour))})
		settle(anna, carl, d)
		if set := one[*rooms.RulesSet](t, carl); set.Rules.Fade != time.Hour || set.From.Nick != "anna" {
			t.Errorf("the rules are %+v", set)
		}
		anna.do(rooms.Burn{})
		for _, e := range []*end{anna, carl, d} {
			if why := ending(t, e); why.Code != rooms.Burned || len(e.Verify().Words) > 0 {
				t.Errorf("the end is %v", why)
			}
		}
	})
}

// ending is how the server ended a place.
func ending(t *testing.T, e *end) (why *rooms.Ended) {
	t.Helper()
	for {
		if _, err := e.Next(t.Context()); errors.As(err, &why) {
			return why
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// A welcome says who governs, of what the server can decide in a sealed room, and who
// comes in while it waits is a host in it.
func TestAWelcomeSaysWhoGoverns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		rules := rooms.Rules{Door: rooms.DoorKnock, Fade: time.Hour}
		srv.between = func(c rooms.Participant) rooms.Participant {
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				var made []rooms.Event
				for i, e := range events {
					w, is := e.(*rooms.Welcome)
					if !is {
						continue
					}
					governed := *w
					governed.Rules, governed.Members = rules, slices.Clone(w.Members)
					for j := range governed.Members {
						m := &governed.Members[j]
						m.Nick, m.Host, m.Muted, m.Speaks, m.Watch = "mallory", m.ID == anna.you(t), true, true, true
					}
					governed.You.Muted, governed.You.Speaks, governed.You.Watch = true, true, true
					events[i] = &governed
					made = append(made, &rooms.HostSet{Member: rooms.Member{ID: w.You.ID, Nick: "mallory", Host: true}})
				}
				return append(events, made...)
			}}
		}
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		w := one[*rooms.Welcome](t, bob)
		if w.Rules != rules || !w.You.Host || len(got[*rooms.HostSet](bob)) > 0 {
			t.Errorf("the rules are %v, you %+v", w.Rules, w.You)
		}
		for _, m := range w.Members {
			if !m.Host || m.Muted || m.Speaks || m.Watch || m.Nick == "mallory" {
				t.Errorf("here is %+v", m)
			}
		}
		rules.Quiet = true
		carl := srv.enter(t, "carl")
		settle(anna, bob, carl)
		if w := one[*rooms.Welcome](t, carl); w.Rules != (rooms.Rules{}) || !carl.told(seal.Forged, "no member") {
			t.Errorf("the rules are %v", w.Rules)
		}
	})
}

// Somebody whom this end does not show yet is a host when it does, and not before.
func TestAHostWithoutANameIsNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		var says []rooms.Event
		id := "" // of who came last
		srv.between = func(c rooms.Participant) rooms.Participant {
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				defer func() { says = nil }()
				for _, e := range events {
					if joined, is := e.(*rooms.Joined); is {
						id = joined.Member.ID
					}
				}
				return append(events, says...)
			}}
		}
		anna := srv.enter(t, "anna")
		settle(anna)
		srv.between = nil
		x := srv.stray(t)
		settle(anna)
		got[*rooms.Joined](anna)
		says = []rooms.Event{
			&rooms.HostSet{Member: rooms.Member{ID: id, Nick: "mallory", Host: true}},
			&rooms.RulesSet{From: rooms.Person{ID: id, Nick: "mallory"}, Rules: rooms.Rules{Door: rooms.DoorLocked}},
		}
		anna.do(rooms.Say{Text: "hello"})
		settle(anna)
		if rules := one[*rooms.RulesSet](t, anna); rules.From != (rooms.Person{}) || len(got[*rooms.HostSet](anna)) > 0 {
			t.Errorf("somebody without a name governs: %+v", rules)
		}
		x.come("carl", anna)
		settle(anna)
		if j := one[*rooms.Joined](t, anna); j.Member.Nick != "carl" || !j.Member.Host {
			t.Errorf("there came %+v", j.Member)
		}
	})
}

// ended is a connection that the server ends with these words.
type ended struct {
	rooms.Participant
	why *rooms.Ended
}

func (c *ended) Next(ctx context.Context) ([]rooms.Event, error) {
	if c.why != nil {
		return nil, c.why
	}
	return c.Participant.Next(ctx)
}

// Whoever is removed, and everybody when a room is burned, has no keys any more once that
// is known, though their screen is still open; what was under way is told to be uncertain.
func TestTheEndOfAPlaceIsThatOfItsKeys(t *testing.T) {
	for _, code := range []rooms.Code{rooms.Removed, rooms.Burned} {
		synctest.Test(t, func(t *testing.T) {
			srv := newServer()
			var conn *ended
			srv.between = func(c rooms.Participant) rooms.Participant {
				conn = &ended{Participant: c}
				return conn
			}
			anna := srv.enter(t, "anna")
			settle(anna)
			anna.do(rooms.Say{Text: "hello", ID: "1"})
			conn.why = &rooms.Ended{Code: code, Message: "You were removed from this room: type your password"}
			if r := last(t, anna); r.ID != "1" || r.Err.Code != rooms.Uncertain {
				t.Errorf("what was under way: %+v", r)
			}
			if len(anna.Verify().Words) > 0 || anna.Compared() {
				t.Errorf("%s: the place has keys", code)
			}
			var why *rooms.Ended
			if _, err := anna.Next(t.Context()); !errors.As(err, &why) || why.Code != code {
				t.Errorf("%s: the end is %v", code, err)
			}
			if code == rooms.Removed && why.Message != "You were removed from this room." {
				t.Errorf("the server says why: %q", why.Message)
			}
		})
	}
}

// last is the refusal that comes before the end.
func last(t *testing.T, e *end) *rooms.Refused {
	t.Helper()
	events, err := e.Next(t.Context())
	if err != nil || len(events) != 1 {
		t.Fatalf("%v, %v", events, err)
	}
	r, is := events[0].(*rooms.Refused)
	if !is {
		t.Fatalf("%T", events[0])
	}
	return r
}
