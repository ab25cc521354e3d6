package native

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"

	"sotto/sshsrv/tui"
)

// terminal is the one that the program was started in, in raw mode.
type terminal struct {
	in      cancelreader.CancelReader
	out     *os.File
	size    tui.Size
	resized chan tui.Size

	restore func()
	stop    context.CancelFunc // of the watch over its size
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
	t := &terminal{in: reader, out: out, resized: make(chan tui.Size, 1)}
	t.restore = sync.OnceFunc(func() { _ = term.Restore(in.Fd(), before) }) // fails only when it is gone
	t.size = sizeOf(out)
	ctx, stop := context.WithCancel(context.Background())
	t.stop = stop
	t.watch.Go(func() { watchSize(ctx, func() { t.resize(sizeOf(out)) }) })
	return t, nil
}

// sizeOf is a terminal's size in cells.
func sizeOf(out *os.File) tui.Size {
	width, height, err := term.GetSize(out.Fd())
	if err != nil || width < 1 || height < 1 {
		return tui.UnknownSize
	}
	return tui.Size{Width: width, Height: height}
}

// resize passes the newest size on; one that nobody took yet is forgotten.
func (t *terminal) resize(size tui.Size) {
	select {
	case <-t.resized:
	default:
	}
	t.resized <- size
}

// hangUp makes a read return.
func (t *terminal) hangUp() { t.in.Cancel() }

// close puts the terminal back as it was.
func (t *terminal) close() {
	t.restore()
	t.stop()
	t.watch.Wait()
	_ = t.in.Close() // of the reader's own pipe
}
