//go:build e2e

package prove

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// jumps are what a clock does when somebody sets it: a day ahead, then two back.
var jumps = []struct {
	signal syscall.Signal
	by     time.Duration
}{{syscall.SIGUSR1, 24 * time.Hour}, {syscall.SIGUSR2, -48 * time.Hour}}

// The clock of server and client is set while people talk, and while one of them
// has lost the connection. Nothing is lost, nobody is ended, and the place of who
// was away is still there, since everything waits by a clock that only goes on.
func TestClockJumps(t *testing.T) {
	program := clockwork(t)
	s := e2e.StartCommand(t, exec.Command(program, e2e.ServeArgs("--say-rate=0")...))
	five := newCompany(t, s)
	cable := e2e.NewCable(t, s.Web)
	cmd := exec.Command(program, "join", "http://"+cable.Addr+"/r/den", "--nick", "anna")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "HOME="+t.TempDir())
	anna := e2e.StartTerminal(t, 100, 100, cmd)
	anna.WaitFor("You are anna")
	watcher, _ := s.Join(t, "den", "watcher")
	offset := time.Duration(0)
	for i, jump := range jumps {
		cable.Set(e2e.Down)
		cable.CutClients()
		anna.WaitFor("connection lost")
		s.Signal(jump.signal)
		must(t, cmd.Process.Signal(jump.signal))
		offset += jump.by
		s.WaitFor(fmt.Sprintf("the clock has jumped %d times", i+1))
		watcher.Say(fmt.Sprint("said in another time ", i))
		said := watcher.AwaitSaid(fmt.Sprint("said in another time ", i))
		at, _ := said["at"].(float64)
		if off := time.UnixMilli(int64(at)).Sub(time.Now().Add(offset)).Abs(); off > time.Hour {
			t.Errorf("the message is %v off the time that the clock was set to", off)
		}
		must(t, five.chat(t.Context(), attackFor()))
		cable.Set(e2e.Whole)
		anna.Until("the connection back", func(screen string) bool { return !strings.Contains(screen, "connection lost") })
		must(t, five.chat(t.Context(), time.Second))
		anna.Say(fmt.Sprint("back again ", i))
		watcher.AwaitSaid(fmt.Sprint("back again ", i))
	}
	for _, f := range watcher.Seen {
		if kind := f.Type(); kind == "left" || kind == "gap" || kind == "bye" {
			t.Errorf("the watcher was told %v", f)
		}
	}
	if screen := anna.Screen(); strings.Contains(screen, "missing") {
		t.Errorf("anna misses something:\n%s", screen)
	}
	five.check(t, s)
}

// clockwork builds the program with a clock that can be set from outside: package
// time adds to what the system says. Its monotonic clock is not touched, as the
// system's is not when somebody sets the other.
func clockwork(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		must(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
	out, err := exec.Command("go", "env", "GOROOT").Output()
	must(t, err)
	original := filepath.Join(strings.TrimSpace(string(out)), "src", "time", "time.go")
	source, err := os.ReadFile(original)
	must(t, err)
	const reads = "	sec, nsec, mono := runtimeNow()\n"
	if strings.Count(string(source), reads) != 1 {
		t.Fatalf("%s of %s reads the clock in another way than this test knows", original, runtime.Version())
	}
	out, err = exec.Command("go", "list", "-f", "{{.Dir}}", "sotto/cmd/sotto").Output()
	must(t, err)
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{
		original: write("time.go", strings.Replace(string(source), reads, reads+"	sec += Jumped.Load()\n", 1)),
		filepath.Join(filepath.Dir(original), "jumped.go"): write("jumped.go", `package time

import "sync/atomic"

// Jumped is how many seconds the clock is ahead of the system's.
var Jumped atomic.Int64
`),
		filepath.Join(strings.TrimSpace(string(out)), "clockwork.go"): write("clockwork.go", fmt.Sprintf(`package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func init() {
	set := make(chan os.Signal, 1)
	signal.Notify(set, syscall.Signal(%d), syscall.Signal(%d))
	go func() {
		for times := 1; ; times++ {
			if <-set == syscall.Signal(%d) {
				time.Jumped.Add(%d)
			} else {
				time.Jumped.Add(%d)
			}
			if os.Args[1] == "serve" { // the client's stderr is its screen
				fmt.Fprintln(os.Stderr, "the clock has jumped", times, "times")
			}
		}
	}()
}
`, jumps[0].signal, jumps[1].signal, jumps[0].signal, int64(jumps[0].by.Seconds()), int64(jumps[1].by.Seconds()))),
	}})
	must(t, err)
	program := filepath.Join(dir, "sotto")
	build := exec.Command("go", "build", "-overlay", write("overlay.json", string(overlay)), "-o", program, "sotto/cmd/sotto")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}
