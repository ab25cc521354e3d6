//go:build e2e

package e2e_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

const ctrlZ = "\x1a"

// shell is an interactive shell under a terminal, with a home whose known_hosts has
// the server's key.
func shell(t *testing.T, home string) *e2e.Terminal {
	t.Helper()
	cmd := exec.Command("bash", "--norc", "--noprofile", "-i")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "HOME="+home, "PS1=shell> ", "HISTFILE=")
	term := e2e.StartTerminal(t, 90, 24, cmd)
	term.WaitFor("shell>")
	return term
}

// Ctrl-Z gives the shell its terminal back as it was, and fg the screen; so does a
// stop that nobody is asked about. In lines it is the same.
func TestNativeIsStoppedAndGoesOn(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	page, _ := s.Join(t, "den", "page")
	for _, mode := range []string{"", " --plain"} {
		for _, how := range []string{"Ctrl-Z", "SIGTSTP", "SIGSTOP"} {
			t.Run(how+mode, func(t *testing.T) {
				term := shell(t, t.TempDir())
				term.Say("echo $$ > pid; " + e2e.Binary(t) + " join " + s.URL + "/r/den --nick nina" + mode)
				defer os.Remove("pid")
				term.WaitFor("nina")
				page.Await("joined")
				page.Say("before " + how + mode)
				term.WaitFor("before " + how)
				term.Type("half a ")
				term.WaitFor("half a")
				switch how {
				case "Ctrl-Z":
					term.Type(ctrlZ)
				case "SIGTSTP":
					signalChild(t, "pid", syscall.SIGTSTP)
				case "SIGSTOP":
					signalChild(t, "pid", syscall.SIGSTOP)
				}
				term.WaitFor("Stopped")
				if how != "SIGSTOP" && term.FullScreen() {
					t.Error("the shell is under the full screen")
				}
				term.Say("stty -a | tr ' ;' '\\n' | grep -x -e echo -e icanon | xargs echo terminal:")
				term.WaitFor("terminal: icanon echo")
				page.Say("meanwhile " + how + mode)
				page.AwaitSaid("meanwhile " + how + mode)
				term.Say("fg")
				term.WaitFor("before "+how, "meanwhile "+how, "half a")
				if mode == "" { // drawn anew, so that keys are keys again
					term.Until("the shell is gone", func(screen string) bool { return !strings.Contains(screen, "terminal: icanon") })
					if !term.FullScreen() {
						t.Error("the full screen is not back")
					}
				}
				term.Say("word")
				page.AwaitSaid("half a word")
				term.Say("/quit")
				page.Await("left")
				term.Until("a prompt", func(screen string) bool { return strings.HasSuffix(strings.TrimSpace(screen), "shell>") })
				term.Say("echo ended with $?")
				term.WaitFor("ended with 0")
			})
		}
	}
}

// signalChild signals the only child of the process whose number is in a file.
func signalChild(t *testing.T, file string, signal syscall.Signal) {
	t.Helper()
	shell, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid := strings.TrimSpace(string(shell))
	children, err := os.ReadFile(filepath.Join("/proc", pid, "task", pid, "children"))
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(string(children)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(child, signal); err != nil {
		t.Fatal(err)
	}
}

// silent is a server that takes a connection, tells of it, and never says a word.
func silent(t *testing.T) (addr string, came <-chan net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	taken := make(chan net.Conn, 1)
	var taking sync.WaitGroup
	taking.Go(func() {
		defer close(taken)
		if conn, err := l.Accept(); err == nil {
			taken <- conn
		}
	})
	t.Cleanup(func() {
		l.Close()
		taking.Wait()
	})
	return l.Addr().String(), taken
}

// Whoever changes their mind while something is waited for is let go at once.
func TestNativeIsLeftAtOnce(t *testing.T) {
	s := e2e.Start(t)
	for name, c := range map[string]struct {
		args string // SILENT stands for the address of a silent server
		sees string // empty: nothing is to be seen of it
		code int
	}{
		"going in":          {"http://SILENT/r/den", "Going in", 0},
		"going in, plain":   {"http://SILENT/r/den --plain", "Going in", 0},
		"by ssh":            {"ssh://SILENT/den", "", 1},
		"asked about a key": {"ssh://" + s.SSH + "/den", "(yes/no)", 1},
		"asked for a link":  {"-", "The link", 1},
		"offering a file":   {"http://SILENT/r/den --send /dev/null", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			addr, came := silent(t)
			term := shell(t, home)
			term.Say("stty -g > " + home + "/before; " + e2e.Binary(t) + " join " + strings.ReplaceAll(c.args, "SILENT", addr) + "; echo ended with $?; stty -g | cmp - " + home + "/before && echo as it was")
			if c.sees != "" {
				term.WaitFor(c.sees)
			} else if conn := <-came; conn != nil {
				defer conn.Close()
			}
			begun := time.Now()
			term.Type(e2e.CtrlC)
			term.WaitFor("ended with "+strconv.Itoa(c.code), "as it was")
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// A server that has another key when the connection comes back is not trusted, and
// that is said.
func TestNativeComesBackToAnotherServer(t *testing.T) {
	s, other := e2e.Start(t), e2e.Start(t)
	cable := e2e.NewCable(t, s.SSH)
	for _, mode := range []string{"", "--plain"} {
		cable.Lead(s.SSH)
		term := e2e.StartTerminal(t, 100, 24, native(t, t.TempDir(), append([]string{"ssh://" + cable.Addr + "/den", "--nick", "nina"}, strings.Fields(mode)...)...))
		term.WaitFor("(yes/no)")
		term.Say("yes")
		term.WaitFor("nina")
		cable.Lead(other.SSH)
		cable.CutClients()
		if code := term.Wait(); code != 1 {
			t.Errorf("it ended with %d", code)
		}
		for _, want := range []string{"not the server that we began with", "SHA256:", "join again"} {
			if screen := strings.Join(strings.Fields(term.Screen()), " "); !strings.Contains(screen, want) {
				t.Errorf("%q is not said:\n%s", want, term.Screen())
			}
		}
	}
}

// While a server can't be reached, why is said; once it can, what was said of that
// is no longer said.
func TestNativeSaysWhyItIsNotBack(t *testing.T) {
	s := e2e.Start(t)
	cable := e2e.NewCable(t, s.Web)
	term := e2e.StartTerminal(t, 90, 24, native(t, t.TempDir(), "http://"+cable.Addr+"/r/den", "--nick", "nina"))
	term.WaitFor("You are nina")
	cable.Set(e2e.Down)
	cable.CutClients()
	term.WaitFor("connection lost", "The connection was cut before the server had")
	term.Say("into the void")
	term.WaitFor("The connection is down just now.")
	cable.Set(e2e.Whole)
	term.WaitFor("The connection is back.")
	term.WaitGone("connection lost")
	term.WaitGone("The connection is down just now.")
	term.WaitFor("into the void") // it is there still, to be said
}

// Over a line that takes everything and gives nothing back, by either door, what was
// said is seen as not yet in the room, for how long nobody has answered is said, and
// when the line is whole again it stands there once.
func TestNativeSaysThatNobodyAnswers(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	for scheme, door := range map[string]string{"http": s.Web, "ssh": s.SSH} {
		t.Run(scheme, func(t *testing.T) {
			cable := e2e.NewCable(t, door)
			address := "http://" + cable.Addr + "/r/den"
			if scheme == "ssh" {
				address = "ssh://" + cable.Addr + "/den"
			}
			term := e2e.StartTerminal(t, 90, 24, native(t, t.TempDir(), address, "--nick", "nina"))
			if scheme == "ssh" {
				term.WaitFor("(yes/no)")
				term.Say("yes")
			}
			term.WaitFor("You are nina")
			cable.Mute()
			cable.Set(e2e.Oneway)
			term.Say("is anybody there?")
			term.WaitFor("is anybody there? — not yet in the room")
			term.WaitFor("no answer for ")
			term.WaitFor("connection lost", "is anybody there? — not yet in the room")
			cable.Set(e2e.Whole)
			term.WaitFor("The connection is back.")
			term.WaitGone("not yet in the room")
			if n := strings.Count(term.Screen(), "is anybody there?"); n != 1 {
				t.Errorf("it is shown %d times:\n%s", n, term.Screen())
			}
			term.Say("/quit")
			term.Wait()
		})
	}
}

// What is offered from a command line outlasts its connection.
func TestSendOutlastsItsConnection(t *testing.T) {
	s := e2e.Start(t)
	home := home(t, s)
	cable := e2e.NewCable(t, s.Web)
	folder := t.TempDir()
	plan := filepath.Join(t.TempDir(), "plan.txt")
	if err := os.WriteFile(plan, []byte("tea at six\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	bert := e2e.StartTerminal(t, 90, 24, native(t, home, s.URL+"/r/den", "--nick", "bert", "--downloads", folder))
	bert.WaitFor("You are bert")
	sending := e2e.StartPipe(t, native(t, home, "http://"+cable.Addr+"/r/den", "--nick", "anna", "--send", plan))
	sending.WaitFor("is offered")
	bert.WaitFor("plan.txt")
	n, more := cable.Connections()
	cable.CutClients()
	sending.WaitFor("the connection was lost")
	<-more
	sending.WaitFor("the connection is back")
	if now, _ := cable.Connections(); now <= n {
		t.Error("it did not come back")
	}
	bert.Say("/take")
	bert.WaitFor("Saved as")
	if code := sending.Wait(); code != 0 {
		t.Errorf("it ended with %d: %v", code, sending.Lines())
	}
}
