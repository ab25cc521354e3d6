package seal_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/rooms/seal/sframe"
)

// teller is a connection whose server says what a test has it say, and counts what is sealed
// to whom.
type teller struct {
	rooms.Participant
	mu     sync.Mutex
	says   []rooms.Event
	sealed map[string]int
}

func (c *teller) tell(e rooms.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.says = append(c.says, e)
}

func (c *teller) to(id string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sealed[id]
}

func (c *teller) Next(ctx context.Context) ([]rooms.Event, error) {
	c.mu.Lock()
	says := c.says
	c.says = nil
	c.mu.Unlock()
	if len(says) > 0 {
		return says, nil
	}
	return c.Participant.Next(ctx)
}

func (c *teller) Do(ctx context.Context, op rooms.Op) error {
	if s, ok := op.(rooms.Seal); ok {
		c.mu.Lock()
		for id := range s.Wraps {
			c.sealed[id]++
		}
		c.mu.Unlock()
	}
	return c.Participant.Do(ctx, op)
}

func tellingServer() (*server, map[rooms.Participant]*teller) {
	srv, tellers := newServer(), map[rooms.Participant]*teller{}
	srv.between = func(conn rooms.Participant) rooms.Participant {
		t := &teller{Participant: conn, sealed: map[string]int{}}
		tellers[t] = t
		return t
	}
	return srv, tellers
}

// Who holds the link and is not shown gets no key, whatever the server says of them, and
// nobody is shown that they are in voice.
func TestStrangersHaveNoVoice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, tellers := tellingServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		room := seal.Open(srv.secret)
		stranger, err := srv.Join(t.Context(), rooms.Visitor{Room: room.Name(), Hello: string(room.NewMe().Hello())})
		if err != nil {
			t.Fatal(err)
		}
		events, err := stranger.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		id := events[0].(*rooms.Welcome).You.ID
		if _, err := anna.Voice(); err != nil {
			t.Fatal(err)
		}
		said := tellers[anna.Conn()]
		before := said.to(id)
		said.tell(&rooms.VoiceNow{Member: id, In: true})
		said.tell(&rooms.VoiceNow{Member: "nobody", In: true})
		said.tell(&rooms.VoiceAnswered{ID: "v", Answer: "v=0", Members: []rooms.VoiceNow{{Member: id, In: true}}})
		settle(anna)
		time.Sleep(20 * time.Second)
		settle(anna)
		if sealed := said.to(id); sealed != before {
			t.Errorf("%d messages were sealed to a stranger", sealed-before)
		}
		if told := got[*rooms.VoiceNow](anna); len(told) > 0 {
			t.Errorf("a stranger's voice is shown: %+v", told[0])
		}
		if a := one[*rooms.VoiceAnswered](t, anna); a.ID != "v" || a.Answer != "v=0" || len(a.Members) > 0 {
			t.Errorf("the answer is %+v", a)
		}
	})
}

// However often a server says that somebody came into voice and left it, this end seals two
// keys a second at most, and in the end whoever is in voice hears.
func TestComingsAndGoingsAreNoFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, tellers := tellingServer()
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		settle(anna, bob)
		bobs := bob.you(t)
		says, err := anna.Voice()
		if err != nil {
			t.Fatal(err)
		}
		hears, err := bob.Voice()
		if err != nil {
			t.Fatal(err)
		}
		said := tellers[anna.Conn()]
		before, began := said.to(bobs), time.Now()
		for n := range 101 {
			said.tell(&rooms.VoiceNow{Member: bobs, In: n%2 == 0})
			settle(anna, bob)
		}
		time.Sleep(2 * time.Second)
		settle(anna, bob)
		if n, most := said.to(bobs)-before, int(2*time.Since(began).Seconds())+2; n < 2 || n > most {
			t.Errorf("%d keys were sealed, want at most %d", n, most)
		}
		frame, err := says.Seal(nil, []byte("hello"))
		if err != nil {
			t.Fatal(err)
		}
		out, from, err := hears.Track().Open(nil, frame, 0)
		if err != nil || string(out) != "hello" || hears.Member(from) != anna.you(t) {
			t.Errorf("bob hears %q of %q: %v", out, hears.Member(from), err)
		}
	})
}

// A part in voice ends with the place, and there is none without one; a new part ends the
// one before.
func TestVoiceEndsWithItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		if _, err := seal.NewSeat(seal.Open(srv.secret), "garden", "").Voice(); err == nil {
			t.Error("there is voice outside of any room")
		}
		anna := srv.enter(t, "anna")
		settle(anna)
		over := func(v *seal.Voice) {
			t.Helper()
			if _, err := v.Seal(nil, []byte("x")); !errors.Is(err, sframe.ErrClosed) {
				t.Errorf("it seals: %v", err)
			}
			if _, _, err := v.Track().Open(nil, []byte("x"), 0); !errors.Is(err, sframe.ErrClosed) {
				t.Errorf("it opens: %v", err)
			}
		}
		first, _ := anna.Voice()
		second, _ := anna.Voice()
		over(first)
		first.Close()
		if _, err := second.Seal(nil, []byte("x")); err != nil {
			t.Errorf("what was over took another along: %v", err)
		}
		anna.Seat.Close()
		over(second)
	})
}
