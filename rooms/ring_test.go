package rooms

import "testing"

// TestRingingTellsTheEnd: who is called takes once, however often they were called until
// then, and so finds the end that stands behind what waited.
func TestRingingTellsTheEnd(t *testing.T) {
	seat, err := NewHub(Config{}).Join(t.Context(), Visitor{Room: "den"})
	if err != nil {
		t.Fatal(err)
	}
	called := false
	seat.RingBy(func() { called = true })
	if err := seat.Do(t.Context(), Say{Text: "the last"}); err != nil {
		t.Fatal(err)
	}
	seat.place.out.farewell(ErrShutdown)
	for called {
		called = false
		if _, err := seat.Take(); err != nil {
			return
		}
	}
	t.Error("nobody calls for the end")
}
