package seal_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// Somebody with the link who is not shown has no say: what they count is told to nobody
// before they are shown, and what they seal to all takes no room from what members are
// told of others.
func TestStrangersHaveNoSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		mallory := srv.stray(t)
		mallory.come("mallory", anna)
		x := srv.stray(t)
		x.greet()
		settle(anna)
		x.listen()
		got[*rooms.Gap](anna)
		got[*rooms.Joined](anna)
		for range 8 {
			x.tell(true, `{"t":"say","text":"hello"}`, x.linked()[0])
			for range 3 { // are missing
				if _, err := x.Compose([]byte(`{"t":"step"}`), false, x.linked()[0]); err != nil {
					t.Fatal(err)
				}
			}
			x.tell(false, `{"t":"step"}`, x.linked()[0])
			settle(anna)
			time.Sleep(time.Second)
		}
		if gaps := got[*rooms.Gap](anna); len(gaps) > 0 {
			t.Errorf("%d gaps are shown of somebody who is not: %+v", len(gaps), gaps[0])
		}
		anna.do(rooms.Say{Text: "who is there?"})
		settle(anna)
		mallory.listen()
		last := mallory.heard[len(mallory.heard)-1]
		if !last.All || len(last.Claims()) > 0 {
			t.Errorf("anna claims %d things of somebody whom she does not show: %q", len(last.Claims()), last.Text)
		}
		x.tell(false, `{"t":"confirm","nick":"xenia"}`, x.linked()[0])
		settle(anna)
		gap := one[*rooms.Gap](t, anna)
		joined := one[*rooms.Joined](t, anna)
		if gap.Missed != 32 || gap.From != joined.Member.Person() || !strings.HasPrefix(joined.Member.Nick, "xenia") {
			t.Errorf("%d are missing of %q, want all that are, once they are shown", gap.Missed, joined.Member.Nick)
		}
	})
}

// renaming is a hand that passes on what is for one to another.
type renaming struct {
	hand
	from, to *string
}

func (r *renaming) Do(ctx context.Context, op rooms.Op) error {
	if op, ok := op.(rooms.Seal); ok && op.Wraps[*r.from] != nil && *r.to != "" {
		op.Wraps[*r.to] = op.Wraps[*r.from]
	}
	return r.hand.Do(ctx, op)
}

// What the server calls somebody stands for their key as long as this end does: whoever
// answers a whisper, by that, means whom it came from.
func TestAnIDIsOneKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		bobs, strays := "", ""
		srv.between = func(c rooms.Participant) rooms.Participant {
			return &renaming{hand{c, func(events []rooms.Event) []rooms.Event {
				for i, e := range events {
					switch e := e.(type) {
					case *rooms.Joined:
						if bobs != "" {
							strays = e.Member.ID
							m := e.Member
							m.ID = bobs
							events[i] = &rooms.Joined{Seq: e.Seq, Member: m}
						}
					case *rooms.Sealed:
						if e.From == strays {
							body := &rooms.SealedBody{At: e.At, From: bobs, Body: e.Body}
							events[i] = &rooms.Sealed{SealedBody: body, WSeq: e.WSeq, Wrap: e.Wrap}
						}
					}
				}
				return events
			}}, &bobs, &strays}
		}
		anna := srv.enter(t, "anna")
		srv.between = nil
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		bobs = one[*rooms.Joined](t, anna).Member.ID
		bob.Close()
		settle(anna)
		got[*rooms.Notice](anna)
		x := srv.stray(t)
		x.come("bob", anna)
		if j := got[*rooms.Joined](anna); len(j) > 0 {
			t.Errorf("%s is shown in bob's place", j[0].Member.Nick)
		}
		if n := got[*rooms.Notice](anna); len(n) == 0 || n[0].Code != seal.Ghost {
			t.Errorf("told: %v", n)
		}
		anna.do(rooms.Whisper{ID: "w", To: bobs, Text: "1234"})
		settle(anna)
		if r := one[*rooms.Refused](t, anna); r.Err.Code != rooms.UnknownMember {
			t.Errorf("refused: %v", r.Err)
		}
	})
}

// A member who tells a newcomer another's name takes it from them for as long as they are
// here, and not for good.
func TestADisputeEndsWhenOneLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		mallory := srv.stray(t)
		mallory.come("mallory", anna)
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		mallory.listen()
		bobs := mallory.linked()[len(mallory.linked())-1]
		mallory.tell(false, `{"t":"confirm","nick":"anna"}`, bobs)
		settle(anna, bob)
		pass(3, anna, bob)
		if names := bob.Verify().Names; slices.Contains(names, "anna") {
			t.Fatalf("bob shows %q", names)
		}
		mallory.conn.Close()
		settle(anna, bob)
		if names := bob.Verify().Names; !slices.Equal(names, []string{"bob", "anna"}) {
			t.Errorf("bob shows %q", names)
		}
		if r := got[*rooms.Renamed](bob); len(r) == 0 || r[len(r)-1].Member.Nick != "anna" {
			t.Error("bob is not told")
		}
	})
}
