package webbridge

import (
	"context"
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

// A socket holds itself, and a message that is on its way in as large as it may be.
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
	if _, err := w.Write(make([]byte, 8<<10)); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; {
		if bytes, _ := socket.Holds(); bytes == socketBytes+wire.MaxFrameBytes {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a message that is on its way in is not counted")
		}
	}
	p.conn.CloseNow()
	<-gone
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
