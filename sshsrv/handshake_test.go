package sshsrv

import (
	"net"
	"testing"
	"testing/synctest"
)

// Of many newcomers as many are worked on as there are turns; whoever waits for
// its peer, is in, or is gone holds none.
func TestNewcomersTakeTurns(t *testing.T) {
	for name, yield := range map[string]func(*newcomer){
		"reads on":  func(n *newcomer) { go n.Read(make([]byte, 1)) },
		"answers":   func(n *newcomer) { go n.Write([]byte("x")) },
		"is in":     (*newcomer).endTurns,
		"is closed": func(n *newcomer) { n.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				turns := make(chan struct{}, 2)
				worked := make(chan *newcomer, 5)
				for range cap(worked) {
					far, near := net.Pipe()
					defer far.Close()
					defer near.Close()
					n := newNewcomer(near, turns)
					go far.Write([]byte("x"))
					go func() {
						if _, err := n.Read(make([]byte, 1)); err != nil {
							t.Error(err)
						}
						worked <- n
					}()
				}
				for left := cap(worked); left > 0; left-- {
					synctest.Wait()
					if now, want := len(worked), min(left, cap(turns)); now != want {
						t.Fatalf("%d of %d are worked on at once, want %d", now, left, want)
					}
					yield(<-worked)
				}
				synctest.Wait()
				if len(turns) != 0 {
					t.Errorf("%d turns are still taken", len(turns))
				}
			})
		})
	}
}

// Whoever is in takes no turn any more.
func TestSettledTakesNoTurn(t *testing.T) {
	far, near := net.Pipe()
	defer far.Close()
	defer near.Close()
	n := newNewcomer(near, make(chan struct{}, 1))
	n.endTurns()
	go far.Write([]byte("xx"))
	for range 2 {
		if _, err := n.Read(make([]byte, 1)); err != nil || len(n.turns) != 0 {
			t.Errorf("%v, %d turns taken", err, len(n.turns))
		}
	}
}
