package sshsrv

import (
	"context"
	"sotto/sshsrv/intake"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Sessions into which more comes than a person writes are worked on by turns, and
// whoever types is not among them. Nobody's turn lasts for ever.
func TestHeavyInputTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		working, done := make(chan string, 1024), make(chan struct{})
		h.server.screen = func(ctx context.Context, v visit) error {
			left := LightBytes
			for {
				select {
				case b, ok := <-v.in.Chunks():
					if !ok {
						return nil
					}
					if left -= len(b); left < 0 || v.room == "typist" {
						working <- v.room
						<-done
					}
					v.in.Release()
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			}
		}
		h.serve()
		const heavy = 8
		for range heavy {
			g := h.screen("paster")
			g.says(strings.Repeat("x", LightBytes+4*intake.ChunkBytes))
		}
		synctest.Wait()
		if n := len(working); n != cap(h.server.work) {
			t.Fatalf("%d are worked on at once, want %d", n, cap(h.server.work))
		}
		began := time.Now()
		typist := h.screen("typist")
		typist.says("hello")
		synctest.Wait()
		for len(working) > 1 {
			<-working
		}
		if who := <-working; who != "typist" || time.Since(began) > 0 {
			t.Errorf("after %v the last at work is a %s", time.Since(began), who)
		}
		time.Sleep(heavy * TurnFor)
		synctest.Wait()
		if n := len(working); n < heavy-cap(h.server.work) {
			t.Errorf("%d more had their turn in %v, while nobody came to an end", n, heavy*TurnFor)
		}
		close(done)
		_ = h.stop()
	})
}
