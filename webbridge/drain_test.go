package webbridge

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestDrain(t *testing.T) {
	r := start(t)
	var inside []*peer
	for range 20 {
		p, _ := r.join("den", "")
		inside = append(inside, p)
	}
	outside := r.open()
	begun := time.Now()
	r.shutdown()
	for _, p := range append(inside, outside) {
		frames := p.wantClosed(websocket.StatusGoingAway)
		if last := frames[len(frames)-1]; last["t"] != "bye" || last["code"] != "shutdown" || last["retry"] != true {
			t.Errorf("the last frame is %v", last)
		}
	}
	if err := <-r.done; err != nil {
		t.Error(err)
	}
	r.done <- nil // for the cleanup
	if took := time.Since(begun); took > DrainTimeout+time.Second {
		t.Errorf("it took %v", took)
	}
}

// Who asks for the health of a server that can't do its work is told that much, and who
// comes all the same is let in.
func TestHealthSaysSo(t *testing.T) {
	var healthy atomic.Bool
	r := start(t, func(c *Config) { c.Healthy = healthy.Load })
	if answer := r.get("/healthz", nil); answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("an unhealthy server says %s", answer.Status)
	}
	if answer := r.get("/r/den", nil); answer.StatusCode != http.StatusOK {
		t.Errorf("its page says %s", answer.Status)
	}
	healthy.Store(true)
	if answer := r.get("/healthz", nil); answer.StatusCode != http.StatusOK {
		t.Errorf("a healthy one says %s", answer.Status)
	}
}

func TestDrainSaysSo(t *testing.T) {
	r := start(t)
	if status := r.get("/healthz", nil).StatusCode; status != http.StatusOK {
		t.Errorf("status %d before", status)
	}
	deaf := r.open() // keeps the server draining, since it doesn't answer its close
	r.stop()
	for {
		response := r.get("/healthz", nil)
		if response.StatusCode == http.StatusServiceUnavailable {
			break
		}
	}
	refused := r.get("/ws", asksToUpgrade)
	if refused.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a new socket gets status %d", refused.StatusCode)
	}
	deaf.raw.Close()
}
