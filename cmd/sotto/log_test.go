package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"sotto/rooms"
)

// Whatever is handed to the log, words that are not its own do not come out.
func TestLogWithholds(t *testing.T) {
	defer log.SetOutput(os.Stderr)
	defer slog.SetDefault(slog.Default())
	var out strings.Builder
	l := newLog("debug", &out)
	canary := "canary"
	l.With("who", canary).WithGroup("g").Error("something broke",
		"nick", canary,
		"addr", &net.TCPAddr{IP: net.IPv4(203, 0, 113, 7)},
		"err", fmt.Errorf("read %s: %w", canary, io.ErrUnexpectedEOF),
		"bytes", []byte(canary),
		"struct", struct{ Name string }{canary},
		slog.Group("inner", "room", canary),
		"deep", slog.AnyValue(errors.New(canary)),
	)
	log.Print("http: TLS handshake error from ", canary)
	slog.Info("by the default logger", "text", canary)
	if strings.Contains(out.String(), canary) || strings.Contains(out.String(), "203.0") {
		t.Errorf("the log said:\n%s", &out)
	}
	if !strings.Contains(out.String(), "something broke") || !strings.Contains(out.String(), "*fmt.wrapError: *errors.errorString") {
		t.Errorf("the log does not say what broke:\n%s", &out)
	}
}

func TestLogSaysNumbersAndItsOwnWords(t *testing.T) {
	defer log.SetOutput(os.Stderr)
	defer slog.SetDefault(slog.Default())
	var out strings.Builder
	newLog("info", &out).Info("told", "count", 3, "took", time.Second, "code", string(rooms.Slow), "panic", "runtime.boundsError")
	for _, want := range []string{"count=3", "took=1s", "code=slow", "panic=runtime.boundsError"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in %s", want, &out)
		}
	}
	out.Reset()
	newLog("error", &out).Info("not at this level")
	if out.Len() > 0 {
		t.Errorf("at the error level it said %s", &out)
	}
}
