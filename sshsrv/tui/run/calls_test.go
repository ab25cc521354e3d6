package run

import "testing"

// A session that is called several times is woken once and finds every cause; what comes
// while it works is left for it, and it does not rest before it has seen to that.
func TestCallsAreNotLost(t *testing.T) {
	woken := 0
	c := calls{wake: func() { woken++ }}
	c.call(bySeat)
	c.call(byInput)
	c.call(bySeat)
	if why := c.causes(); woken != 1 || why != bySeat|byInput {
		t.Errorf("woken %d times, for %b", woken, why)
	}
	c.call(bySeat)
	c.call(byTime)
	if c.rest() {
		t.Error("it rests, though it was called while it worked")
	}
	if !c.again(bySeat) || c.again(bySeat) {
		t.Error("what it was called for is not seen to once")
	}
	if why := c.causes(); woken != 1 || why != byTime {
		t.Errorf("woken %d times, and then for %b", woken, why)
	}
	if !c.rest() {
		t.Error("it does not rest with nothing to do")
	}
	if c.call(byEnd); woken != 2 {
		t.Errorf("called while it rested, it was woken %d times", woken)
	}
}
