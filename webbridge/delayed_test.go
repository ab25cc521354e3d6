package webbridge

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// apart is a log of several servers that can't reach each other until it is closed.
type apart struct{ together chan struct{} }

func (a apart) Node() string                               { return "node" }
func (a apart) Mark(rooms.Kind, rooms.RoomName) rooms.Mark { return rooms.Mark{} }
func (a apart) Find(context.Context, rooms.Mark) (rooms.Kind, rooms.RoomName, error) {
	return "", "", rooms.ErrNoRoom
}

func (a apart) Open(_ context.Context, _ rooms.Kind, _ rooms.RoomName, to rooms.Follower) (rooms.Tail, error) {
	select {
	case <-a.together:
		return wellEnd{to}, nil
	case <-time.After(10 * time.Second):
		return nil, errors.New("the servers can't reach each other")
	}
}

type wellEnd struct{ to rooms.Follower }

func (e wellEnd) Append(r rooms.Record) { go e.to.Deliver(r, true) }
func (e wellEnd) Pass(rooms.Record)     {}
func (e wellEnd) Close()                {}

// Whoever comes in while the servers can't reach each other is told so at once, and let in
// once they do.
func TestDelayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := apart{make(chan struct{})}
		r := startInMemory(t, func(c *Config) { c.Hub = rooms.NewHub(rooms.Config{Log: log}) })
		p := r.open()
		began := time.Now()
		p.send(`{"t":"join","room":"den","nick":"mia"}`)
		if n := p.await("notice"); n["code"] != "unreachable" || n["text"] != rooms.DelayedWords || time.Since(began) > rooms.StallAfter {
			t.Errorf("told %v after %v", n, time.Since(began))
		}
		time.Sleep(25 * time.Second)
		close(log.together)
		p.await("welcome")
	})
}
