package redis

import (
	"context"
	"sync"

	"github.com/redis/rueidis"
)

// calls are those that wait for an answer. Each has a goroutine of its own, since rueidis
// waits for a connection, and for a place in its ring, whatever a context says; it ends with
// the answer, or when the connection is given up. There are never more than maxCalls.
type calls struct {
	free chan struct{}

	mu     sync.Mutex
	closed bool
	busy   sync.WaitGroup
}

func newCalls() *calls { return &calls{free: make(chan struct{}, maxCalls)} }

// do makes a call and waits for its answer, no longer than ctx. Where that ends first, what
// becomes of the call is not known.
func (c *calls) do(ctx context.Context, call func() []rueidis.RedisResult) ([]rueidis.RedisResult, error) {
	select {
	case c.free <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if !c.begin() {
		<-c.free
		return nil, rueidis.ErrClosing
	}
	answers := make(chan []rueidis.RedisResult, 1)
	go func() {
		defer c.busy.Done()
		answers <- call()
		<-c.free
	}()
	select {
	case a := <-answers:
		return a, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *calls) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.busy.Add(1)
	}
	return !c.closed
}

func (c *calls) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
}

func (c *calls) wait() { c.busy.Wait() }
