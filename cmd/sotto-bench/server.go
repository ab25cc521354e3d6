package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a child process that is measured.
type server struct {
	ssh, web string // addresses; empty if it has no such door
	floor    bool
	one      bool // it is sotto as the floor of several rooms: terminals are in one
	cmd      *exec.Cmd
	ended    chan error
}

// startSotto starts the program that is measured, as it is by default, but for
// the ports and a host key that is not kept.
func startSotto(ctx context.Context, binary, cpu string, flags ...string) (*server, error) {
	return startSottoOn(ctx, binary, cpu, forgetting, flags...)
}

// startSottoOn is startSotto with other runtime settings.
func startSottoOn(ctx context.Context, binary, cpus string, settings []string, flags ...string) (*server, error) {
	args := append([]string{binary, "serve", "--ssh-addr", "127.0.0.1:0", "--http-addr", "127.0.0.1:0",
		"--host-key", "memory"}, flags...)
	return start(ctx, cpus, 2, settings, args)
}

// The runtime settings of a server: with one processor, and with what sotto serve would
// set itself, or without.
var (
	forgetting = []string{"GOMAXPROCS=1", "GODEBUG=clobberfree=1"}
	unaltered  = []string{"GOMAXPROCS=1", "GODEBUG="}
)

// startFloor starts this program as a floor, a plain one or one under sotto's settings.
func startFloor(ctx context.Context, kind, cpu string, plain bool) (*server, error) {
	own, err := os.Executable()
	if err != nil {
		return nil, err
	}
	settings := forgetting
	if plain {
		settings = unaltered
	}
	s, err := start(ctx, cpu, 1, settings, []string{own, "-be", kind, fmt.Sprint("-collect=", !plain)})
	if err == nil {
		s.floor = true
	}
	return s, err
}

// start runs a server on some CPUs until it has said where it listens.
func start(ctx context.Context, cpu string, listeners int, settings, args []string) (*server, error) {
	s := &server{ended: make(chan error, 1)}
	s.cmd = exec.CommandContext(ctx, "taskset", append([]string{"-c", cpu}, args...)...)
	s.cmd.Env = append(os.Environ(), settings...)
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(stderr)
	var said []string
	for listeners > 0 && lines.Scan() {
		said = append(said, lines.Text())
		if _, at, ok := strings.Cut(lines.Text(), "ssh on "); ok {
			s.ssh, listeners = at, listeners-1
		}
		if _, at, ok := strings.Cut(lines.Text(), "web on http://"); ok {
			s.web, listeners = at, listeners-1
		}
	}
	go func() {
		for lines.Scan() { // let it say what it wants
		}
		s.ended <- s.cmd.Wait()
	}()
	if listeners > 0 {
		return nil, fmt.Errorf("the server did not start: %s", strings.Join(said, "; "))
	}
	return s, nil
}

// stop ends the server and waits for it.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may be gone
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.ended
	}
}

// cpu is the time that the server's threads have run so far.
func (s *server) cpu() (time.Duration, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.cmd.Process.Pid))
	if err != nil || len(threads) == 0 {
		return 0, fmt.Errorf("can't see the server's threads: %w", errors.Join(err, os.ErrNotExist))
	}
	var sum time.Duration
	for _, thread := range threads {
		b, err := os.ReadFile(thread)
		if err != nil {
			return 0, err
		}
		ns, err := strconv.ParseInt(strings.Fields(string(b))[0], 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(ns)
	}
	return sum, nil
}

// resident is how much memory the server has in use, in KiB.
func (s *server) resident() (float64, error) { return s.memory("VmRSS:") }

// memory is what the kernel says of the server's memory under a name, in KiB.
func (s *server) memory(name string) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == name {
			return strconv.ParseFloat(fields[1], 64)
		}
	}
	return 0, errors.New("the kernel does not say how much memory the server uses")
}
