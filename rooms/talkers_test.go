package rooms_test

import (
	"fmt"
	"testing"

	"sotto/rooms"
)

// TestTalkers: an end knows how others are in voice by what it was told last, and no more of
// them than can be.
func TestTalkers(t *testing.T) {
	var talkers rooms.Talkers
	for i, c := range []struct {
		event   rooms.Event
		changes bool
		words   string // of b2
	}{
		{&rooms.VoiceNow{Member: "b2", In: true, Muted: true}, true, "in voice, mic off"},
		{&rooms.VoiceNow{Member: "b2", In: true, Muted: true}, false, "in voice, mic off"},
		{&rooms.VoiceNow{Member: "b2", In: true}, true, "in voice"},
		{&rooms.VoiceNow{Member: "b2", In: true, Speaking: true}, true, "speaking"},
		{&rooms.Away{Member: rooms.Member{ID: "b2"}}, false, "speaking"},
		{&rooms.Away{Member: rooms.Member{ID: "b2", Away: true}}, false, ""},
		{&rooms.VoiceNow{Member: "b2", In: true}, true, "in voice"},
		{&rooms.Left{Member: rooms.Member{ID: "b2"}}, false, ""},
		{&rooms.VoiceNow{Member: "b2", In: true}, true, "in voice"},
		{&rooms.Welcome{Resumed: true}, false, ""},
		{&rooms.VoiceNow{Member: "b2", In: true}, true, "in voice"},
		{&rooms.VoiceNow{Member: "b2"}, true, ""},
		{&rooms.VoiceNow{Member: "c3"}, false, ""},
	} {
		if changes := talkers.Happen(c.event); changes != c.changes || talkers.Of("b2").Words() != c.words {
			t.Errorf("%d: changes %v, and shows %q", i, changes, talkers.Of("b2").Words())
		}
	}
	known := 0
	for i := range 100 {
		talkers.Happen(&rooms.VoiceNow{Member: fmt.Sprint(i), In: true})
		if talkers.Of(fmt.Sprint(i)).In {
			known++
		}
	}
	if known != rooms.MaxVoiceSize {
		t.Errorf("%d are known", known)
	}
}
