package rooms_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

func TestRemove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: 0})
		host, _ := found(t, h, rooms.Visitor{})
		other, third := enter(t, h, rooms.Visitor{Resumable: true}), enter(t, h, rooms.Visitor{})
		me := other.welcome.You.ID
		other.do(rooms.Ack{Seq: other.welcome.Seq})
		other.refused(rooms.Remove{ID: "1", To: host.welcome.You.ID}, rooms.NotHost)
		host.refused(rooms.Remove{To: "nobody"}, rooms.UnknownMember)
		host.refused(rooms.Remove{To: host.welcome.You.ID}, rooms.NotAllowed)
		host.refused(rooms.Remove{To: me, Reason: strings.Repeat("x", rooms.MaxReasonBytes+1)}, rooms.TooLong)
		third.do(rooms.Say{Text: "not heard any more"})
		third.take()
		left := want[*rooms.Left](t, host.passes(rooms.Remove{ID: "2", To: me, Reason: "spam\x1b[31m,\nagain"}))
		if left.Reason != rooms.LeftRemoved || left.Member.ID != me || left.Why != "spam, again" {
			t.Errorf("the room is told %+v", left)
		}
		if events, err := other.Take(); len(events) > 0 || !isEnded(err, rooms.Removed) || err.(*rooms.Ended).Retry || !strings.Contains(err.Error(), "spam, again") {
			t.Errorf("who was removed gets %v, %v", events, err)
		}
		if err := other.Do(t.Context(), rooms.Say{Text: "still here"}); !isEnded(err, rooms.Removed) {
			t.Errorf("who was removed says something: %v", err)
		}
		other.Close()
		if _, err := h.Resume(t.Context(), other.welcome.Ticket, other.welcome.Seq, 0); !isRefused(err, rooms.BadTicket) {
			t.Errorf("the ticket of who was removed: %v", err)
		}
		seen := third.take()
		if set := want[*rooms.RulesSet](t, seen); set.Rules.Door != rooms.DoorKnock || set.Why != rooms.RulesRemoved || set.From.ID != "" || len(seen) != 2 {
			t.Errorf("then the door is %+v:%s", set, show(seen))
		}
		time.Sleep(rooms.BridgeFor + time.Second)
		if set := want[*rooms.RulesSet](t, third.take()); set.Rules.Door != rooms.DoorOpen || set.Why != rooms.RulesCalm || set.From.ID != "" {
			t.Errorf("later the door is %+v", set)
		}
	})
}

// A place without a connection is removed like any other.
func TestRemoveWhoIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		host, _ := found(t, h, rooms.Visitor{})
		other := enter(t, h, rooms.Visitor{Resumable: true})
		other.do(rooms.Ack{Seq: other.welcome.Seq})
		other.Close()
		time.Sleep(2 * rooms.AwayAfter)
		want[*rooms.Left](t, host.passes(rooms.Remove{To: other.welcome.You.ID}))
		if _, err := h.Resume(t.Context(), other.welcome.Ticket, other.welcome.Seq, 0); !isRefused(err, rooms.BadTicket) {
			t.Errorf("the ticket of who was removed: %v", err)
		}
		time.Sleep(2 * rooms.ResumeWindow)
		if left := lefts(host.take()); len(left) > 0 {
			t.Errorf("who was removed leaves once more: %+v", left[0])
		}
	})
}

func TestBridge(t *testing.T) {
	for name, story := range map[string]func(t *testing.T, host *person, remove func(), door func() rooms.Door){
		"a second removal begins it anew": func(t *testing.T, host *person, remove func(), door func() rooms.Door) {
			remove()
			time.Sleep(rooms.BridgeFor / 2)
			remove()
			time.Sleep(rooms.BridgeFor - time.Second)
			if door() != rooms.DoorKnock {
				t.Error("it came down")
			}
			time.Sleep(2 * time.Second)
			if door() != rooms.DoorOpen {
				t.Error("it did not come down")
			}
		},
		"a door that a host closed stays": func(t *testing.T, host *person, remove func(), door func() rooms.Door) {
			host.do(rooms.SetRules{Door: rooms.DoorLocked})
			remove()
			time.Sleep(rooms.BridgeFor + time.Second)
			if door() != rooms.DoorLocked {
				t.Error("it does not stay")
			}
		},
		"so does one that a host closes meanwhile": func(t *testing.T, host *person, remove func(), door func() rooms.Door) {
			remove()
			want[*rooms.RulesSet](t, host.passes(rooms.SetRules{Door: rooms.DoorKnock}))
			time.Sleep(rooms.BridgeFor + time.Second)
			if events := host.take(); len(events) > 0 {
				t.Errorf("it does not stay:%s", show(events))
			}
		},
		"one that a host opens is open": func(t *testing.T, host *person, remove func(), door func() rooms.Door) {
			remove()
			host.do(rooms.SetRules{Door: rooms.DoorOpen})
			if door() != rooms.DoorOpen {
				t.Error("it is not open")
			}
			time.Sleep(rooms.BridgeFor + time.Second)
			if events := host.take(); len(events) > 0 {
				t.Errorf("later%s", show(events))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := rooms.NewHub(rooms.Config{})
				host, _ := found(t, h, rooms.Visitor{})
				others := []*person{enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{})}
				door := rooms.DoorOpen
				story(t, host, func() {
					host.do(rooms.Remove{To: others[0].welcome.You.ID})
					others = others[1:]
				}, func() rooms.Door {
					for _, e := range host.take() {
						if set, ok := e.(*rooms.RulesSet); ok {
							door = set.Rules.Door
						}
					}
					return door
				})
			})
		})
	}
}
