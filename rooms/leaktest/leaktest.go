// Package leaktest fails a package whose tests leave goroutines behind: each one
// belongs to somebody who waits for it. Only tests import it; it knows nothing
// of what they test.
package leaktest

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"
)

// patience is about how long goroutines that are on their way out may take: the
// last of a real SSH client's wait for the kernel, beside a race detector.
const patience = 5 * time.Second

// Main runs the tests of a package and ends the process, as its TestMain. While
// fuzzing it only runs them: that leaves a goroutine of its own, which waits for
// signals.
func Main(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.fuzz").Value.String() != "" {
		os.Exit(m.Run())
	}
	before := runtime.NumGoroutine()
	code := m.Run()
	for wait := time.Millisecond; runtime.NumGoroutine() > before && wait < patience; wait *= 2 {
		time.Sleep(wait)
	}
	if n := runtime.NumGoroutine(); n > before && code == 0 {
		fmt.Fprintf(os.Stderr, "%d goroutines leaked:\n", n-before)
		_ = pprof.Lookup("goroutine").WriteTo(os.Stderr, 1) // nothing is left to do if that fails
		code = 1
	}
	os.Exit(code)
}
