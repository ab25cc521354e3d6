//go:build e2e

package e2e_test

import (
	"testing"

	"sotto/cmd/sotto/e2e"
)

// Whoever types while ssh still connects says what they typed: as one message to
// each Enter, though the terminal, which is not in raw mode yet, sends LF for it.
func TestTypedAheadOfSSH(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	anna := s.Terminal(t, "den", "--nick", "anna")
	anna.WaitFor("You are anna here")
	early := s.Terminal(t)
	early.Say("den")
	early.Say("the first :tada: thing")
	early.Say("and the second")
	anna.WaitFor("the first 🎉 thing", "and the second")
	early.WaitFor("say something, or /help")
}
