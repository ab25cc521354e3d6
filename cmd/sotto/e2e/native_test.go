//go:build e2e

package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// home is a home directory whose known_hosts has these servers' keys.
func home(t *testing.T, servers ...*e2e.Server) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".ssh"), 0o700); err != nil {
		t.Fatal(err)
	}
	var known []byte
	for _, s := range servers {
		keys, err := exec.Command("ssh-keyscan", "-p", portOf(s.SSH), "127.0.0.1").Output()
		if err != nil {
			t.Fatal(err)
		}
		known = append(known, keys...)
	}
	if err := os.WriteFile(filepath.Join(dir, ".ssh", "known_hosts"), known, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// native is the native client.
func native(t *testing.T, home string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(e2e.Binary(t), append([]string{"join"}, args...)...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "HOME="+home)
	return cmd
}

// written are the files below a folder, but for those that were put there.
func written(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Base(path) != "known_hosts" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// safetyWords are the words of the card that /verify opens.
func safetyWords(term *e2e.Terminal) string {
	term.Say("/verify")
	term.WaitFor("Read them to each other", "12 ")
	var found []string
	for _, w := range regexp.MustCompile(`(\d+) ([a-z]+)`).FindAllStringSubmatch(term.Screen(), -1) {
		if w[1] == strconv.Itoa(len(found)+1) {
			found = append(found, w[2])
		}
	}
	term.Type("\x1b")
	term.WaitGone("Read them to each other")
	return strings.Join(found, " ")
}

// Two people are in a sealed room with the native client, one over the WebSocket
// and one over ssh, and do there what can be done in any room.
func TestSealedRoom(t *testing.T) {
	s := e2e.Start(t, "--log-level=debug")
	cable := e2e.NewCable(t, s.Web)
	secret := seal.NewSecret()
	key := "/s/#" + secret.String()
	home := home(t, s)

	anna := e2e.StartTerminal(t, 100, 30, native(t, home, "http://"+cable.Addr+key, "--nick", "anna"))
	anna.WaitFor("🔒 #sealed:", "sealed, not compared", "— only members can read", "You are anna")
	bert := e2e.StartTerminal(t, 100, 30, native(t, home, "ssh://"+s.SSH+key, "--nick", "bert"))
	bert.WaitFor("2 here", "anna")
	anna.WaitFor("bert came in", "2 here")

	anna.Say("tea is ready")
	bert.WaitFor("tea is ready")
	bert.Type("\x0f", "\r") // choose the newest message, answer it
	bert.WaitFor("answering")
	bert.Say("coming")
	anna.WaitFor("╭ anna: tea is ready", "coming")
	bert.Say("/msg anna between us")
	anna.WaitFor("bert whispers to you alone", "between us")
	anna.Say("/topic biscuits")
	bert.WaitFor("anna set the topic: biscuits")
	bert.Say("/nick bertram")
	anna.WaitFor("bert is now bertram")
	anna.Say("/me pours")
	bert.WaitFor("anna pours")

	first := safetyWords(anna)
	if second := safetyWords(bert); first != second || len(strings.Fields(first)) != 12 {
		t.Errorf("the safety words are\n%s and\n%s", first, second)
	}

	// A third, by a pipe: everybody has other words now, and the same again.
	third := e2e.Run(t, native(t, home, "http://"+s.Web+key, "--nick", "carl"), "hello from a pipe\n")
	if third.Code != 0 || !strings.Contains(third.Out, "<carl> hello from a pipe") {
		t.Errorf("the pipe: %+v", third)
	}
	anna.WaitFor("hello from a pipe", "carl left")
	bert.WaitFor("hello from a pipe", "carl left")
	if again := safetyWords(anna); again != first {
		t.Errorf("with the same people the words are\n%s, then\n%s", first, again)
	}

	// The connection is cut while something is said; it comes back, nothing is
	// missing, what was being typed is still there, and nobody is told.
	anna.Type("half a thou")
	cable.Set(e2e.Down)
	cable.CutClients()
	anna.WaitFor("connection lost", "half a thou")
	bert.Say("said during the cut")
	bert.WaitFor("said during the cut")
	cable.Set(e2e.Whole)
	anna.WaitFor("The connection is back.", "said during the cut", "half a thou", "2 here")
	anna.Say("ght")
	bert.WaitFor("half a thought")

	bert.Say("/quit")
	if code := bert.Wait(); code != 0 || bert.FullScreen() {
		t.Errorf("left with %d, full screen %v", code, bert.FullScreen())
	}
	anna.WaitFor("bertram left", "1 here")
	for _, warning := range []string{"missing", "tamper", "came twice", "shown other people"} {
		if strings.Contains(anna.Screen()+bert.Screen(), warning) {
			t.Errorf("an honest server is suspected: %q", warning)
		}
	}
	for _, word := range []string{secret.String(), "anna", "bert", "tea is ready", "biscuits", "between us"} {
		if strings.Contains(s.Stderr(), word) {
			t.Errorf("the server's log has %q", word)
		}
	}
	anna.Type(e2e.CtrlC, e2e.CtrlC) // with nothing typed, that is leaving
	if code := anna.Wait(); code != 0 {
		t.Errorf("left with %d", code)
	}
	if files := written(t, home); len(files) > 0 {
		t.Errorf("the client wrote %v", files)
	}
}

// A place that was lost for too long is taken anew, under the same name, with
// new keys.
func TestNativeInAnOpenRoom(t *testing.T) {
	s := e2e.Start(t)
	home := home(t, s)
	page, _ := s.Join(t, "den", "page")
	term := e2e.StartTerminal(t, 90, 24, native(t, home, s.URL+"/r/den", "--nick", "nina"))
	term.WaitFor("open", "You are nina")
	if via := page.Await("joined")["member"].(map[string]any)["via"]; via != "native" {
		t.Errorf("it is shown as %v", via)
	}
	page.Say("welcome")
	term.WaitFor("welcome")
	term.Say("/verify")
	term.WaitFor("This room is open: the server could read along")
	term.Say("/seal")
	term.WaitFor("sotto join", s.URL+"/s/#", "/join and the link")
	term.Type("\x1b")
	term.WaitGone("/join and the link")
	term.Say("/join " + s.URL + "/s/#" + seal.NewSecret().String())
	term.WaitFor("sealed", "— only members", "You are ")
	term.Type("\x1b1") // the open room is there still
	term.WaitFor("welcome")
	term.Say("/leave")
	page.Await("left")
	term.Say("/quit")
	if code := term.Wait(); code != 0 {
		t.Errorf("left with %d", code)
	}

	over := e2e.StartPipe(t, native(t, home, "ssh://"+s.SSH+"/den", "--nick", "omar", "--json"))
	over.WaitFor(`"via":"native"`)
	over.Send(`{"t":"say","text":"by ssh"}` + "\n")
	page.AwaitSaid("by ssh")
	over.CloseInput()
	if code := over.Wait(); code != 0 {
		t.Errorf("ended with %d", code)
	}
}

// The server's key is judged as ssh does it, but for writing it down.
func TestNativeChecksTheHostKey(t *testing.T) {
	s, other := e2e.Start(t), e2e.Start(t)
	empty := t.TempDir()
	den := "ssh://" + s.SSH + "/den"
	if r := e2e.Run(t, native(t, empty, den), "x\n"); r.Code != 1 || !strings.Contains(r.Err, "not in known_hosts") || !strings.Contains(r.Err, "SHA256:") {
		t.Errorf("unknown, nobody to ask: %+v", r)
	}
	term := e2e.StartTerminal(t, 90, 24, native(t, empty, den))
	term.WaitFor("SHA256:", "(yes/no)")
	term.Say("no")
	if code := term.Wait(); code != 1 {
		t.Errorf("after a no: %d", code)
	}
	for range 2 { // it is asked each time
		term = e2e.StartTerminal(t, 90, 24, native(t, empty, den))
		term.WaitFor("SHA256:", "(yes/no)")
		term.Say("yes")
		term.WaitFor("#den", "You are")
		term.Say("/quit")
		if code := term.Wait(); code != 0 {
			t.Errorf("after a yes: %d", code)
		}
	}
	if files := written(t, empty); len(files) > 0 {
		t.Errorf("the client wrote %v", files)
	}

	// known_hosts has another key for this address: that of the other server.
	wrong := home(t, other)
	file := filepath.Join(wrong, ".ssh", "known_hosts")
	keys, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(keys), portOf(other.SSH), portOf(s.SSH))), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := e2e.Run(t, native(t, wrong, den), "x\n"); r.Code != 1 || !strings.Contains(r.Err, "Somebody may stand in between") {
		t.Errorf("changed: %+v", r)
	}
}

// Plain ssh is kept out of a sealed room, and is told how to get in.
func TestPlainSSHIntoASealedRoom(t *testing.T) {
	s := e2e.Start(t)
	secret := seal.NewSecret()
	inside := e2e.StartPipe(t, native(t, t.TempDir(), s.URL+"/s/#"+secret.String(), "--listen", "--nick", "anna"))
	inside.WaitFor("you are anna")
	room := seal.Open(secret).Name()
	for _, word := range []string{room, "s/"} {
		term := s.Terminal(t, word)
		term.WaitFor("That room is sealed", "sotto join ssh://")
		term.Type(e2e.CtrlC)
		term.Wait()
		if r := s.Run("hello\n", word); r.Code != 1 || !strings.Contains(r.Err, "sotto join ssh://") || r.Out != "" {
			t.Errorf("%s by a pipe: %+v", word, r)
		}
	}
	term := s.Terminal(t, "den")
	term.WaitFor("You are")
	term.Say("/seal")
	term.WaitFor("must not make that key", "sotto join --new ssh://")
	inside.Terminate()
	inside.Wait()
	if lines := strings.Join(inside.Lines(), "\n"); strings.Contains(lines, "hello") {
		t.Errorf("inside was heard:\n%s", lines)
	}
}

// The page's code comes from the local program, its words go to the server: to its
// web door or its ssh door, sealed or not.
func TestNativeServesThePage(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	home := home(t, s)
	secret := "/s/#" + seal.NewSecret().String()
	anna := e2e.StartTerminal(t, 90, 24, native(t, home, s.URL+secret, "--nick", "anna"))
	anna.WaitFor("You are anna")
	bert := e2e.StartTerminal(t, 90, 24, native(t, home, s.URL+"/r/den", "--nick", "bert"))
	bert.WaitFor("You are bert")
	for name, c := range map[string]struct {
		address string
		other   *e2e.Terminal
	}{
		"an open room by the web door":  {s.URL + "/r/den", bert},
		"an open room by the ssh door":  {"ssh://" + s.SSH + "/den", bert},
		"a sealed room by the web door": {s.URL + secret, anna},
		"a sealed room by the ssh door": {"ssh://" + s.SSH + secret, anna},
	} {
		t.Run(name, func(t *testing.T) {
			local := e2e.StartPipe(t, native(t, home, "--web", c.address))
			_, url, _ := strings.Cut(local.WaitFor("the page is at"), "the page is at ")
			page := e2e.Open(t, url)
			page.WaitFor("You are")
			page.Say("said in " + name)
			c.other.WaitFor("said in " + name)
			c.other.Say("heard in " + name)
			page.WaitFor("heard in " + name)
			for _, request := range page.Requests() {
				if strings.Contains(request, s.Web) {
					t.Errorf("the page asked the server for %s", request)
				}
			}
			local.Terminate()
			if code := local.Wait(); code != 0 {
				t.Errorf("ended with %d: %v", code, local.Lines())
			}
		})
	}
	if files := written(t, home); len(files) > 0 {
		t.Errorf("the client wrote %v", files)
	}
}

// A link that is asked for stands on no command line and on no screen.
func TestNativeAsksForTheLink(t *testing.T) {
	s := e2e.Start(t)
	secret := seal.NewSecret().String()
	link := s.URL + "/s/#" + secret
	cmd := native(t, t.TempDir(), "-", "--nick", "anna")
	anna := e2e.StartTerminal(t, 90, 24, cmd)
	anna.WaitFor("The link")
	anna.Say(link)
	anna.WaitFor("sealed", "You are anna")
	if strings.Contains(anna.Raw(), secret) {
		t.Errorf("the link is on the screen:\n%q", anna.Raw())
	}
	line, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(cmd.Process.Pid), "cmdline"))
	if err != nil || strings.Contains(string(line), secret) {
		t.Errorf("the command line is %q, %v", line, err)
	}
	// By a pipe it is the first line; the rest is said.
	r := e2e.Run(t, native(t, t.TempDir(), "-", "--nick", "bert"), link+"\nfirst words\n")
	if r.Code != 0 || !strings.Contains(r.Out, "<bert> first words") || strings.Contains(r.Out+r.Err, secret) {
		t.Errorf("by a pipe: %+v", r)
	}
	anna.WaitFor("first words")
	if r := e2e.Run(t, native(t, t.TempDir(), "-"), "no link\n"); r.Code != 1 || !strings.Contains(r.Err, "address") || strings.Contains(r.Err, "no link") {
		t.Errorf("what is no link: %+v", r)
	}
	if r := e2e.Run(t, native(t, t.TempDir(), "-", "--new"), ""); r.Code != 2 {
		t.Errorf("--new: %+v", r)
	}
}

// The browser, the native client and the native client over ssh are in one sealed
// room, and read each other.
func TestSealedRoomWithABrowser(t *testing.T) {
	s := e2e.Start(t)
	home := home(t, s)
	key := "/s/#" + seal.NewSecret().String()
	page := e2e.Open(t, s.URL+key)
	page.WaitFor("sealed")
	term := e2e.StartTerminal(t, 90, 24, native(t, home, s.URL+key, "--nick", "nina"))
	term.WaitFor("You are nina", "2 here")
	over := e2e.StartTerminal(t, 90, 24, native(t, home, "ssh://"+s.SSH+key, "--nick", "omar"))
	over.WaitFor("You are omar", "3 here", "nina")
	page.WaitFor("omar")

	words := safetyWords(term)
	if other := safetyWords(over); other != words || len(strings.Fields(words)) != 12 {
		t.Errorf("the safety words are\n%s and\n%s", words, other)
	}
	page.Say("/verify")
	page.WaitFor(strings.Fields(words)...)
	page.WaitUntil(`document.querySelector("dialog[open]").close() === undefined`)

	page.Say("from the page")
	term.WaitFor("from the page")
	over.WaitFor("from the page")
	over.Type("\x0f", "\r")
	over.WaitFor("answering")
	over.Say("answered over ssh")
	page.WaitFor("answered over ssh")
	term.WaitFor(": from the page", "answered over ssh")
	term.Say("/topic all doors")
	page.WaitFor("all doors")
	over.WaitFor("all doors")

	term.Say("/away back at three") // of which the server knows nothing
	page.WaitFor("back at three")
	page.Say("/msg nina psst")
	page.WaitFor("nina is away: back at three")
	late := e2e.StartTerminal(t, 90, 24, native(t, home, s.URL+key, "--nick", "paul"))
	late.WaitFor("You are paul", "4 here", "nina")
	late.Say("/msg nina hello")
	late.WaitFor("nina is away: back at three")
	term.Say("/back")
	term.WaitFor("You are not shown as away any more.")
}
