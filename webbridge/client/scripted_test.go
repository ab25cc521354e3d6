package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"sotto/rooms/wire"
)

// scripted is a connection whose other end is the script.
type scripted struct {
	messages chan []byte
	closed   chan struct{}
	once     sync.Once

	mu   sync.Mutex
	dead bool
	away bool // the server's log
	sent []frame
}

func newScripted() *scripted {
	return &scripted{messages: make(chan []byte, 128), closed: make(chan struct{})}
}

var errScriptedClosed = errors.New("the connection is closed")

func (c *scripted) Read(ctx context.Context) ([]byte, error) {
	select {
	case m := <-c.messages: // what had arrived before the cut is read
		return m, nil
	default:
	}
	select {
	case m := <-c.messages:
		return m, nil
	case <-c.closed:
		return nil, errScriptedClosed
	case <-ctx.Done():
		c.Close()
		return nil, ctx.Err()
	}
}

func (c *scripted) Write(_ context.Context, message []byte) error {
	select {
	case <-c.closed:
		return errScriptedClosed
	default:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for line := range wire.Split(message) {
		if _, err := wire.DecodeClient(line); err != nil {
			return fmt.Errorf("no server would take %s: %w", line, err.Err)
		}
		var f frame
		if err := json.Unmarshal(line, &f); err != nil {
			return err
		}
		switch {
		case f["id"] != "client:probe":
			c.sent = append(c.sent, f)
		case c.dead:
		case f["t"] == "held":
			c.say([]byte(`{"t":"held","id":"client:probe","fields":[]}`))
		case !c.away:
			c.say([]byte(`{"t":"synced","id":"client:probe"}`))
		}
	}
	return nil
}

func (c *scripted) Close() { c.once.Do(func() { close(c.closed) }) }

func (c *scripted) say(message []byte) { c.messages <- message }

func (c *scripted) setDead(dead bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead = dead
}

func (c *scripted) setAway(away bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = away
}

// take returns the frames of a kind that came since it was last asked, and keeps
// the others.
func (c *scripted) take(want func(frame) bool) (taken []frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var kept []frame
	for _, f := range c.sent {
		if want(f) {
			taken = append(taken, f)
		} else {
			kept = append(kept, f)
		}
	}
	c.sent = kept
	return taken
}
