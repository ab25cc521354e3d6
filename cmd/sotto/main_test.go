package main

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// A test that leaves a goroutine behind fails the package.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && !quiet() {
		stacks := make([]byte, 1<<20)
		fmt.Fprintf(os.Stderr, "goroutines are left:\n%s", stacks[:runtime.Stack(stacks, true)])
		code = 1
	}
	os.Exit(code)
}

func quiet() bool {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); runtime.Gosched() {
		if runtime.NumGoroutine() == 1 {
			return true
		}
	}
	return false
}
