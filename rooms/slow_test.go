package rooms_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

func TestTypingCoalesces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a, b := enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{})
		a.take()
		for range 5 {
			a.do(rooms.Typing{})
		}
		time.Sleep(rooms.TypingEvery)
		a.do(rooms.Typing{})
		if events := b.take(); len(events) != 1 {
			t.Fatalf("six signals became %s", show(events))
		}
		time.Sleep(rooms.TypingEvery)
		a.do(rooms.Typing{})
		a.do(rooms.Say{Text: "done"})
		for _, e := range b.take() {
			if _, typing := e.(*rooms.TypingNow); typing {
				t.Fatal("typing arrived after the words it announced")
			}
		}
		if events := a.take(); len(events) != 1 {
			t.Fatalf("one's own typing came back: %s", show(events))
		}
	})
}

func TestFrozenReader(t *testing.T) {
	const people, rounds, burst = 200, 60, 50
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	frozen := enter(t, h, rooms.Visitor{})
	readers := make([]*person, people-1)
	for i := range readers {
		readers[i] = enter(t, h, rooms.Visitor{})
	}
	for _, p := range readers {
		p.take()
	}
	text := strings.Repeat("x", 200)
	counts := make([]int, len(readers))
	var left []*rooms.Left
	for range rounds {
		for range burst {
			readers[0].do(rooms.Say{Text: text})
		}
		for i, p := range readers {
			events := p.take()
			counts[i] += len(texts(events))
			if i == 0 {
				left = append(left, lefts(events)...)
			}
		}
	}
	for i, n := range counts {
		if n != rounds*burst {
			t.Fatalf("reader %d got %d of %d messages", i, n, rounds*burst)
		}
	}
	if events := untilEnd(t, frozen, rooms.Slow); len(events) != 0 {
		t.Errorf("a slow seat was handed %d events before its end", len(events))
	}
	if len(left) != 1 || left[0].Reason != rooms.LeftSlow || left[0].Member.ID != frozen.welcome.You.ID {
		t.Fatalf("the room saw %d people leave, want the frozen one, as slow", len(left))
	}
}

// TestHeldFillsTheOutbox asks for what is held again and again without taking
// the answers: they are large, and count.
func TestHeldFillsTheOutbox(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a := enter(t, h, rooms.Visitor{})
	asked := 0
	for ; a.Do(t.Context(), rooms.Inspect{}) == nil; asked++ {
		if asked > rooms.OutboxBytes/1000 {
			t.Fatalf("%d answers wait in an outbox of %d bytes", asked, rooms.OutboxBytes)
		}
	}
	untilEnd(t, a, rooms.Slow)
}

// TestEase lets somebody speak without listening: whoever heeds Ease waits
// instead of being ended, and goes on once they have listened.
func TestEase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a := enter(t, h, rooms.Visitor{})
		said := 0
		speaking := make(chan error)
		go func() {
			for said < 2000 {
				if err := a.Ease(t.Context()); err != nil {
					speaking <- err
					return
				}
				a.Do(t.Context(), rooms.Say{Text: strings.Repeat("x", 1000)})
				said++
			}
			speaking <- nil
		}()
		synctest.Wait()
		if most := (rooms.EaseBytes + 2000) / 1000; said == 0 || said > most {
			t.Fatalf("%d messages were said to somebody who does not listen, want at most %d", said, most)
		}
		heard := 0
		for heard < 2000 {
			events, err := a.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			heard += len(texts(events))
		}
		if err := <-speaking; err != nil {
			t.Fatal(err)
		}
	})
}
