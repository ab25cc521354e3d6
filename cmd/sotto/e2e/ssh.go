//go:build e2e

package e2e

import (
	"bufio"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// sshArgs are the options of every ssh here: no file of the user's own, no
// question, this server's port.
func (s *Server) sshArgs() []string {
	return []string{"-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
		"-o", "LogLevel=ERROR", "-o", "IdentityAgent=none", "-p", s.sshPort()}
}

// SSHCommand is the real ssh client with these options before the host and
// these words after it.
func (s *Server) SSHCommand(options []string, words ...string) *exec.Cmd {
	args := append(s.sshArgs(), options...)
	args = append(args, "127.0.0.1")
	return exec.Command("ssh", append(args, words...)...)
}

// Result is how a command ended.
type Result struct {
	Out, Err string
	Code     int
}

// Run runs ssh without a terminal, with this input, to its end.
func (s *Server) Run(input string, words ...string) Result {
	s.t.Helper()
	return Run(s.t, s.SSHCommand(nil, words...), input)
}

// Run runs a command with this input to its end.
func Run(t testing.TB, cmd *exec.Cmd, input string) Result {
	t.Helper()
	var out, err strings.Builder
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &err
	if e := cmd.Start(); e != nil {
		t.Fatal(e)
	}
	kill := time.AfterFunc(3*Patience, func() { cmd.Process.Kill() })
	defer kill.Stop()
	code := exitCode(cmd.Wait())
	return Result{out.String(), err.String(), code}
}

// Pipe is an ssh without a terminal that is still running.
type Pipe struct {
	t     testing.TB
	cmd   *exec.Cmd
	stdin io.WriteCloser
	done  chan struct{}
	code  int

	mu    sync.Mutex
	lines []string
	more  chan struct{}
}

// Pipe starts ssh without a terminal. At the test's end it is killed if it
// still runs.
func (s *Server) Pipe(t testing.TB, words ...string) *Pipe {
	t.Helper()
	return StartPipe(t, s.SSHCommand(nil, words...))
}

// StartPipe starts a command whose output is lines; what it says on stderr is
// among them.
func StartPipe(t testing.TB, cmd *exec.Cmd) *Pipe {
	t.Helper()
	p := &Pipe{t: t, cmd: cmd, done: make(chan struct{}), more: make(chan struct{})}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, in := io.Pipe()
	p.stdin, cmd.Stdout, cmd.Stderr = stdin, in, in
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		scanner := bufio.NewScanner(out)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			p.mu.Lock()
			p.lines = append(p.lines, scanner.Text())
			close(p.more)
			p.more = make(chan struct{})
			p.mu.Unlock()
		}
	}()
	go func() {
		p.code = exitCode(cmd.Wait())
		in.Close()
		<-read
		close(p.done)
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-p.done
	})
	return p
}

// Send writes text to the command's input.
func (p *Pipe) Send(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, text); err != nil {
		p.t.Fatalf("the command takes no input: %v\n%s", err, strings.Join(p.Lines(), "\n"))
	}
}

// Freeze stops the command: it lives, and does nothing. Killing works.
func (p *Pipe) Freeze() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		p.t.Fatal(err)
	}
}

// Terminate asks the command to end.
func (p *Pipe) Terminate() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
}

// CloseInput ends the command's input.
func (p *Pipe) CloseInput() { p.stdin.Close() }

// Lines is what came so far.
func (p *Pipe) Lines() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.lines...)
}

// WaitFor waits for a line that contains text and returns it.
func (p *Pipe) WaitFor(text string) string {
	p.t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	ended := p.done
	for {
		p.mu.Lock()
		lines, more := p.lines, p.more
		p.mu.Unlock()
		for _, line := range lines {
			if strings.Contains(line, text) {
				return line
			}
		}
		select {
		case <-more:
		case <-ended:
			if ended = nil; len(lines) == len(p.Lines()) {
				p.t.Fatalf("the command ended with %d without %q:\n%s", p.code, text, strings.Join(lines, "\n"))
			}
		case <-deadline.C:
			p.t.Fatalf("no line with %q among:\n%s", text, strings.Join(lines, "\n"))
		}
	}
}

// Wait waits for the command's end and returns its exit code.
func (p *Pipe) Wait() int {
	p.t.Helper()
	select {
	case <-p.done:
		return p.code
	case <-time.After(Patience):
		p.t.Fatalf("the command goes on; it said:\n%s", strings.Join(p.Lines(), "\n"))
		return -1
	}
}
