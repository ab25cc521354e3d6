package seal_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// Whoever holds the link and does not say who they are is counted at once, told of
// after ten seconds, and sealed nothing of anybody's words, whatever else they do.
func TestNobodyReadsUnseen(t *testing.T) {
	for name, greets := range map[string]bool{"says nothing": false, "greets and does not confirm": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := newServer()
				anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
				settle(anna, bob)
				anna.do(rooms.SetTopic{Text: "the secret topic"})
				settle(anna, bob)
				x := srv.stray(t)
				settle(anna, bob)
				if greets {
					x.greet()
					settle(anna, bob)
				}
				if n := got[*rooms.Unconfirmed](anna); len(n) == 0 || n[len(n)-1].Count != 1 {
					t.Fatalf("anna was not told at once how many say nothing: %v", n)
				}
				bobID := bob.you(t)
				anna.do(rooms.Say{Text: "the secret word"})
				anna.do(rooms.Whisper{To: bobID, Text: "the secret whisper"})
				anna.do(rooms.SetTopic{Text: "another secret topic"})
				anna.do(rooms.Typing{})
				pass(15, anna, bob)
				x.listen()
				for _, text := range x.said() {
					if text != `{"t":"step"}` {
						t.Errorf("the stranger could open %s", text)
					}
				}
				for _, e := range []*end{anna, bob} {
					if !e.told(seal.Unconfirmed, "says nothing") {
						t.Error("somebody was not told of the stranger")
					}
					if n := len(e.Verify().Names); n != 2 {
						t.Errorf("the words are about %d people", n)
					}
				}
				if len(got[*rooms.Said](bob)) != 1 || len(got[*rooms.Gap](bob)) != 0 {
					t.Error("the stranger came between anna and bob")
				}
				pass(int(seal.StrangerFor.Seconds()), anna, bob) // their keys are gone
				given := x.given
				if greets {
					x.tell(false, `{"t":"confirm","nick":"late"}`, x.order...)
					settle(anna, bob)
				}
				if x.listen(); x.given != given || len(got[*rooms.Joined](anna)) > 1 {
					t.Error("the stranger came in after a minute of silence")
				}
			})
		})
	}
}

// you is the member id that the server gave somebody.
func (e *end) you(t *testing.T) string {
	t.Helper()
	i := slices.IndexFunc(e.events, func(event rooms.Event) bool { _, ok := event.(*rooms.Welcome); return ok })
	if i < 0 {
		t.Fatal("somebody has no welcome")
	}
	return e.events[i].(*rooms.Welcome).You.ID
}

// A server that passes a hello on and keeps back what its owner seals hides nobody:
// they read nothing, and it is said that they are there.
func TestWithheldMemberReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		carl := srv.enter(t, "carl")
		carlID := ""
		withhold := func(events []rooms.Event) []rooms.Event {
			return slices.DeleteFunc(events, func(e rooms.Event) bool {
				s, sealed := e.(*rooms.Sealed)
				return sealed && s.From == carlID
			})
		}
		for _, e := range []*end{anna, bob} {
			e.Attach(&hand{e.Conn(), withhold})
		}
		settle(carl)
		time.Sleep(seal.AloneWait)
		settle(carl)
		carlID = carl.you(t)
		settle(anna, bob)
		anna.do(rooms.Say{Text: "the PIN is 4711"})
		pass(12, anna, bob, carl)
		if heard := got[*rooms.Said](carl); len(heard) != 0 {
			t.Errorf("whoever is not shown heard %q", heard[0].Text)
		}
		for _, e := range []*end{anna, bob} {
			if !e.told(seal.Unconfirmed, "Or the server keeps back what they send") {
				t.Error("nobody was told of the hidden member")
			}
		}
	})
}

// A hello is good for one stay: a server that says of somebody that they left and
// came again gets nobody in, and nothing that was said comes a second time.
func TestAHelloIsGoodForOneStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		var recorded []rooms.Event
		var inject []rooms.Event
		anna.Attach(&hand{anna.Conn(), func(events []rooms.Event) []rooms.Event {
			for _, e := range events {
				switch e := e.(type) {
				case *rooms.Joined, *rooms.Sealed:
					recorded = append(recorded, e)
				}
			}
			events, inject = append(events, inject...), nil
			return events
		}})
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		bob.do(rooms.Say{Text: "I agree. Do it now."})
		settle(anna, bob)
		if one[*rooms.Said](t, anna).Text != "I agree. Do it now." {
			t.Fatal("bob was not heard")
		}
		bob.do(rooms.Leave{})
		settle(anna, bob)
		inject = recorded
		anna.do(rooms.Sync{ID: "now"})
		settle(anna)
		if again := got[*rooms.Said](anna); len(again) != 0 {
			t.Errorf("%q was said twice", again[0].Text)
		}
		if !anna.told(seal.Ghost, "shown once more") {
			t.Error("anna was not told that somebody was shown once more")
		}
	})
}

// A difference is told of however the server shows and removes others meanwhile,
// every few seconds, with the help of people who hold the link.
func TestFlappingHidesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		srv.between = func(c rooms.Participant) rooms.Participant { // bob is never told of who comes later
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
		for range 8 {
			x := srv.stray(t)
			settle(anna, bob)
			x.come("spy", anna, bob)
			anna.do(rooms.Say{Text: "overheard"})
			for range 37 {
				time.Sleep(100 * time.Millisecond)
				settle(anna, bob)
			}
			if err := x.conn.Do(t.Context(), rooms.Leave{}); err != nil {
				t.Fatal(err)
			}
			settle(anna, bob)
		}
		if !bob.told(seal.RosterDiffers, "anna is shown spy, whom you are not shown") {
			t.Error("bob was not told of who reads along")
		}
	})
}

// Whoever is said to have lost their connection again and again, though they talk,
// excuses no difference for longer than a place waits.
func TestAwayHidesNothingForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		var inject []rooms.Event
		anna.Attach(&hand{anna.Conn(), func(events []rooms.Event) []rooms.Event {
			events, inject = append(events, inject...), nil
			return events
		}})
		srv.between = func(c rooms.Participant) rooms.Participant { // bob is never told of carl
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				return slices.DeleteFunc(events, func(e rooms.Event) bool {
					_, joined := e.(*rooms.Joined)
					return joined
				})
			}}
		}
		bob := srv.enter(t, "bob")
		srv.between = nil
		carl := srv.enter(t, "carl")
		settle(anna, bob, carl)
		time.Sleep(seal.ConfirmWait)
		settle(anna, bob, carl)
		away := []string{bob.you(t), carl.you(t)}
		for i := range 200 {
			if i%30 == 0 {
				for _, id := range append(away, away...) {
					lost := len(inject)%4 >= len(away) // both are back, and lost again
					inject = append(inject, &rooms.Away{Seq: 1, Member: rooms.Member{ID: id, Via: rooms.ViaWeb, Away: lost}})
				}
				bob.do(rooms.Say{Text: "what bob is shown"})
			}
			pass(1, anna, bob, carl)
		}
		if !anna.told(seal.RosterDiffers, "is not shown") {
			t.Error("anna was not told that bob and carl are not shown each other")
		}
	})
}
