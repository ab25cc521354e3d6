//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// Keys that are not letters, as a terminal sends them.
const (
	Enter    = "\r"
	Tab      = "\t"
	CtrlC    = "\x03"
	PageUp   = "\x1b[5~"
	PageDown = "\x1b[6~"
)

// Terminal is a command, most often ssh, under a pseudo-terminal; a terminal
// emulator draws what it prints and answers what it asks.
type Terminal struct {
	t    testing.TB
	cmd  *exec.Cmd
	file *os.File
	done chan struct{}
	code int

	mu     sync.Mutex
	screen *vt.Emulator
	raw    strings.Builder
	title  string
	more   chan struct{}
}

// Terminal starts ssh -t with these words under a terminal of 80×24.
func (s *Server) Terminal(t testing.TB, words ...string) *Terminal {
	t.Helper()
	return StartTerminal(t, 80, 24, s.SSHCommand([]string{"-t"}, words...))
}

// StartTerminal starts a command under a terminal. TERM is xterm-256color
// unless the command's environment says otherwise. At the test's end the
// command is killed if it still runs.
func StartTerminal(t testing.TB, width, height int, cmd *exec.Cmd) *Terminal {
	t.Helper()
	if cmd.Env == nil {
		cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	}
	term := &Terminal{t: t, cmd: cmd, done: make(chan struct{}), more: make(chan struct{}),
		screen: vt.NewEmulator(width, height)}
	term.screen.SetCallbacks(vt.Callbacks{Title: func(title string) { term.title = title }})
	file, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)})
	if err != nil {
		t.Fatal(err)
	}
	term.file = file
	var copies sync.WaitGroup
	copies.Go(func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := file.Read(buf)
			term.drew(buf[:n])
			if err != nil { // EIO when the command is gone
				return
			}
		}
	})
	answers := make(chan struct{})
	go func() {
		defer close(answers)
		io.Copy(file, term.screen)
	}()
	go func() {
		term.code = exitCode(cmd.Wait())
		copies.Wait()
		close(term.done)
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		select {
		case <-term.done:
		case <-time.After(Patience): // or all other tests would wait for it, too
			t.Error("the command was killed, and its terminal did not end")
			return
		}
		term.screen.InputPipe().(io.Closer).Close()
		file.Close()
		<-answers
	})
	return term
}

func (t *Terminal) drew(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.raw.Write(p)
	t.screen.Write(p)
	close(t.more)
	t.more = make(chan struct{})
}

// Type sends keys as if typed.
func (t *Terminal) Type(keys ...string) {
	t.t.Helper()
	for _, k := range keys {
		if _, err := io.WriteString(t.file, k); err != nil {
			t.t.Fatalf("typing %q: %v; the screen is:\n%s", k, err, t.Screen())
		}
	}
}

// Say types a line and Enter.
func (t *Terminal) Say(line string) {
	t.t.Helper()
	t.Type(line, Enter)
}

// Resize changes the terminal's size.
func (t *Terminal) Resize(width, height int) {
	t.t.Helper()
	t.mu.Lock()
	t.screen.Resize(width, height)
	t.mu.Unlock()
	if err := pty.Setsize(t.file, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		t.t.Fatal(err)
	}
}

// Screen is what is to be seen, a line for each row, without blanks at the ends.
func (t *Terminal) Screen() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return screenText(t.screen)
}

func screenText(e *vt.Emulator) string {
	rows := strings.Split(e.String(), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " \r")
	}
	return strings.Join(rows, "\n")
}

// Raw is every byte that was printed so far.
func (t *Terminal) Raw() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.raw.String()
}

// Title is the window title.
func (t *Terminal) Title() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.title
}

// FullScreen reports whether the alternate screen is shown.
func (t *Terminal) FullScreen() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.IsAltScreen()
}

// WaitFor waits until all of these are on the screen at once.
func (t *Terminal) WaitFor(texts ...string) {
	t.t.Helper()
	t.Until(fmt.Sprintf("%q on the screen", texts), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// WaitGone waits until this is not on the screen.
func (t *Terminal) WaitGone(text string) {
	t.t.Helper()
	t.Until(fmt.Sprintf("no %q on the screen", text), func(screen string) bool { return !strings.Contains(screen, text) })
}

// Until waits until the screen is as wanted.
func (t *Terminal) Until(what string, wanted func(screen string) bool) {
	t.t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	ended := t.done
	for {
		t.mu.Lock()
		screen, more := screenText(t.screen), t.more
		t.mu.Unlock()
		if wanted(screen) {
			return
		}
		select {
		case <-more:
		case <-ended:
			if ended = nil; t.Screen() == screen {
				t.t.Fatalf("the command ended with %d without %s; the screen was:\n%s", t.code, what, screen)
			}
		case <-deadline.C:
			t.t.Fatalf("never saw %s; the screen is:\n%s", what, screen)
		}
	}
}

// Wait waits for the command's end and returns its exit code.
func (t *Terminal) Wait() int {
	t.t.Helper()
	select {
	case <-t.done:
		return t.code
	case <-time.After(Patience):
		t.t.Fatalf("the command goes on; the screen is:\n%s", t.Screen())
		return -1
	}
}
