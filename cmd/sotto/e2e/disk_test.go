//go:build e2e

package e2e_test

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// Under a tracer, a whole story through every door touches no file: after the
// line that says that the process is locked down, no call that names a file
// succeeds, and what is open is sockets, the runtime's own, and fds 0 to 2.
func TestNoTraceOnDisk(t *testing.T) {
	home, trace := t.TempDir(), filepath.Join(t.TempDir(), "trace")
	cmd := exec.Command("strace", append([]string{"-D", "-f", "-q", "--seccomp-bpf", "-s", "300", "-o", trace,
		"-e", "trace=%file,memfd_create,write,io_uring_setup,ftruncate,fallocate", e2e.StaticBinary(t)}, e2e.ServeArgs()...)...)
	cmd.Dir = home
	cmd.Env = append(os.Environ(), "HOME="+home, "TMPDIR="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home)
	s := e2e.StartCommand(t, cmd)

	anna, _ := s.Join(t, "den", "anna")
	term := s.Terminal(t, "den", "--nick", "term")
	term.WaitFor("den", "anna")
	term.Say("by terminal")
	anna.AwaitSaid("by terminal")
	if r := s.Run("by pipe\n", "den"); r.Code != 0 {
		t.Errorf("pipe: exit %d, %s", r.Code, r.Err)
	}
	if r := s.Run(`{"t":"say","text":"by json"}`+"\n", "den", "--json"); r.Code != 0 {
		t.Errorf("json: exit %d, %s", r.Code, r.Err)
	}
	page := e2e.Open(t, s.RoomURL("den"))
	page.WaitFor("You are")
	page.Say("by browser")
	anna.AwaitSaid("by browser")
	term.WaitFor("by browser")

	if open := openFiles(t, s.PID()); len(open) > 0 {
		t.Errorf("open besides sockets: %v", open)
	}
	term.Say("/quit")
	term.Wait()
	s.Signal(syscall.SIGTERM)
	s.Wait()

	calls, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	before, after, found := strings.Cut(string(calls), "sotto: locked down")
	if !found || !strings.Contains(before, "openat(") || !strings.Contains(after, "web on ") {
		t.Fatalf("the trace does not hold the start:\n%.2000s", calls)
	}
	for line := range strings.Lines(after) {
		if touchesFile(line) {
			t.Errorf("after the lockdown: %s", line)
		}
	}
	filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path != home {
			t.Errorf("in the server's home: %s, %v", path, err)
		}
		return nil
	})
}

// A successful call that names or makes a file, whole or from where another
// thread's interrupted it; a write is to a number.
var fileCall = regexp.MustCompile(`^\d+ +(?:(\w+)\(|<\.\.\. (\w+) resumed>).*\) += +(\d+)`)

func touchesFile(line string) bool {
	m := fileCall.FindStringSubmatch(line)
	return m != nil && m[1]+m[2] != "write"
}

func TestTouchesFile(t *testing.T) {
	for line, want := range map[string]bool{
		`12 openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 7`:                      true,
		`12 openat(AT_FDCWD, "/etc/localtime", O_RDONLY) = -1 EACCES (Permission denied)`: false,
		`12 memfd_create("x", 0) = 9`:                                                     true,
		`12 write(2, "x", 1) = 1`:                                                         false,
		`12 openat(AT_FDCWD, "/etc/passwd", O_RDONLY <unfinished ...>`:                    false,
		`12 <... openat resumed>) = 7`:                                                    true,
		`12 <... openat resumed>) = -1 EACCES (Permission denied)`:                        false,
		`12 <... write resumed>) = 1`:                                                     false,
		`12 +++ exited with 0 +++`:                                                        false,
		`12 unlinkat(AT_FDCWD, "/tmp/x", 0) = 0`:                                          true,
	} {
		if got := touchesFile(line); got != want {
			t.Errorf("%s: %v", line, got)
		}
	}
}

// openFiles lists what a process has open but for sockets, the runtime's
// eventpoll and eventfd, and its standard streams.
func openFiles(t *testing.T, pid int) (others []string) {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	fds, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	sockets := 0
	for _, fd := range fds {
		target, err := os.Readlink(filepath.Join(dir, fd.Name()))
		if err != nil {
			continue // closed meanwhile
		}
		switch {
		case strings.HasPrefix(target, "socket:"):
			sockets++
		case target == "anon_inode:[eventpoll]", target == "anon_inode:[eventfd]":
		case fd.Name() == "0", fd.Name() == "1", fd.Name() == "2":
		case inherited(fd.Name(), target):
		default:
			others = append(others, fd.Name()+" → "+target)
		}
	}
	if sockets < 2 {
		t.Errorf("only %d sockets are open", sockets)
	}
	return others
}

// inherited reports whether whoever runs the test left this open for all its
// children.
func inherited(fd, target string) bool {
	ours, err := os.Readlink("/proc/self/fd/" + fd)
	if err != nil || ours != target {
		return false
	}
	info, err := os.ReadFile("/proc/self/fdinfo/" + fd)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(info)) {
		var flags int
		if n, _ := fmt.Sscanf(line, "flags: %o", &flags); n == 1 {
			return flags&syscall.O_CLOEXEC == 0
		}
	}
	return false
}
