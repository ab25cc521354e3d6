//go:build unix

package native

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// watchSize calls changed whenever the terminal may have another size.
func watchSize(ctx context.Context, changed func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGWINCH)
	defer signal.Stop(signals)
	for {
		select {
		case <-signals:
			changed()
		case <-ctx.Done():
			return
		}
	}
}
