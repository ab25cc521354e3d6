package rooms

import "testing"

// A mistake in the program, made under a room's lock, keeps neither the lock nor what
// others still have to be told.
func TestAMistakeKeepsNoLock(t *testing.T) {
	h := NewHub(Config{})
	seat, err := h.Join(t.Context(), Visitor{Room: "lobby"})
	if err != nil {
		t.Fatal(err)
	}
	r := seat.place.room
	if Contain(func() { r.do(func() { panic("a mistake") }) }) == nil {
		t.Error("it was no mistake")
	}
	if !r.mu.TryLock() {
		t.Fatal("the room is locked for good")
	}
	r.mu.Unlock()
	if err := seat.Do(t.Context(), Say{Text: "still here"}); err != nil {
		t.Error(err)
	}
}
