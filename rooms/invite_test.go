package rooms_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// invite asks for an invitation.
func (p *person) invite(op rooms.Invite) string {
	p.t.Helper()
	op.ID = "i"
	p.do(op)
	got := want[*rooms.Invited](p.t, p.take())
	if got.ID != "i" || len(got.Token) != 22 {
		p.t.Fatalf("invited: %+v", got)
	}
	return got.Token
}

// An invitation lets in whoever has it, whatever the door, as often and for as long as it
// was made for, in its own room.
func TestInvitations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{RoomSize: 4})
		boss := doorkeeper(t, h, rooms.DoorLocked)
		comes := func(token string) error {
			t.Helper()
			seat, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby", Invite: token})
			if err == nil {
				_ = seat.Do(t.Context(), rooms.Leave{})
			}
			return err
		}
		good := func(token string) {
			t.Helper()
			if err := comes(token); err != nil {
				t.Errorf("invited: %v", err)
			}
		}
		bad := func(token string) {
			t.Helper()
			if err := comes(token); !isRefused(err, rooms.NoInvite) {
				t.Errorf("not invited: %v", err)
			}
		}
		once, twice := boss.invite(rooms.Invite{Uses: 1}), boss.invite(rooms.Invite{Uses: 2})
		short, ever := boss.invite(rooms.Invite{For: 10 * time.Minute}), boss.invite(rooms.Invite{})
		good(once)
		bad(once)
		good(twice)
		h.SetDoor("lobby", rooms.DoorKnock)
		good(twice)
		bad(twice)
		good(ever)
		good(short)
		time.Sleep(10*time.Minute - time.Nanosecond)
		good(short)
		time.Sleep(time.Nanosecond)
		bad(short)
		bad("forged")
		h.SetDoor("lobby", rooms.DoorOpen)
		bad("forged") // whoever has a bad one is told, whatever the door
		if err := comes(""); err != nil {
			t.Errorf("an open door: %v", err)
		}
		if _, err := h.Join(t.Context(), rooms.Visitor{Room: "elsewhere", Invite: ever}); !isRefused(err, rooms.NoInvite) || h.Rooms() != 1 {
			t.Errorf("in another room: %v, and there are %d", err, h.Rooms())
		}

		// In a full room nobody's is used up.
		h.SetDoor("lobby", rooms.DoorLocked)
		last := boss.invite(rooms.Invite{Uses: 1})
		var people []*person
		for range 3 {
			people = append(people, enter(t, h, rooms.Visitor{Invite: ever}))
		}
		if err := comes(last); !isRefused(err, rooms.RoomFull) {
			t.Errorf("a full room: %v", err)
		}
		people[0].do(rooms.Leave{})
		good(last)
		guest := people[1]
		guest.take()
		guest.do(rooms.Invite{ID: "g"})
		if r := want[*rooms.Refused](t, guest.take()); r.Err.Code != rooms.NotHost {
			t.Errorf("a guest invites: %+v", r)
		}
		guest.do(rooms.Uninvite{ID: "g"})
		if r := want[*rooms.Refused](t, guest.take()); r.Err.Code != rooms.NotHost {
			t.Errorf("a guest uninvites: %+v", r)
		}
		boss.take()
		boss.do(rooms.Uninvite{ID: "u"})
		if e := want[*rooms.Invited](t, boss.take()); e.ID != "u" || e.Token != "" {
			t.Errorf("voided: %+v", e)
		}
		bad(ever)

		for range rooms.MaxInvitations {
			boss.invite(rooms.Invite{For: time.Minute})
		}
		for _, op := range []rooms.Invite{{}, {Uses: -1}, {Uses: rooms.MaxInviteUses + 1}, {For: time.Second}, {For: 2 * rooms.MaxInvite}} {
			boss.do(op)
			if r := want[*rooms.Refused](t, boss.take()); r.Err.Code != rooms.NotAllowed {
				t.Errorf("%+v: %+v", op, r)
			}
		}
		time.Sleep(time.Minute)
		boss.invite(rooms.Invite{})
	})
}

// Whatever tokens are tried at a locked door: whoever is in had one that was good.
func TestForgedInvitations(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	boss := doorkeeper(t, h, rooms.DoorLocked)
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		token := boss.invite(rooms.Invite{Uses: 1})
		near := []byte(token)
		near[r.IntN(len(near)-1)] ^= byte(1 + r.IntN(127))
		for _, forged := range []string{string(near), token[1:], token + "A", string(make([]byte, rooms.MaxTokenBytes+1))} {
			if _, err := h.Join(context.Background(), rooms.Visitor{Room: "lobby", Invite: forged}); !isRefused(err, rooms.NoInvite) {
				t.Fatalf("%q for %q: %v", forged, token, err)
			}
		}
		boss.do(rooms.Uninvite{})
		boss.take()
	}
}

// Whoever knocks with an invitation that is not good, or no longer, comes in by the knock
// alone, and with one that is good spends none.
func TestKnockWithAnInvitation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		boss := doorkeeper(t, h, rooms.DoorKnock)
		once := boss.invite(rooms.Invite{Uses: 1})
		for i, token := range []string{"forged", once, once} {
			k := atDoor(t, h, nil, rooms.Visitor{Invite: token}, "")
			if i == 1 && !k.waits() { // it passed the door by itself
				k.in(t)
				continue
			}
			who := knockings(boss.take())
			if len(who) != 1 {
				t.Fatalf("with %q there are %d knocks", token, len(who))
			}
			boss.passes(rooms.Decide{Knock: who[0].Knock, In: true})
			k.in(t)
		}
		boss.passes(rooms.Say{Text: "the room goes on"})
	})
}

// No invitation outlives a removal, nor those that anybody could make the host who comes.
func TestInvitationsAreVoid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		host, key := found(t, h, rooms.Visitor{Via: rooms.ViaWeb})
		bad, other := enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{})
		void := func(token string) {
			t.Helper()
			if _, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby", Invite: token}); !isRefused(err, rooms.NoInvite) {
				t.Errorf("it is good still: %v", err)
			}
		}
		token := host.invite(rooms.Invite{})
		host.passes(rooms.Remove{To: bad.welcome.You.ID})
		void(token)

		host.do(rooms.Leave{})
		other.take()
		token = other.invite(rooms.Invite{})
		other.passes(rooms.Claim{Key: key})
		void(token)
	})
}
