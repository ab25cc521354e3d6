package seal_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// refusing is a server in the middle of one seat's connection that takes of what the
// seat seals what takes says, and refuses the rest with its code, or says nothing of it.
func refusing(conn rooms.Participant, takes func(rooms.Seal) (bool, rooms.Code)) *relay {
	r := &relay{Participant: conn}
	r.takes = func(op rooms.Op) bool {
		s, sealed := op.(rooms.Seal)
		if !sealed {
			return true
		}
		taken, code := takes(s)
		if !taken && code != "" {
			r.inject = append(r.inject, &rooms.Refused{ID: s.ID, Err: &rooms.Error{Code: code, Message: "no"}})
		}
		return taken
	}
	return r
}

// hides takes out whoever comes while it does, and all that they seal.
func hides(hidden map[string]bool, hiding *bool) func([]rooms.Event) []rooms.Event {
	return func(events []rooms.Event) []rooms.Event {
		return slices.DeleteFunc(events, func(e rooms.Event) bool {
			switch e := e.(type) {
			case *rooms.Joined:
				hidden[e.Member.ID] = *hiding
				return *hiding
			case *rooms.Sealed:
				return hidden[e.From]
			}
			return false
		})
	}
}

// A server shows a member to one of two alone. It takes nothing of the other, who only
// reads, and of the one what is for all; of questions it takes one now and then. Both are
// told whom they can't compare with, and the other that it is the server.
func TestRefusalsHideNobody(t *testing.T) {
	const oneEach = 37 * time.Second // longer than a line that brings nothing is borne
	for name, refuse := range map[string]func(n int) rooms.Code{
		"for now":           func(int) rooms.Code { return rooms.RateLimited },
		"for good":          func(int) rooms.Code { return rooms.TooLong },
		"in turns":          func(n int) rooms.Code { return []rooms.Code{rooms.RateLimited, rooms.NotAllowed}[n%2] },
		"without a word":    func(int) rooms.Code { return "" },
		"or without a word": func(n int) rooms.Code { return []rooms.Code{rooms.RateLimited, "", rooms.RateLimited}[n%3] },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := newServer()
				hostile, n := false, 0
				srv.between = func(conn rooms.Participant) rooms.Participant {
					r := refusing(conn, func(rooms.Seal) (bool, rooms.Code) {
						n++
						return !hostile, refuse(n)
					})
					r.gives = hides(map[string]bool{}, &hostile)
					return r
				}
				anna := srv.enter(t, "anna")
				settle(anna)
				annaID, took := anna.you(t), time.Time{}
				srv.between = func(conn rooms.Participant) rooms.Participant {
					return refusing(conn, func(s rooms.Seal) (bool, rooms.Code) {
						_, toAnna := s.Wraps[annaID]
						if toAll := s.Body[33] == 1; !hostile || toAll || !toAnna {
							return true, ""
						}
						if time.Since(took) < oneEach {
							return false, rooms.RateLimited
						}
						took = time.Now()
						return true, ""
					})
				}
				bob := srv.enter(t, "bob")
				srv.between = nil
				settle(anna, bob)
				time.Sleep(seal.ConfirmWait)
				settle(anna, bob)

				hostile, took = true, time.Now().Add(-oneEach/2)
				carl := srv.enter(t, "carl")
				settle(anna, bob, carl)
				pass(12, anna, bob, carl)
				for range 3 {
					bob.do(rooms.Say{Text: "what carl reads too"})
					pass(30, anna, bob, carl)
				}
				if read := got[*rooms.Said](carl); len(read) != 3 {
					t.Errorf("carl read %d messages", len(read))
				}
				if !anna.told(seal.Untaken, "asks bob whom they are shown") {
					t.Errorf("anna was told %s", notices(got[*rooms.Notice](anna)))
				}
				if !bob.told(seal.Unheard, "Nothing has come from anna") {
					t.Errorf("bob was told %s", notices(got[*rooms.Notice](bob)))
				}
			})
		})
	}
}

// A connection that is cut again and again, each time before the server has said what
// became of what was on its way, keeps no question from being counted.
func TestCutsHideNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		bob, line := srv.enterByLine(t, "bob")
		cutting, hiding := false, true
		bob.Attach(&relay{Participant: bob.Conn(), gives: hides(map[string]bool{}, &hiding), takes: func(op rooms.Op) bool {
			switch op := op.(type) {
			case rooms.Seal:
				return !cutting
			case rooms.Sync:
				return !strings.HasPrefix(op.ID, "seal:resend:")
			}
			return true
		}})
		settle(anna, bob)
		carl := srv.enter(t, "carl")
		settle(anna, carl)
		pass(2, anna, bob, carl)
		cutting = true
		anna.do(rooms.Say{Text: "what carl reads too"})
		for range 8 {
			pass(5, anna, bob, carl)
			line.cut()
			settle(bob)
			pass(15, anna, carl)
			line.back(srv)
		}
		pass(5, anna, bob, carl)
		if !bob.told(seal.Untaken, "asks anna whom they are shown") {
			t.Errorf("bob was told %s", notices(got[*rooms.Notice](bob)))
		}
	})
}
