package seal_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// relay is a server in the middle of one seat's connection.
type relay struct {
	rooms.Participant
	takes  func(rooms.Op) bool               // whether the room is given an op; nil: every one
	gives  func([]rooms.Event) []rooms.Event // what the seat is given; nil: as it comes
	inject []rooms.Event                     // what it is given beside
}

func (r *relay) Do(ctx context.Context, op rooms.Op) error {
	if r.takes != nil && !r.takes(op) {
		return nil
	}
	return r.Participant.Do(ctx, op)
}

func (r *relay) Next(ctx context.Context) ([]rooms.Event, error) {
	if injected := r.inject; len(injected) > 0 {
		r.inject = nil
		return injected, nil
	}
	events, err := r.Participant.Next(ctx)
	if r.gives != nil {
		events = r.gives(events)
	}
	return events, err
}

// hidesJoined keeps from somebody who comes later.
func hidesJoined(events []rooms.Event) []rooms.Event {
	return slices.DeleteFunc(events, func(e rooms.Event) bool { _, joined := e.(*rooms.Joined); return joined })
}

// warnings are the notices of one code that somebody was given.
func (e *end) warnings(code rooms.Code) (texts []string) {
	for _, event := range e.events {
		if n, ok := event.(*rooms.Notice); ok && n.Code == code {
			texts = append(texts, n.Text)
		}
	}
	return texts
}

// ended waits for the end of a seat, for so long at most.
func (e *end) ended(within time.Duration) *rooms.Ended {
	ctx, cancel := context.WithTimeout(e.t.Context(), within)
	defer cancel()
	for {
		events, err := e.Next(ctx)
		e.events = append(e.events, events...)
		var ended *rooms.Ended
		if errors.As(err, &ended) || err != nil {
			return ended
		}
	}
}

// A server that says that the connection was lost, though it was not, would have all
// wait that is said here, and nobody asked.
func TestNoReturnWithoutALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		var r *relay
		srv.between = func(c rooms.Participant) rooms.Participant {
			r = &relay{Participant: c}
			return r
		}
		bob := srv.enter(t, "bob")
		settle(anna, bob)
		you := rooms.Member{ID: bob.you(t)}
		r.inject = []rooms.Event{&rooms.Welcome{Room: rooms.RoomName(seal.Open(srv.secret).Name()), Kind: rooms.KindSealed, You: you, Resumed: true}}
		if ended := bob.ended(time.Minute); ended == nil || ended.Code != rooms.NotAllowed {
			t.Errorf("the seat ended with %v", ended)
		}
	})
}

// A server that says after a return that this is another place, which nobody asked for,
// would begin anew what is counted of silence, and nobody would be told.
func TestNoOtherPlaceAfterAReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		bob, line := srv.enterByLine(t, "bob")
		r := &relay{Participant: bob.Conn()}
		bob.Attach(r)
		settle(anna, bob)
		line.cut()
		settle(anna, bob)
		bob.Hello() // the ticket was refused, and the connection lost before a new place was given
		line.back(srv)
		settle(anna, bob)
		anna.do(rooms.Say{Text: "one"})
		settle(anna, bob)
		if heard := got[*rooms.Said](bob); len(heard) != 1 {
			t.Fatalf("bob heard %d messages after his return", len(heard))
		}
		r.inject = []rooms.Event{&rooms.Welcome{Room: rooms.RoomName(seal.Open(srv.secret).Name()), Kind: rooms.KindSealed, You: rooms.Member{ID: "another"}}}
		if ended := bob.ended(time.Minute); ended == nil || ended.Code != rooms.NotAllowed {
			t.Errorf("the seat ended with %v", ended)
		}
	})
}

// After a real loss the server has half a minute to say what became of what was under
// way, and whoever is silent meanwhile is told of all the same.
func TestReturnHasAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		bob, line := srv.enterByLine(t, "bob")
		bob.Attach(&relay{Participant: bob.Conn(), gives: hidesJoined, takes: func(op rooms.Op) bool {
			sync, ok := op.(rooms.Sync)
			return !ok || !strings.HasPrefix(sync.ID, "seal:resend:")
		}})
		settle(anna, bob)
		carl := srv.enter(t, "carl")
		settle(anna, carl)
		time.Sleep(seal.ConfirmWait)
		settle(anna, carl)
		line.cut()
		settle(anna, bob, carl)
		line.back(srv)
		anna.do(rooms.Say{Text: "one"})
		settle(anna, bob, carl)
		pass(20, anna, bob, carl)
		bob.do(rooms.Say{ID: "held", Text: "two"})
		if ended := bob.ended(12 * time.Second); ended == nil || !strings.Contains(ended.Message, "half a minute") {
			t.Fatalf("the seat ended with %v", ended)
		}
		if r := one[*rooms.Refused](t, bob); r.ID != "held" || r.Err.Code != rooms.Uncertain {
			t.Errorf("what waited was refused with %+v", r)
		}
	})
}

// A server that takes no question, or keeps back that it was taken, is told of, with whom
// it was for: within ten seconds or 35, since the line may be slow, and again, more and
// more seldom.
func TestUnaskedIsSilent(t *testing.T) {
	for name, c := range map[string]struct {
		refuses bool
		within  int
	}{"refused": {true, 10}, "kept back": {false, 35}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := newServer()
				anna := srv.enter(t, "anna")
				settle(anna)
				hostile := false
				own := map[string]bool{}
				srv.between = func(conn rooms.Participant) rooms.Participant {
					r := &relay{Participant: conn}
					r.takes = func(op rooms.Op) bool {
						s, ok := op.(rooms.Seal)
						if !ok || !hostile || s.Body[33] != 0 { // for all
							return true
						}
						own[s.ID] = true
						if c.refuses {
							r.inject = append(r.inject, &rooms.Refused{ID: s.ID, Err: &rooms.Error{Code: rooms.NotAllowed, Message: "no"}})
						}
						return !c.refuses
					}
					r.gives = func(events []rooms.Event) []rooms.Event {
						return slices.DeleteFunc(hidesJoined(events), func(e rooms.Event) bool {
							s, ok := e.(*rooms.Sealed)
							return ok && s.ID != "" && own[s.ID]
						})
					}
					return r
				}
				bob := srv.enter(t, "bob")
				settle(anna, bob)
				srv.between = nil
				carl := srv.enter(t, "carl")
				settle(anna, bob, carl)
				time.Sleep(seal.ConfirmWait)
				settle(anna, bob, carl)
				hostile = true
				anna.do(rooms.Say{Text: "what carl reads too"})
				pass(c.within, anna, bob, carl)
				if !bob.told(seal.Untaken, "Your program asks anna whom they are shown, and the server takes no such question.") {
					t.Fatalf("after %d s bob was told %q", c.within, bob.warnings(seal.Untaken))
				}
				pass(300, anna, bob, carl)
				if n := len(bob.warnings(seal.Untaken)); n < 4 || n > 7 {
					t.Errorf("bob was told %d times", n)
				}
			})
		})
	}
}

// A member is not silent for as long as our own connection is lost: what they say
// afterwards is in time.
func TestALossMakesNobodySilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		bob, line := srv.enterByLine(t, "bob")
		bob.Attach(&relay{Participant: bob.Conn(), gives: hidesJoined})
		settle(anna, bob)
		carl := srv.enter(t, "carl")
		settle(anna, bob, carl)
		time.Sleep(seal.ConfirmWait)
		settle(anna, bob, carl)
		anna.do(rooms.Say{Text: "what carl reads too"})
		pass(1, anna, bob, carl)
		line.dead = true
		pass(3, anna, bob, carl) // bob's question is lost
		line.cut()
		pass(30, anna, bob, carl)
		line.back(srv)
		pass(4, anna, bob, carl)
		if !bob.told(seal.RosterDiffers, "anna is shown carl") || bob.told(seal.RosterDiffers, "does not say") {
			t.Errorf("bob was told %q", bob.warnings(seal.RosterDiffers))
		}
	})
}

// That a member is hidden is told though somebody who holds the link has another
// name in every answer.
func TestEachDifferenceCountsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		carl := ""
		hiding := false
		srv.between = func(c rooms.Participant) rooms.Participant { // bob is shown carl, and gets nothing of theirs
			return &relay{Participant: c, gives: func(events []rooms.Event) []rooms.Event {
				return slices.DeleteFunc(events, func(e rooms.Event) bool {
					if j, ok := e.(*rooms.Joined); ok && hiding {
						carl = j.Member.ID
					}
					s, ok := e.(*rooms.Sealed)
					return ok && carl != "" && s.From == carl
				})
			}}
		}
		bob := srv.enter(t, "bob")
		srv.between = nil
		settle(anna, bob)
		x := srv.stray(t)
		settle(anna, bob)
		x.come("mallory", anna, bob)
		hiding = true
		late := srv.enter(t, "carl")
		settle(anna, bob, late)
		for i := range 15 {
			x.listen()
			x.tell(false, fmt.Sprintf(`{"t":"confirm","nick":"a%d"}`, i), x.order[0])
			x.tell(false, fmt.Sprintf(`{"t":"confirm","nick":"b%d"}`, i), x.order[1])
			if i%3 == 2 {
				anna.do(rooms.Say{Text: "hi"})
				bob.do(rooms.Say{Text: "hi"})
			}
			pass(3, anna, bob, late)
		}
		if !bob.told(seal.Unconfirmed, "carl is here too, says anna, and says nothing to you") {
			t.Errorf("bob was told %q", bob.warnings(seal.Unconfirmed))
		}
		if !anna.told(seal.RosterDiffers, "bob is not shown carl, whom you are shown") {
			t.Errorf("anna was told %q", anna.warnings(seal.RosterDiffers))
		}
	})
}

// A member who makes up people in every answer is said to be who says so, and more
// and more seldom.
func TestNobodyShoutsByInventing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		x := srv.stray(t)
		settle(anna)
		x.come("mallory", anna)
		x.tell(true, `{"t":"typing"}`, x.order[0])
		n := 0
		for range 300 {
			x.listen()
			for _, text := range x.said() {
				if text == `{"t":"ask"}` {
					n++
					x.tell(false, fmt.Sprintf(`{"t":"view","shown":[{"id":"%032x","nick":"eve%d"}]}`, n, n), x.order[0])
				}
			}
			x.heard = nil
			pass(1, anna)
		}
		told := anna.warnings(seal.RosterDiffers)
		if n < 30 || len(told) < 4 || len(told) > 7 {
			t.Fatalf("of %d inventions anna was told %d", n, len(told))
		}
		if !strings.HasPrefix(told[0], "mallory says: ") || !strings.Contains(told[0], "or mallory makes it up") {
			t.Errorf("anna was told %q", told[0])
		}
	})
}

// Twelve seats that ask every second keep nobody's words back, and no newcomer from
// being shown.
func TestQuestionsKeepNobodyBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		var asking []*stranger
		for i := range 12 {
			x := srv.stray(t)
			settle(anna)
			x.greet()
			settle(anna)
			x.listen()
			x.tell(false, fmt.Sprintf(`{"t":"confirm","nick":"p%d"}`, i), x.order[0])
			settle(anna)
			asking = append(asking, x)
		}
		ask := func(ends ...*end) {
			for _, x := range asking {
				x.listen()
				x.tell(false, `{"t":"ask"}`, x.order[0])
			}
			pass(1, ends...)
		}
		for range 80 {
			ask(anna)
		}
		anna.do(rooms.Say{ID: "mine", Text: "hello"})
		for range 3 {
			ask(anna)
		}
		if said := one[*rooms.Said](t, anna); said.ID != "mine" {
			t.Errorf("the own copy is of %q", said.ID)
		}
		bob := srv.enter(t, "bob")
		for range 5 {
			ask(anna, bob)
		}
		if names := anna.Verify().Names; !slices.Contains(names, "bob") {
			t.Errorf("anna shows %q", names)
		}
		if names := bob.Verify().Names; !slices.Contains(names, "anna") {
			t.Errorf("bob shows %q", names)
		}
		asking[0].listen()
		if !slices.ContainsFunc(asking[0].said(), func(text string) bool { return strings.HasPrefix(text, `{"t":"view"`) }) {
			t.Error("nobody was answered")
		}
	})
}
