package rooms_test

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"sotto/rooms"
)

// No more than MaxAway places wait for their connection; of those who lose theirs
// then, whoever had it for the shortest time leaves at once, until others are back
// or gone.
func TestMaxAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		var tickets []string
		for i := range rooms.MaxAway {
			p := enter(t, h, rooms.Visitor{Room: fmt.Sprint("r", i), Resumable: true})
			tickets = append(tickets, p.welcome.Ticket)
			p.do(rooms.Ack{})
			p.Close()
		}
		witness := enter(t, h, rooms.Visitor{})
		lose := func() []*rooms.Left {
			t.Helper()
			p := enter(t, h, rooms.Visitor{Resumable: true})
			p.do(rooms.Ack{})
			p.Close()
			synctest.Wait()
			return lefts(witness.take())
		}
		if left := lose(); len(left) != 1 || left[0].Reason != rooms.LeftLost {
			t.Fatalf("one too many lost their connection and %d left", len(left))
		}
		back, err := h.Resume(t.Context(), tickets[0], 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer back.Close()
		if left := lose(); len(left) != 0 {
			t.Fatal("there was room to wait, and somebody left")
		}
		time.Sleep(rooms.ResumeWindow + time.Second)
		synctest.Wait()
		lefts(witness.take())
		for range 3 {
			if left := lose(); len(left) != 0 {
				t.Fatal("everybody is gone, and nobody may wait")
			}
		}
	})
}

// A place that waits for its connection holds nothing of the one that was lost.
func TestLostPlaceLetsItsConnectionGo(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	p := enter(t, h, rooms.Visitor{Resumable: true})
	lost := func() weak.Pointer[[1 << 16]byte] {
		connection := new([1 << 16]byte)
		p.AskBy(func(func()) { connection[0]++ })
		return weak.Make(connection)
	}()
	p.do(rooms.Sync{})
	p.Close()
	runtime.GC()
	if lost.Value() != nil {
		t.Error("the lost connection is held")
	}
	runtime.KeepAlive(p)
}
