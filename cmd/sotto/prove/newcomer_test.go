//go:build e2e

package prove

import (
	"context"
	"fmt"
	"time"

	"sotto/cmd/sotto/e2e"
)

const (
	// welcomeFor is how long an honest newcomer may take to get a place, with
	// as many tries as it takes.
	welcomeFor = 5 * time.Second
	// newcomerEvery is how often one comes: all of them are lines on the screens
	// of the five.
	newcomerEvery = 500 * time.Millisecond
	// tryEvery is how soon who was refused tries again, as a page does.
	tryEvery = 100 * time.Millisecond
)

// newcomers come one after another while an attack goes on, each from a source
// of its own, by one door after the other, and go again.
type newcomers struct {
	s     *e2e.Server
	room  string
	come  int
	waits []time.Duration
}

// keepComing lets somebody in again and again until ctx ends, but for one at
// least, and returns why one had to wait for too long, or could not leave.
func (n *newcomers) keepComing(ctx context.Context) error {
	tick := time.NewTicker(newcomerEvery)
	defer tick.Stop()
	for {
		if err := n.another(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// another lets one newcomer in and out.
func (n *newcomers) another() error {
	n.come++
	door := []string{"socket", "pipe", "screen"}[n.come%3]
	g := guest{
		room: n.room, nick: fmt.Sprint("newcomer", n.come),
		source: fmt.Sprintf("198.18.%d.%d", n.come>>8&0xff, n.come&0xff), // RFC 2544: nobody's
	}
	began := time.Now()
	for {
		p, err := doors[door](n.s, g)
		waited := time.Since(began)
		switch {
		case err == nil:
			n.waits = append(n.waits, waited)
			if waited > welcomeFor {
				return fmt.Errorf("newcomer %d got a place by the door %s after %v", n.come, door, waited)
			}
			// A crowd of whom nobody says anything is a flood, and closes the door.
			if err := p.say(fmt.Sprint("hello from newcomer ", n.come)); err != nil {
				return fmt.Errorf("newcomer %d says hello by the door %s: %w", n.come, door, err)
			}
			if err := p.leave(); err != nil {
				return fmt.Errorf("newcomer %d leaves by the door %s: %w", n.come, door, err)
			}
			return nil
		case waited > welcomeFor:
			return fmt.Errorf("newcomer %d got no place by the door %s in %v: %w", n.come, door, waited, err)
		}
		<-time.After(tryEvery)
	}
}
