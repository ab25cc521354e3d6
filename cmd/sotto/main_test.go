package main

import (
	"os"
	"os/signal"
	"syscall"
	"testing"

	"sotto/rooms/leaktest"
)

func TestMain(m *testing.M) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP) // starts the goroutine of os/signal, which never ends
	signal.Stop(hangup)
	leaktest.Main(m)
}
