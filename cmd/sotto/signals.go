package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
)

// untilSignal returns a context that the first of these signals ends; the second
// ends the process at once, without goodbye. stop gives the signals their usual
// effect again.
func untilSignal(signals ...os.Signal) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	heard := make(chan os.Signal, 2) // one that comes right after the first counts too
	signal.Notify(heard, signals...)
	stopped := make(chan struct{})
	var listening sync.WaitGroup
	listening.Go(func() {
		for range 2 {
			select {
			case <-heard:
			case <-stopped:
				return
			}
			if ctx.Err() != nil {
				os.Exit(1)
			}
			cancel()
		}
	})
	return ctx, sync.OnceFunc(func() {
		signal.Stop(heard)
		close(stopped)
		listening.Wait()
		cancel()
	})
}
