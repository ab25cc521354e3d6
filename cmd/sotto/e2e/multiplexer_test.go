//go:build e2e

package e2e_test

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// multiplexer is a tmux as it comes: without a terminal of its own, with no
// bracketed paste and no focus, and with its own idea of how wide a thumb is.
type multiplexer struct {
	t      *testing.T
	socket string
}

func startMultiplexer(t *testing.T, width, height int, command *exec.Cmd) multiplexer {
	t.Helper()
	m := multiplexer{t, fmt.Sprintf("sotto-%d", time.Now().UnixNano())}
	t.Cleanup(func() { _ = exec.Command("tmux", "-L", m.socket, "kill-server").Run() }) // it may be gone
	m.do("-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), shellWords(command.Args))
	return m
}

// shellWords are a command for a shell.
func shellWords(args []string) string {
	var words []string
	for _, arg := range args {
		words = append(words, "'"+strings.ReplaceAll(arg, "'", `'\''`)+"'")
	}
	return strings.Join(words, " ")
}

func (m multiplexer) do(args ...string) string {
	m.t.Helper()
	command := exec.Command("tmux", append([]string{"-L", m.socket}, args...)...)
	command.Env = append(command.Environ(), "LC_ALL=C.UTF-8")
	out, err := command.CombinedOutput()
	if err != nil {
		m.t.Fatalf("tmux %q: %v: %s", args, err, out)
	}
	return strings.TrimRight(string(out), "\n")
}

// until waits until what a tmux command prints is as wanted.
func (m multiplexer) until(what string, wanted func(out string) bool, args ...string) string {
	m.t.Helper()
	deadline := time.Now().Add(e2e.Patience)
	for {
		out := m.do(args...)
		if wanted(out) {
			return out
		}
		if time.Now().After(deadline) {
			m.t.Fatalf("never saw %s:\n%s", what, out)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (m multiplexer) waitFor(text string) string {
	m.t.Helper()
	return m.until(text, func(out string) bool { return strings.Contains(out, text) }, "capture-pane", "-p")
}

// Whatever a multiplexer takes for the width of an emoji, the words around it stand
// in full and in their row, up to the last column.
func TestMultiplexerWidths(t *testing.T) {
	s := e2e.Start(t)
	m := startMultiplexer(t, 80, 24, s.SSHCommand([]string{"-t"}, "den", "--nick", "otter"))
	m.waitFor("You are otter")
	other := s.Pipe(t, "den", "--nick", "lynx", "--listen")
	m.waitFor("lynx came in")
	for _, emoji := range []string{"👍🏽", "👨\u200d👩\u200d👧", "❤\ufe0f", "🇩🇪", "1\ufe0f\u20e3", "🏳\ufe0f\u200d🌈", "🫨", "e\u0301", "漢字", "น้ำ"} {
		// With an emoji of two columns, this fills the 60 that a message has.
		word := strings.Repeat("a", 60-len("xx ")-len(" 19:45"))
		other.Send(emoji + " " + word + " 19:45\n")
		m.until(emoji+" and the words behind it", func(screen string) bool {
			return strings.Contains(screen, word) && strings.Contains(screen, "19:45")
		}, "capture-pane", "-p")
		m.do("send-keys", "-l", "/clear")
		m.do("send-keys", "Enter")
		m.until("an empty screen", func(screen string) bool { return !strings.Contains(screen, "19:45") }, "capture-pane", "-p")
	}
}

// Lines that are pasted where there are no brackets around a paste are said, all of
// them, in order.
func TestMultiplexerPaste(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	m := startMultiplexer(t, 80, 24, s.SSHCommand([]string{"-t"}, "den", "--nick", "otter"))
	m.waitFor("You are otter")
	other := s.Pipe(t, "den", "--nick", "lynx", "--listen")
	m.waitFor("lynx came in")
	var lines []string
	for i := range 15 {
		lines = append(lines, fmt.Sprint("line ", i+1, " of fifteen"))
	}
	m.do("set-buffer", strings.Join(lines, "\n")+"\n")
	m.do("paste-buffer")
	other.WaitFor(lines[14])
	var said []string
	for _, line := range other.Lines() {
		if text, ok := strings.CutPrefix(line, "<otter> "); ok {
			said = append(said, text)
		}
	}
	if strings.Join(said, "|") != strings.Join(lines, "|") {
		t.Errorf("said %q", said)
	}
}

// Who is meant is called by the bell, though a multiplexer as it comes tells of no
// focus: once they have pressed no key for a while.
func TestMultiplexerBell(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	m := startMultiplexer(t, 80, 24, s.SSHCommand([]string{"-t"}, "den", "--nick", "otter"))
	m.waitFor("You are otter")
	m.do("new-window", "cat") // the room's window is in the background, where bells are counted
	other := s.Pipe(t, "den", "--nick", "lynx", "--listen")
	other.WaitFor("you are lynx")
	m.until("a bell", func(flags string) bool {
		if strings.HasPrefix(flags, "1") {
			return true
		}
		other.Send("otter!\n")
		time.Sleep(time.Second)
		return false
	}, "list-windows", "-F", "#{window_bell_flag}")
}
