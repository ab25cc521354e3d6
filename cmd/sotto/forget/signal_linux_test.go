package forget

import (
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// The kernel itself must drop the signal: a handler that does nothing would be
// too late.
func TestIgnoreBrokenPipes(t *testing.T) {
	if dropped(t, syscall.SIGPIPE) {
		t.Fatal("this test starts with SIGPIPE delivered")
	}
	IgnoreBrokenPipes()
	defer signal.Reset(syscall.SIGPIPE)
	if !dropped(t, syscall.SIGPIPE) {
		t.Error("the kernel still delivers SIGPIPE")
	}
}

// dropped reports whether the kernel drops a signal for this process, by the
// mask SigIgn of proc_pid_status(5).
func dropped(t *testing.T, sig syscall.Signal) bool {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, mask, _ := strings.Cut(string(status), "SigIgn:\t")
	mask, _, _ = strings.Cut(mask, "\n")
	ignored, err := strconv.ParseUint(mask, 16, 64)
	if err != nil {
		t.Fatalf("the kernel shows no mask of ignored signals: %v", err)
	}
	return ignored&(1<<(sig-1)) != 0
}
