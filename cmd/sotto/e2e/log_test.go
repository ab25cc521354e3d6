//go:build e2e

package e2e_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// At the most talkative level the log of a whole session, mistakes among it,
// names no room, person, word, address, login name or client.
func TestLogSaysNothingAboutAnybody(t *testing.T) {
	s := e2e.Start(t, "--log-level=debug")

	term := e2e.StartTerminal(t, 80, 24, s.SSHCommand([]string{"-t", "-l", "loginzebra"}, "roomzebra", "--nick", "nickzebra"))
	term.WaitFor("roomzebra")
	term.Say("textzebra")
	term.WaitFor("textzebra")
	pipe := s.Run("pipezebra\n", "roomzebra", "--nick", "pipenick")
	if pipe.Code != 0 {
		t.Fatalf("pipe: %d %s", pipe.Code, pipe.Err)
	}
	page := e2e.Open(t, s.RoomURL("roomzebra"))
	page.WaitFor("You are")
	page.Say("pagezebra")
	term.WaitFor("pagezebra")
	page.Say("/nick pagenick")
	term.WaitFor("pagenick")
	page.Say("/topic topiczebra")
	term.WaitFor("topiczebra")

	socket := s.Dial(t)
	for _, frame := range []string{`{"t":"join","room":"roomzebra/bad"}`, `{"t":"join","room":"roomzebra","ticket":"ticketzebra"}`, `nonsensezebra`} {
		socket.SendRaw(frame)
		socket.Await("error")
	}
	socket.Send(e2e.Frame{"t": "join", "room": "roomzebra", "nick": "badzebra@"})
	socket.Await("welcome")
	socket.Conn.CloseNow()
	if r := s.Run("", "badroomzebra/x"); r.Code != 2 {
		t.Errorf("bad room: exit %d", r.Code)
	}
	// A client that offers keys and a password whatever the server says.
	e2e.Run(t, exec.Command("/usr/bin/python3", "-c", `
import paramiko, sys
t = paramiko.Transport(("127.0.0.1", int(sys.argv[1])))
t.local_version = "SSH-2.0-clientzebra"
t.start_client()
t.auth_password("userzebra", "passwordzebra")
t.close()
`, portOf(s.SSH)), "")
	term.Say("/quit")
	term.Wait()
	s.WaitFor("freed memory was overwritten")
	s.Signal(syscall.SIGTERM)
	s.Wait()

	log := s.Stderr()
	for _, canary := range []string{
		"zebra", "nickzebra", "pipenick", "pagenick", "OpenSSH", "paramiko", "Mozilla", "Chrome", "127.0.0.1:", os.Getenv("USER"),
	} {
		rest := log
		for _, own := range []string{"sotto: ssh on " + s.SSH, "sotto: web on " + s.URL} {
			rest = strings.ReplaceAll(rest, own, "")
		}
		if canary != "" && canary != "root" && strings.Contains(rest, canary) {
			t.Errorf("the log holds %q:\n%s", canary, rest)
		}
	}
}
