//go:build e2e

package e2e_test

import (
	"testing"

	"sotto/cmd/sotto/e2e"
)

// Somebody begins an answer, thinks better of it and writes to all: over ssh and in
// sotto's own client, Escape ends the answer and nothing of the words is lost.
func TestEscapeEndsAnAnswer(t *testing.T) {
	s := e2e.Start(t)
	for name, start := range map[string]func() *e2e.Terminal{
		"ssh": func() *e2e.Terminal { return s.Terminal(t, "den") },
		"native": func() *e2e.Terminal {
			return e2e.StartTerminal(t, 90, 24, native(t, home(t, s), s.URL+"/r/den"))
		},
	} {
		page, _ := s.Join(t, "den", "page-"+name)
		term := start()
		page.Await("joined")
		page.Say("does it boot?")
		term.WaitFor("does it boot?")
		term.Type("\x1b[1;3A")
		term.WaitFor("Enter answer")
		term.Type(e2e.Enter)
		term.WaitFor("answering page-" + name)
		term.Type("\x1b", "f")
		term.Say("or all")
		if said := page.AwaitSaid("for all"); said["re"] != nil {
			t.Errorf("%s: it was said as an answer: %v", name, said)
		}
		term.Type("/quit", e2e.Enter)
		term.Wait()
		page.Conn.CloseNow()
	}
}
