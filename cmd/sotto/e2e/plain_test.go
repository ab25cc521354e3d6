//go:build e2e

package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// plain starts the line editor by a real ssh.
func plain(t *testing.T, s *e2e.Server, term string, words ...string) *e2e.Terminal {
	t.Helper()
	cmd := s.SSHCommand([]string{"-t"}, words...)
	cmd.Env = append(os.Environ(), "TERM="+term)
	return e2e.StartTerminal(t, 70, 24, cmd)
}

// A person at a line editor, over a real ssh: they edit, go back, complete, are
// interrupted, and hear each of their words once.
func TestPlain(t *testing.T) {
	s := e2e.Start(t)
	page, _ := s.Join(t, "den", "page")
	term := plain(t, s, "xterm-256color", "den", "--plain", "--nick", "zoe")
	term.WaitFor("you are zoe in the open room den, with page")
	term.Type("helo", "\x1b[D", "l", e2e.Enter)
	page.AwaitSaid("hello")
	term.WaitFor("<zoe> hello")
	term.Type("\x1b[A", " pa", e2e.Tab)
	term.WaitFor("<zoe> hello page")
	page.Say("the quick brown fox jumps over the lazy dog, and that again and again")
	term.WaitFor("<page> the quick brown fox jumps over the lazy dog, and that again and", "  again")
	term.Type(e2e.Enter)
	page.AwaitSaid("hello page")
	term.Say("/me waves")
	page.AwaitSaid("waves")
	term.Say("/msg page zebra")
	page.Await("whispered")
	term.WaitFor("only page was told that")
	screen := term.Screen()
	for _, word := range []string{"<zoe> hello\n", "hello page", "waves", "zebra"} {
		if n := strings.Count(screen, word); n != 1 {
			t.Errorf("%q stands there %d times:\n%s", word, n, screen)
		}
	}
	if got := strings.Count(term.Raw(), "\x1b["); got != strings.Count(term.Raw(), "\x1b[K") {
		t.Errorf("more than EL was written: %q", term.Raw())
	}
	term.Type(e2e.CtrlC, e2e.CtrlC)
	if code := term.Wait(); code != 0 {
		t.Errorf("left with %d", code)
	}
}

// A terminal that takes nothing but text gets no escape sequence.
func TestDumbTerminal(t *testing.T) {
	s := e2e.Start(t)
	page, _ := s.Join(t, "den", "page")
	term := plain(t, s, "dumb", "den", "--nick", "zoe")
	term.WaitFor("you are zoe")
	term.Type("helo", "\x7f", "lo", "\x1b[A", e2e.Tab, e2e.Enter)
	page.AwaitSaid("hello")
	page.Say("zoe: hi")
	term.WaitFor("<page> zoe: hi")
	term.Say("/help")
	term.WaitFor("/quit: Leave.")
	term.Say("/quit")
	if code := term.Wait(); code != 0 {
		t.Errorf("left with %d", code)
	}
	if strings.Contains(term.Raw(), "\x1b") {
		t.Errorf("it got %q", term.Raw())
	}
}

// Every ssh command that a page of this project tells people to type is one that a
// real ssh understands.
func TestDocumentedCommandsWork(t *testing.T) {
	s := e2e.Start(t)
	_, port, _ := strings.Cut(s.SSH, ":")
	var commands []string
	for _, file := range []string{"README.md", "docs/PROTOCOL.md", "docs/OPERATING.md", "docs/SEALED.md", "docs/PRIVACY.md"} {
		text, err := os.ReadFile(filepath.Join("../../..", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range regexp.MustCompile("(?m)(?:^|`|\\| )(ssh (?:-t |-p 2222 |localhost|host)[^`|\n]*)").FindAllStringSubmatch(string(text), -1) {
			commands = append(commands, strings.TrimSpace(command[1]))
		}
	}
	commands = append(commands, "ssh -t HOST -- --plain", "ssh -t HOST ROOM") // in help
	if len(commands) < 8 {
		t.Fatalf("only %q were found", commands)
	}
	for _, command := range commands {
		if strings.Contains(command, "--voice") {
			continue // it gives sound, not words: TestVoicePipe
		}
		line := regexp.MustCompile(`\b(localhost|host|HOST)\b`).ReplaceAllString(command, "127.0.0.1")
		line = strings.NewReplacer("ROOM", "den", "NAME", "zoe", "-p 2222 ", "", "…", "den").Replace(line)
		options := strings.Fields(line)[1:]
		terminal := strings.Contains(line, "-t ") || !strings.Contains(line, "den")
		args := append([]string{"-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-p", port}, options...)
		cmd := exec.Command("ssh", args...)
		if !terminal {
			t.Logf("%q", command)
			pipe := e2e.StartPipe(t, cmd)
			pipe.WaitFor("you") // are in the room, as a line or a frame
			if all := strings.Join(pipe.Lines(), "\n"); strings.Contains(all, "usage: ssh") {
				t.Errorf("%q dies inside ssh: %s", command, all)
			}
			pipe.Terminate()
			continue
		}
		term := e2e.StartTerminal(t, 80, 24, cmd)
		term.Until("something of sotto's", func(screen string) bool {
			if strings.Contains(screen, "usage: ssh") {
				t.Errorf("%q dies inside ssh:\n%s", command, screen)
				return true
			}
			return strings.Contains(screen, "sotto") || strings.Contains(screen, "you are ")
		})
		term.Type(e2e.CtrlC)
		time.Sleep(100 * time.Millisecond)
	}
}

// Whoever forgot -t and types is told where they are, and what they whisper is read
// by nobody; what is piped is said, whatever it is.
func TestTypingIntoLineMode(t *testing.T) {
	s := e2e.Start(t)
	page, _ := s.Join(t, "den", "anna")
	term := e2e.StartTerminal(t, 90, 24, s.SSHCommand(nil, "den", "--nick", "zoe"))
	term.WaitFor("you are zoe", "-- line mode: all get to read every line", "ssh -t -p")
	term.Say("/msg anna my secret")
	term.WaitFor("-- not said: that is the command /msg")
	term.Say("/mgs anna my secret")
	term.WaitFor("-- not said: that begins like a command")
	term.Say("hello")
	if f := page.Await("said"); f.Text() != "hello" {
		t.Errorf("the room heard %q", f.Text())
	}
	term.Type("/msg anna my secret", "\x04", "\x04") // Ctrl-D, which hands the line over, and again, which ends
	if code := term.Wait(); code != 1 {
		t.Errorf("the exit code is %d", code)
	}
	page.AwaitFrame("left", func(f e2e.Frame) bool {
		if f.Type() == "said" {
			t.Errorf("the room heard %q", f.Text())
		}
		return f.Type() == "left"
	})
	for _, line := range []string{"/help", "/msg anna not a secret", "/nick bob"} {
		if r := s.Run(line+"\n", "den", "--nick", "pipe"); r.Code != 0 || r.Err != "" || !strings.Contains(r.Out, "<pipe> "+line+"\n") {
			t.Errorf("%q piped: %+v", line, r)
		}
		page.AwaitSaid(line)
	}
	// The native client knows what its input is.
	out := filepath.Join(t.TempDir(), "out")
	shell := exec.Command("sh", "-c", e2e.Binary(t)+" join "+s.URL+"/r/den --nick nina > "+out)
	native := e2e.StartTerminal(t, 90, 24, shell)
	native.WaitFor("-- line mode: all get to read every line")
	native.Say("/reply my secret")
	native.WaitFor("-- not said: that is the command /reply")
	native.Say("hello from nina")
	page.AwaitSaid("hello from nina")
}
