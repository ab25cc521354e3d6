//go:build e2e && prove

package prove

import (
	"strings"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// fadesAfter is the shortest time after which a room may have its words fade.
const fadesAfter = time.Minute

// Words that have faded are in no memory, though everybody who read them is still there, and
// nobody says anything any more.
func TestNoFadedWordsInMemory(t *testing.T) {
	t.Run("of a server whose people ask for nothing", func(t *testing.T) { wordsFade(t, false) })
	t.Run("of a server and a native client", func(t *testing.T) { wordsFade(t, true) }) // which asks whether somebody answers
}

// wordsFade has a socket, a pipe, a full screen, a --plain terminal and, if that is wanted, a native
// client say something that fades, and then looks for it.
func wordsFade(t *testing.T, natively bool) {
	s := startStatic(t, nil, "--say-rate=0")
	screen := e2e.StartTerminal(t, 100, 40, s.SSHCommand([]string{"-t"}, "garden", "--nick", "anna"))
	screen.WaitFor("You made this room")
	screen.Say("/fade 1")
	screen.WaitFor("fade 1m")
	plain := e2e.StartTerminal(t, 100, 40, s.SSHCommand([]string{"-t"}, "garden", "--plain", "--nick", "paul"))
	plain.WaitFor("paul")
	socket, err := bySocket(s, guest{room: "garden", nick: "web"})
	must(t, err)
	pipe, err := byPipe(s, guest{room: "garden", nick: "pit"})
	must(t, err)
	programs := map[string]int{"the server": s.PID()}
	painted := map[string]*e2e.Terminal{"a full screen": screen}
	if natively {
		nora := joinNative(t, s.RoomURL("garden"), "nora")
		nora.terminal.WaitFor("nora")
		painted["a native client"], programs["the native client"] = nora.terminal, nora.cmd.Process.Pid
	}
	says := map[string]func(string){
		"a socket":           func(text string) { must(t, socket.say(text)) },
		"a pipe":             func(text string) { must(t, pipe.say(text)) },
		"a --plain terminal": plain.Say,
	}
	for by, terminal := range painted {
		says[by] = terminal.Say
	}
	everybodyHears := func(text string) {
		t.Helper()
		plain.WaitFor(text)
		for _, terminal := range painted {
			terminal.WaitFor(text)
		}
		must(t, socket.await(text))
		must(t, pipe.await(text))
	}

	program, signs := staticProgram(t), map[string]string{}
	for by, say := range says {
		signs[by] = newSign(program)
		say("secretly " + signs[by])
		everybodyHears("secretly " + signs[by])
	}
	// What the libraries of ssh and TLS have read and sent stands in their buffers until
	// as much else was.
	for by, say := range says {
		later := strings.ReplaceAll(by, " ", "-") + "-says-something-that-is-longer-than-what-was-said-before"
		say(later)
		everybodyHears(later)
	}
	said := time.Now()
	found := func(report func(in, by string, found map[string]int, where []hit)) {
		for in, pid := range programs {
			core := coreOf(t, pid)
			for by, sign := range signs {
				counts, where := search(core, sign, signForms(sign))
				report(in, by, counts, where)
			}
		}
	}
	found(func(in, by string, counts map[string]int, _ []hit) {
		if counts["the sign as UTF-8"] == 0 {
			t.Errorf("before it fades the search does not find in %s what %s said: %v", in, by, counts)
		}
	})
	<-time.After(time.Until(said.Add(fadesAfter))) // the rule itself
	for by, terminal := range painted {
		for _, sign := range signs {
			terminal.WaitGone(sign)
		}
		t.Logf("nothing of it is on %s %v after the last was said", by, time.Since(said).Round(time.Millisecond))
	}
	<-time.After(lostWithin) // the promise itself
	found(func(in, by string, counts map[string]int, where []hit) {
		if len(counts) > 0 {
			t.Errorf("in the memory of %s is still, of %s, %v\n%s", in, by, counts, lines(where))
		}
	})
}
