//go:build e2e

package prove

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"
)

// patience is how long a fact may take on a busy machine.
const patience = 60 * time.Second

// A token marks one thing said: a word that no door changes, whatever it draws
// around it.
func token(speaker, n int) string { return fmt.Sprintf("zz%dq%dzz", speaker, n) }

var tokens = regexp.MustCompile(`zz\d+q\d+zz`)

const longestToken = 24

// ears take what a client receives, in any door's form, and note when each
// token came for the first time. What came first, and last, is kept for await.
type ears struct {
	mu    sync.Mutex
	heard map[string]time.Time
	head  []byte
	tail  []byte
	over  bool
	more  chan struct{} // closed and replaced with every write
}

func newEars() *ears { return &ears{heard: make(map[string]time.Time), more: make(chan struct{})} }

// headBytes hold the beginning of a welcome, and tailBytes a screen.
const (
	headBytes = 256
	tailBytes = 64 << 10
)

func (e *ears) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	from := max(0, len(e.tail)-longestToken)
	e.head = append(e.head, p[:min(len(p), headBytes-len(e.head))]...)
	e.tail = append(e.tail, p...)
	now := time.Now()
	for _, found := range tokens.FindAll(e.tail[from:], -1) {
		if _, known := e.heard[string(found)]; !known {
			e.heard[string(found)] = now
		}
	}
	if len(e.tail) > 2*tailBytes {
		e.tail = bytes.Clone(e.tail[len(e.tail)-tailBytes:])
	}
	e.ring()
	return len(p), nil
}

// end says that nothing comes any more.
func (e *ears) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.over = true
	e.ring()
}

// forget lets go of what came, but for the tokens.
func (e *ears) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.head, e.tail = make([]byte, headBytes), nil
}

func (e *ears) ring() {
	close(e.more)
	e.more = make(chan struct{})
}

func (e *ears) when(token string) (time.Time, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	at, ok := e.heard[token]
	return at, ok
}

// await waits until text has come: at first, or lately.
func (e *ears) await(text string) error {
	return e.until(fmt.Sprintf("%q", text), func() bool { return bytes.Contains(e.head, []byte(text)) || bytes.Contains(e.tail, []byte(text)) })
}

// awaitToken waits until a token has come, however long ago.
func (e *ears) awaitToken(token string) error {
	return e.until(token, func() bool { _, ok := e.heard[token]; return ok })
}

func (e *ears) awaitEnd() error { return e.until("the end", func() bool { return e.over }) }

func (e *ears) until(what string, is func() bool) error { return e.untilWithin(patience, what, is) }

func (e *ears) untilWithin(d time.Duration, what string, is func() bool) error {
	deadline := time.NewTimer(d)
	defer deadline.Stop()
	for {
		e.mu.Lock()
		ok, over, more, last := is(), e.over, e.more, e.tail[max(0, len(e.tail)-500):]
		e.mu.Unlock()
		switch {
		case ok:
			return nil
		case over:
			return fmt.Errorf("the connection ended without %s; last came %q", what, last)
		}
		select {
		case <-more:
		case <-deadline.C:
			return errors.New("never heard " + what + fmt.Sprintf("; last came %q", last))
		}
	}
}
