package rooms

import (
	"fmt"
	"log/slog"
	"runtime/debug"
)

// PanicError is a panic that was survived. It holds no value, because that may be
// anyone's words.
type PanicError struct {
	Type  string // of the value
	Stack []byte // as of [debug.Stack]: functions, lines, and words of memory addresses
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("A mistake in the program ended this (a panic of type %s).", e.Type)
}

// Log tells whoever runs the program, behind a sentence that says what broke.
func (e *PanicError) Log(log *slog.Logger, sentence string) {
	log.Error(sentence, "panic", e.Type, "stack", string(e.Stack))
}

// Survive runs f, and reports whether it came to its own end. Its panic is logged
// behind a sentence that says what broke.
func Survive(log *slog.Logger, sentence string, f func()) (whole bool) {
	broke := Contain(f)
	if broke != nil {
		broke.Log(log, sentence)
	}
	return broke == nil
}

// Contain runs f and returns its panic, or nil.
func Contain(f func()) (broke *PanicError) {
	defer func() {
		if value := recover(); value != nil {
			broke = &PanicError{Type: fmt.Sprintf("%T", value), Stack: debug.Stack()}
		}
	}()
	f()
	return nil
}
