package rooms_test

import (
	"fmt"
	"testing"

	"sotto/rooms"
)

// What is remembered of others is bounded, however many whisper.
func TestMet(t *testing.T) {
	var met rooms.Met
	bob := rooms.Person{ID: "2", Nick: "bob"}
	if met.Another(bob) {
		t.Error("whoever was never met is another")
	}
	met.Whispered(bob)
	if met.Another(bob) {
		t.Error("bob is another than bob")
	}
	late := rooms.Person{ID: "9", Nick: "bob"}
	if !met.Another(late) || met.Another(late) {
		t.Error("another bob is told of once")
	}
	met.Doubt("bob")
	if !met.Another(late) || met.Another(late) {
		t.Error("a name in doubt is told of once")
	}
	for i := range 1000 {
		met.Whispered(rooms.Person{ID: fmt.Sprint("x", i), Nick: fmt.Sprint("x", i)})
	}
	if met.Another(bob) {
		t.Error("a thousand people are remembered")
	}
	if !met.Another(rooms.Person{ID: "y", Nick: "x999"}) {
		t.Error("the newest is forgotten")
	}
}
