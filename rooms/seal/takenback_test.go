package seal_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"sotto/rooms"
)

// What was taken back before anybody was handed it is said without its words, and a seat
// holds none of them.
func TestWhatWasTakenBackIsNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		var held []rooms.Event
		holds := false
		srv.between = func(c rooms.Participant) rooms.Participant {
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				if holds {
					held = append(held, events...)
					return nil
				}
				events, held = append(held, events...), nil
				return events
			}}
		}
		bob := srv.enter(t, "bob")
		settle(bob)
		srv.between = nil
		anna := srv.enter(t, "anna")
		settle(anna, bob)
		const pin, number = "the PIN is 4711", "the number is 0815"
		holds = true
		anna.do(rooms.Say{Text: pin, Options: []string{"yes, " + pin, "no"}})
		settle(anna, bob)
		seq := one[*rooms.Said](t, anna).Seq
		anna.do(rooms.Amend{Re: seq, Text: number})
		settle(anna, bob)
		anna.do(rooms.Say{Text: "something else", Re: seq})
		anna.do(rooms.Retract{Re: seq, ID: "r"})
		settle(anna, bob)
		holds = false
		bob.do(rooms.Sync{ID: "now"})
		settle(anna, bob)
		said := got[*rooms.Said](bob)
		if len(said) != 2 || !said[0].Gone || said[0].Text != "" || said[0].Options != nil || said[0].From.Nick != "anna" || said[1].Re != said[0].Seq || said[1].Gone {
			t.Fatalf("bob is shown %+v", said)
		}
		if a := one[*rooms.Amended](t, bob); a.Text != "" || a.Re != said[0].Seq {
			t.Errorf("and %+v", a)
		}
		if r := one[*rooms.Retracted](t, bob); r.Re != said[0].Seq {
			t.Errorf("and %+v", r)
		}
		for name, e := range map[string]*end{"anna": anna, "bob": bob} {
			for _, words := range []string{pin, number} {
				if path := reached(reflect.ValueOf(e.Seat), words, map[uintptr]bool{}); path != "" {
					t.Errorf("%s's seat holds %q in %s", name, words, path)
				}
			}
		}
	})
}

// So it is on the way in, where everything waits for the welcome.
func TestWhatWasTakenBackOnTheWayIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		bobs := bob.you(t)
		srv.between = func(c rooms.Participant) rooms.Participant { // carl waits for bob's word
			return &hand{c, func(events []rooms.Event) []rooms.Event {
				return slices.DeleteFunc(events, func(e rooms.Event) bool {
					sealed, ok := e.(*rooms.Sealed)
					return ok && sealed.From == bobs
				})
			}}
		}
		carl := srv.enter(t, "carl")
		settle(anna, bob, carl)
		anna.do(rooms.Say{Text: "the PIN is 4711"})
		settle(anna, bob, carl)
		seq := one[*rooms.Said](t, anna).Seq
		anna.do(rooms.Retract{Re: seq})
		settle(anna, bob, carl)
		if len(carl.events) > 0 {
			t.Fatalf("carl waits for nothing: %+v", carl.events)
		}
		pass(3, anna, bob, carl)
		if said := one[*rooms.Said](t, carl); !said.Gone || said.Text != "" {
			t.Errorf("carl is shown %+v", said)
		}
		one[*rooms.Retracted](t, carl)
	})
}

// While something waits to be sealed, the seat does hold it: so the test above can see.
func TestWhatWaitsIsReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		srv.between = func(c rooms.Participant) rooms.Participant {
			return &relay{Participant: c, takes: func(op rooms.Op) bool { _, sealed := op.(rooms.Seal); return !sealed }}
		}
		anna := srv.enter(t, "anna")
		settle(anna)
		anna.do(rooms.Say{Text: "the PIN is 4711"})
		settle(anna)
		if path := reached(reflect.ValueOf(anna.Seat), "the PIN is 4711", map[uintptr]bool{}); !strings.Contains(path, "sending") {
			t.Errorf("it is reached by %q", path)
		}
	})
}

// reached is how some words are reached from a value, but for its connection; empty: they
// are not.
func reached(v reflect.Value, words string, seen map[uintptr]bool) string {
	switch v.Kind() {
	case reflect.String:
		if strings.Contains(v.String(), words) {
			return " (text)"
		}
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return ""
		}
		seen[v.Pointer()] = true
		return reached(v.Elem(), words, seen)
	case reflect.Interface:
		return reached(v.Elem(), words, seen)
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name != "conn" {
				if path := reached(v.Field(i), words, seen); path != "" {
					return "." + name + path
				}
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
			if all := v.Slice3(0, v.Len(), v.Len()).Bytes(); strings.Contains(string(all), words) {
				return " (bytes)"
			}
			return ""
		}
		for i := range v.Len() {
			if path := reached(v.Index(i), words, seen); path != "" {
				return fmt.Sprintf("[%d]%s", i, path)
			}
		}
	case reflect.Map:
		for each := v.MapRange(); each.Next(); {
			if path := reached(each.Key(), words, seen) + reached(each.Value(), words, seen); path != "" {
				return "{}" + path
			}
		}
	}
	return ""
}
