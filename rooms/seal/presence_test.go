package seal_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

func TestGhostIsCountedAndSeesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		room := seal.Open(srv.secret)
		ghost, err := srv.Join(t.Context(), rooms.Visitor{Room: room.Name(), Hello: strings.Repeat("g", seal.HelloBytes)})
		if err != nil {
			t.Fatal(err)
		}
		defer ghost.Close()
		settle(anna, bob)
		if n := one[*rooms.Notice](t, anna); n.Code != seal.Ghost {
			t.Fatalf("notice: %+v", n)
		}
		for range 4 {
			again, err := srv.Join(t.Context(), rooms.Visitor{Room: room.Name(), Hello: strings.Repeat("g", seal.HelloBytes)})
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
		}
		settle(anna, bob)
		if told := len(got[*rooms.Notice](anna)); told != 2 {
			t.Fatalf("four more ghosts are told of %d times, want at the second and fourth", told)
		}
		if len(got[*rooms.Joined](anna)) != 1 { // bob's
			t.Fatal("a ghost is shown")
		}
		anna.do(rooms.Say{Text: "only us"})
		settle(anna, bob)
		one[*rooms.Said](t, bob)
		for {
			events, _ := ghost.Take()
			if len(events) == 0 {
				break
			}
			for _, e := range events {
				if s, sealed := e.(*rooms.Sealed); sealed && s.Wrap != nil {
					t.Fatal("a ghost was given a wrap")
				}
			}
		}
	})
}

// hand is a server's hand in a connection: it may change what comes through.
type hand struct {
	rooms.Participant
	events func([]rooms.Event) []rooms.Event
}

func (h *hand) Next(ctx context.Context) ([]rooms.Event, error) {
	events, err := h.Participant.Next(ctx)
	return h.events(events), err
}

// A member who is hidden from another shows as a difference, by name.
func TestHiddenMemberShows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		srv.between = func(c rooms.Participant) rooms.Participant { // bob is never told of carl
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				return slices.DeleteFunc(events, func(e rooms.Event) bool {
					_, joined := e.(*rooms.Joined)
					return joined
				})
			}}
		}
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		srv.between = nil
		carl := srv.enter(t, "carl")
		settle(anna, bob, carl)
		got[*rooms.Notice](bob)
		anna.do(rooms.Say{Text: "one"})
		for range 20 {
			settle(anna, bob, carl)
			time.Sleep(time.Second)
		}
		for _, e := range []struct {
			*end
			code rooms.Code
			says string
		}{
			{bob, seal.RosterDiffers, "anna is shown carl, whom you are not shown"},
			{carl, seal.Unconfirmed, "says nothing"},
		} {
			found := got[*rooms.Notice](e.end)
			if !slices.ContainsFunc(found, func(n *rooms.Notice) bool { return n.Code == e.code && strings.Contains(n.Text, e.says) }) {
				t.Errorf("nobody said %q, but %s", e.says, notices(found))
			}
		}
		carl.do(rooms.Leave{})
		settle(anna, bob)
		anna.do(rooms.Say{Text: "two"})
		settle(anna, bob)
		if n := one[*rooms.Notice](t, bob); n.Code != seal.RosterAgrees {
			t.Fatalf("after carl has left: %+v", n)
		}
	})
}

func notices(all []*rooms.Notice) (said string) {
	for _, n := range all {
		said += fmt.Sprintf("%s: %q; ", n.Code, n.Text)
	}
	return said
}

// Three people follow the link at once, and what anna says to the first of them
// was sealed before she saw the others. That is late, not different.
func TestCrowdAtTheDoorIsNoDifference(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		var held []rooms.Event
		holding := true
		srv.between = func(c rooms.Participant) rooms.Participant { // bob hears the words of others late
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				var now []rooms.Event
				for _, e := range events {
					if s, sealed := e.(*rooms.Sealed); holding && sealed && s.Wrap != nil {
						held = append(held, e)
					} else {
						now = append(now, e)
					}
				}
				if !holding {
					now, held = append(held, now...), nil
				}
				return now
			}}
		}
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		srv.between = nil
		everybody := []*end{anna, bob}
		for _, nick := range []string{"carl", "dora", "emil"} {
			everybody = append(everybody, srv.enter(t, nick))
			settle(everybody...)
		}
		holding = false
		bob.do(rooms.Sync{ID: "now"})
		settle(everybody...)
		time.Sleep(3 * seal.AskAgain)
		settle(everybody...)
		for _, e := range bob.events {
			if n, ok := e.(*rooms.Notice); ok {
				t.Errorf("bob was told: %s", n.Text)
			}
		}
	})
}
