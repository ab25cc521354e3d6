package voice

import (
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// turns notes who is heard, by member id, and how often that changes.
type turns struct {
	heard   map[string]int
	last    string
	changes int
}

func (u *turns) Hear(_ int, from string, _ Packet) {
	u.heard[from]++
	if u.last != from {
		u.last = from
		u.changes++
	}
}

// listen is somebody who hears so many at once.
func listen(t *testing.T, c *Calls, h *rooms.Hub, slots int) *turns {
	t.Helper()
	u := &turns{heard: make(map[string]int)}
	p, err := c.Join(t.Context(), enter(t, h, ""), slots, u)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return u
}

// speech is how loud somebody is in each 20 ms who speaks: syllables, sentences of three
// seconds, and a breath behind each.
func speech(i int) uint8 {
	switch {
	case i%185 >= 150:
		return 127
	case i%11 >= 8:
		return 50
	}
	return 38
}

// flood is what six others send all the time while one speaks, and how many of a hundred of
// the packets of that one are heard where one is heard at once, and where six are.
func flood(t *testing.T, payload []byte, honest func(i int) uint8, length time.Duration) (one, six int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h, c := rooms.NewHub(rooms.Config{}), New(Config{})
		byPipe, byPage := listen(t, c, h, 1), listen(t, c, h, 6)
		var bad []*talker
		for range 6 {
			bad = append(bad, talk(t, c, h, ""))
		}
		good := talk(t, c, h, "")
		attack := func() {
			for _, k := range bad {
				k.sequence++
				k.time += frame
				k.Say(Packet{Sequence: k.sequence, Timestamp: k.time, Level: 0, Payload: payload})
			}
		}
		rounds(time.Second, attack)
		i, said := 0, 0
		rounds(length, func() {
			attack()
			if level := honest(i); level < 127 {
				said++
				good.say(level)
			} else {
				good.sequence++
				good.time += frame
			}
			i++
		})
		one, six = 100*byPipe.heard[good.id]/said, 100*byPage.heard[good.id]/said
	})
	return one, six
}

// TestSilenceHoldsNoSlot, however loud its sender says that it is.
func TestSilenceHoldsNoSlot(t *testing.T) {
	if one, six := flood(t, quiet, speech, 20*time.Second); one < 95 || six < 95 {
		t.Errorf("of who speaks %d %% is heard by a pipe, %d %% by a page", one, six)
	}
}

// TestNobodyHoldsASlotForEver: of somebody who speaks as people do, much is heard beside six
// who say that they are as loud as can be and never pause; and of who makes no pause either,
// their part.
func TestNobodyHoldsASlotForEver(t *testing.T) {
	if one, six := flood(t, spoken, speech, time.Minute); one < 75 || six < 75 {
		t.Errorf("of who speaks %d %% is heard by a pipe, %d %% by a page", one, six)
	}
	for _, level := range []uint8{20, 45} {
		one, six := flood(t, spoken, func(int) uint8 { return level }, 2*time.Minute)
		if one < 12 || six < 75 {
			t.Errorf("of who speaks at %d without a pause %d %% is heard by a pipe, %d %% by a page", level, one, six)
		}
	}
}

// TestPeopleLeaveEachOtherTheSlot: two who speak at once, about as loud, don't take it from
// each other between syllables, and who pauses loses it to who speaks.
func TestPeopleLeaveEachOtherTheSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, c := rooms.NewHub(rooms.Config{}), New(Config{})
		u := listen(t, c, h, 1)
		anna, bob := talk(t, c, h, ""), talk(t, c, h, "")
		say := func(k *talker, i int) {
			k.say(speech(i % 150))
		}
		for turn := range 20 { // a sentence of each; the other begins before it is over
			i := 0
			first, second := anna, bob
			if turn%2 > 0 {
				first, second = bob, anna
			}
			u.heard, u.changes, u.last = make(map[string]int), 0, ""
			rounds(2500*time.Millisecond, func() {
				say(first, i)
				if i >= 50 {
					say(second, i+5)
				} else {
					second.say(127)
				}
				i++
			})
			if u.changes > 2 || u.heard[first.id] < 120 { // two: it was the other's while both were silent
				t.Fatalf("in turn %d the slot changes %d times, %v", turn, u.changes, u.heard)
			}
			rounds(700*time.Millisecond, func() {
				first.say(127)
				second.say(127)
			})
		}
		// Two who quarrel for a minute, neither waiting for the other.
		u.changes = 0
		i := 0
		rounds(time.Minute, func() {
			anna.say(speech(i))
			bob.say(speech(i + 70))
			i++
		})
		if u.changes > 40 { // at a breath, of which there is one in four seconds of each
			t.Errorf("in a minute the slot changes %d times", u.changes)
		}
	})
}

// TestNobodyIsLouderThanLoud: who says that they are as loud as can be takes no slot from
// somebody who speaks loudly.
func TestNobodyIsLouderThanLoud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, c := rooms.NewHub(rooms.Config{}), New(Config{})
		u := listen(t, c, h, 1)
		anna, bad := talk(t, c, h, ""), talk(t, c, h, "")
		rounds(hold/2, func() {
			anna.say(30)
			bad.say(0)
		})
		if u.changes != 1 || u.last != anna.id {
			t.Errorf("the slot changes %d times: %v", u.changes, u.heard)
		}
	})
}
