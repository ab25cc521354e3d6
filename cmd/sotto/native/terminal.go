package native

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"

	"sotto/sshsrv/tui/run"
)

// terminal is the one that the program was started in, in raw mode.
type terminal struct {
	in      cancelreader.CancelReader
	out     *os.File
	size    run.Size
	sizing  sync.Mutex // held by whoever puts something into resized
	resized chan run.Size
	pauses  chan bool // as of [run.Terminal]

	fd      uintptr
	before  *term.State    // as it was when it was taken over
	signals chan os.Signal // about it
	away    atomic.Bool    // it was handed back for a while
	back    chan bool      // that while is over
	stop    context.CancelFunc
	watch   sync.WaitGroup
}

// isTerminal reports whether somebody sits at both ends.
func isTerminal(in, out *os.File) bool {
	return term.IsTerminal(in.Fd()) && term.IsTerminal(out.Fd())
}

// openTerminal takes the terminal over. close puts it back.
func openTerminal(in, out *os.File) (*terminal, error) {
	reader, err := cancelreader.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("can't read from this terminal: %w", err)
	}
	before, err := term.MakeRaw(in.Fd())
	if err != nil {
		_ = reader.Close()
		return nil, fmt.Errorf("can't take over this terminal: %w", err)
	}
	t := &terminal{
		in: reader, out: out, size: sizeOf(out), resized: make(chan run.Size, 1), pauses: make(chan bool, 1),
		fd: in.Fd(), before: before, signals: make(chan os.Signal, 4), back: make(chan bool, 1),
	}
	ctx, stop := context.WithCancel(context.Background())
	t.stop = stop
	t.watch.Go(func() { t.watchOver(ctx) })
	return t, nil
}

// sizeOf is a terminal's size in cells.
func sizeOf(out *os.File) run.Size {
	width, height, err := term.GetSize(out.Fd())
	if err != nil || width < 1 || height < 1 {
		return run.UnknownSize
	}
	return run.Size{Width: width, Height: height}
}

// resize passes the size on; one that nobody took yet is forgotten.
func (t *terminal) resize() {
	t.sizing.Lock()
	defer t.sizing.Unlock()
	select {
	case <-t.resized:
	default:
	}
	t.resized <- sizeOf(t.out)
}

// hangUp makes a read return.
func (t *terminal) hangUp() { t.in.Cancel() }

// handBack and takeOver fail only when the terminal is gone.
func (t *terminal) handBack() { _ = term.Restore(t.fd, t.before) }

func (t *terminal) takeOver() {
	_, _ = term.MakeRaw(t.fd)
	t.resize()
}

// close puts the terminal back as it was.
func (t *terminal) close() {
	t.stop()
	t.watch.Wait()
	t.handBack()
	_ = t.in.Close() // of the reader's own pipe
}
