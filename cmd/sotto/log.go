package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"strings"
)

// newLog returns the only log of the program, and silences the standard
// library's, which libraries write peers' addresses to.
func newLog(level string, to io.Writer) *slog.Logger {
	var least slog.Level
	_ = least.UnmarshalText([]byte(level)) // checked when the flags were read
	l := slog.New(discreet{slog.NewTextHandler(to, &slog.HandlerOptions{
		Level:       least,
		ReplaceAttr: withhold,
	})})
	slog.SetDefault(l)
	log.SetOutput(io.Discard)
	return l
}

// sayable are the attributes whose words are the program's own: a limit's
// name, a Go type, a stack. Every other string is withheld, whoever logs it.
var sayable = map[string]bool{
	slog.LevelKey: true, slog.MessageKey: true,
	"door": true, "code": true, "limit": true, "panic": true, "stack": true,
}

// withhold lets numbers, times and durations through and no words but those of
// sayable. An error becomes its types: what it says may name an address.
func withhold(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{} // whoever keeps the log adds it
	}
	switch a.Value.Kind() {
	case slog.KindString:
		if !sayable[a.Key] {
			a.Value = slog.StringValue("(withheld)")
		}
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case *slog.Source, slog.Level:
		case error:
			a.Value = slog.StringValue(types(v))
		default:
			if !sayable[a.Key] {
				a.Value = slog.StringValue("(withheld)")
			}
		}
	}
	return a
}

// types names the chain of an error, e.g. "*net.OpError: *os.SyscallError".
func types(err error) string {
	var names []string
	for ; err != nil; err = errors.Unwrap(err) {
		names = append(names, fmt.Sprintf("%T", err))
	}
	return strings.Join(names, ": ")
}

// discreet drops a record's position beside passing it on: with an address of
// code nothing is said, and paths of the machine that built it stay there.
type discreet struct{ slog.Handler }

func (d discreet) Handle(ctx context.Context, r slog.Record) error {
	r.PC = 0
	return d.Handler.Handle(ctx, r)
}
