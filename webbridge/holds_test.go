package webbridge

import (
	"bytes"
	"context"
	"math"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// held has a server tell whom it holds memory for, and when it lets go.
func held(holders chan rooms.Holder, gone chan struct{}) func(*Config) {
	return func(cfg *Config) {
		cfg.Hold = func(_ context.Context, h rooms.Holder) func() {
			holders <- h
			return func() { gone <- struct{}{} }
		}
	}
}

// A socket holds itself, and the room that a message on its way in has so far.
func TestSocketHolds(t *testing.T) {
	holders, gone := make(chan rooms.Holder, 1), make(chan struct{}, 1)
	r := start(t, held(holders, gone))
	p, _ := r.join("den", "p")
	socket := <-holders
	if bytes, spare := socket.Holds(); bytes != socketBytes || spare != 0 {
		t.Errorf("it holds %d, and %d to spare", bytes, spare)
	}
	w, err := p.conn.Writer(t.Context(), websocket.MessageText)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 16<<10)); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; {
		if bytes, _ := socket.Holds(); bytes >= socketBytes+16<<10 && bytes <= socketBytes+32<<10 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a message that is on its way in is not counted")
		}
	}
	p.conn.CloseNow()
	<-gone
}

// Whoever says something of a few thousand bytes makes no room for the largest message:
// of those who say much at once the garbage would be what fills the memory.
func TestMessageTakesWhatItIs(t *testing.T) {
	for _, size := range []int{0, 1, shortMessage - 1, shortMessage, shortMessage + 1, 3900, 16 << 10, wire.MaxFrameBytes - 1, wire.MaxFrameBytes} {
		took := uint64(math.MaxUint64)
		for range 5 { // the least: what ends beside it takes memory, too
			s := new(socket)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			message, err := s.readAll(bytes.NewReader(make([]byte, size)))
			runtime.ReadMemStats(&after)
			if err != nil || len(message) != size {
				t.Errorf("of %d bytes come %d, %v", size, len(message), err)
			}
			if held := int(s.receiving.Load()); held > max(2*size, shortMessage) {
				t.Errorf("%d bytes are charged as %d", size, held)
			}
			took = min(took, after.TotalAlloc-before.TotalAlloc)
		}
		if most := uint64(5*size + 2*shortMessage + 1024); took > most {
			t.Errorf("%d bytes take %d, want no more than %d", size, took, most)
		}
	}
}

// A socket that gives way is told why and closed, in time also if nobody listens.
func TestSocketGivesWay(t *testing.T) {
	for name, deaf := range map[string]bool{"who listens": false, "who doesn't": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				holders, gone := make(chan rooms.Holder, 1), make(chan struct{}, 1)
				r := startInMemory(t, held(holders, gone))
				p, _ := r.join("den", "p")
				began := time.Now()
				socket := <-holders
				socket.Shed()
				socket.GiveWay(&rooms.Ended{Code: rooms.TooMany, Retry: true, Message: "There is no room left."})
				if !deaf {
					if bye := p.await("bye"); bye["code"] != "too_many" || bye["retry"] != true {
						t.Errorf("bye is %v", bye)
					}
					p.wantClosed(websocket.StatusNormalClosure)
				}
				<-gone
				if took := time.Since(began); took > GiveWayGrace {
					t.Errorf("it is gone after %v", took)
				}
			})
		})
	}
}
