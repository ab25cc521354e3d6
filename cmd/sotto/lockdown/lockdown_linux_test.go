//go:build e2e

package lockdown

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A locked process stays locked, so the attempts are made in a child of this
// test binary, which prints what it managed to do.
func TestMain(m *testing.M) {
	if dir := os.Getenv("LOCKDOWN_TRY"); dir != "" {
		tryEverything(dir)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func tryEverything(dir string) {
	var listener net.ListenConfig
	listener.SetMultipathTCP(false)
	before, err := os.Create(filepath.Join(dir, "open-before"))
	if err != nil {
		fmt.Println("setup:", err)
		return
	}
	bound, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		fmt.Println("setup:", err)
		return
	}
	log := os.Stdout // a file: see the test
	report := os.NewFile(3, "report")

	enforced, err := Enforce(Needed{
		Folders: []string{filepath.Join(dir, "readable")},
		Ports:   []uint16{portOf(os.Getenv("LOCKDOWN_NEEDED"))},
		Sockets: []string{filepath.Join(dir, "socket")},
		Names:   true,

		Datagrams: true,
	})
	if err != nil {
		fmt.Fprintln(report, "enforce:", err)
		return
	}
	if err := ForbidGrowth(); err != nil {
		fmt.Fprintln(report, "no growth:", err)
		return
	}
	fmt.Fprintln(report, "landlock", enforced.Landlock)
	attempts := map[string]func() error{
		"create a file":      func() error { _, err := os.Create(filepath.Join(dir, "new")); return err },
		"create in /dev/shm": func() error { _, err := os.Create("/dev/shm/sotto-lockdown-test"); return err },
		"append": func() error {
			_, err := os.OpenFile(filepath.Join(dir, "there"), os.O_APPEND|os.O_WRONLY, 0)
			return err
		},
		"truncate":                func() error { return os.Truncate(filepath.Join(dir, "there"), 0) },
		"remove":                  func() error { return os.Remove(filepath.Join(dir, "there")) },
		"make a folder":           func() error { return os.Mkdir(filepath.Join(dir, "folder"), 0o700) },
		"read":                    func() error { _, err := os.ReadFile(filepath.Join(dir, "there")); return err },
		"write what is open":      func() error { _, err := before.WriteString("x"); return err },
		"write redirected stdout": func() error { _, err := log.WriteString("x"); return err },
		"write a memfd": func() error {
			fd, err := unix.MemfdCreate("x", 0)
			if err != nil {
				return err
			}
			_, err = unix.Write(fd, []byte("x"))
			return err
		},
		"start a program":   func() error { return exec.Command("/bin/true").Run() },
		"listen":            func() error { _, err := listener.Listen(context.Background(), "tcp", "127.0.0.1:0"); return err },
		"connect":           func() error { _, err := net.Dial("tcp", os.Getenv("LOCKDOWN_DIAL")); return err },
		"signal the parent": func() error { return syscall.Kill(os.Getppid(), 0) },
	}
	for what, try := range attempts {
		if try() == nil {
			fmt.Fprintln(report, "managed to", what)
		}
	}
	if _, err := os.ReadFile(filepath.Join(dir, "readable", "certificate")); err != nil {
		fmt.Fprintln(report, "could not read what was left readable:", err)
	}
	for network, addr := range map[string]string{"tcp": os.Getenv("LOCKDOWN_NEEDED"), "unix": filepath.Join(dir, "socket")} {
		if c, err := net.Dial(network, addr); err != nil {
			fmt.Fprintln(report, "could not connect to what is needed:", err)
		} else {
			c.Close()
		}
	}
	for port := 1000; port < 1010; port++ { // of people's networks, anything
		if _, err := bound.WriteTo([]byte("x"), &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}); err != nil {
			fmt.Fprintln(report, "could not send a datagram:", err)
		}
	}
	if _, err := net.ListenPacket("udp", "127.0.0.1:1234"); err == nil && enforced.Landlock >= 10 {
		fmt.Fprintln(report, "managed to bind another socket for datagrams")
	}
	if _, err := os.ReadFile("/etc/hosts"); err != nil {
		fmt.Fprintln(report, "could not look a name up:", err)
	}
	if v, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); v != 0 || err != nil {
		fmt.Fprintln(report, "dumpable:", v, err)
	}
}

func TestNothingCanBeWrittenAnyMore(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"there": "x", "readable/certificate": "x"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	peer, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	needed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer needed.Close()
	socket, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	stdout, err := os.Create(filepath.Join(dir, "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	report, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer report.Close()

	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "LOCKDOWN_TRY="+dir, "LOCKDOWN_DIAL="+peer.Addr().String(), "LOCKDOWN_NEEDED="+needed.Addr().String())
	child.Stdout, child.Stderr, child.ExtraFiles = stdout, os.Stderr, []*os.File{theirs}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	said, err := io.ReadAll(report)
	if err := errors.Join(err, child.Wait()); err != nil {
		t.Fatal(err)
	}
	first, rest, _ := strings.Cut(string(said), "\n")
	var abi int
	if _, err := fmt.Sscanf(first, "landlock %d", &abi); err != nil || abi < MinLandlock {
		t.Fatalf("this kernel can't prove it: %q", said)
	}
	if rest != "" {
		t.Errorf("a locked process still\n%s", rest)
	}
	if size := fileSize(t, stdout.Name()); size != 0 {
		t.Errorf("%d bytes reached a redirected output", size)
	}
}

func portOf(addr string) uint16 {
	a, _ := netip.ParseAddrPort(addr)
	return a.Port()
}

func fileSize(t *testing.T, name string) int64 {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
