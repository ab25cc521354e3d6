//go:build unix

package native

import (
	"context"
	"os/signal"
	"syscall"
	"time"
)

// stopWait is how long a stop may take to come over this process. One that nobody
// could undo, because no shell watches over it, never comes.
const stopWait = 100 * time.Millisecond

// watchOver passes on what happens to the terminal: another size, that somebody
// wants it for something else (SIGTSTP), and that they had it unasked (SIGCONT
// after a SIGSTOP).
func (t *terminal) watchOver(ctx context.Context) {
	signal.Notify(t.signals, syscall.SIGWINCH, syscall.SIGTSTP, syscall.SIGCONT)
	defer signal.Stop(t.signals)
	for {
		select {
		case s := <-t.signals:
			switch {
			case s == syscall.SIGWINCH:
				t.resize()
			case s == syscall.SIGTSTP:
				ask(t.pauses, true)
			case t.away.Load():
				ask(t.back, true)
			default:
				t.takeOver()
				ask(t.pauses, false)
			}
		case <-ctx.Done():
			return
		}
	}
}

// ask tells whoever listens, unless there is something that they were told and
// have not heard yet.
func ask(listener chan bool, what bool) {
	select {
	case listener <- what:
	default:
	}
}

// suspend puts the terminal back as it was and stops this program and its job, as
// the terminal itself would. It returns when the job goes on, with the terminal
// taken over again.
func (t *terminal) suspend() {
	t.away.Store(true)
	defer t.away.Store(false)
	t.handBack()
	// Not SIGTSTP: for a signal that was ever listened to, Go's runtime never takes
	// the usual effect up again. The kernel keeps this one too from those whom
	// nobody could call back.
	_ = syscall.Kill(0, syscall.SIGTTOU) // fails for nobody's own job
	select {
	case <-t.back:
	case <-time.After(stopWait):
	}
	t.takeOver()
}
