//go:build e2e

package e2e_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// tenMiB writes a file that no two chunks of are alike.
func tenMiB(t *testing.T, name string) (path string, content []byte) {
	t.Helper()
	return fileOf(t, name, 10<<20)
}

func fileOf(t *testing.T, name string, size int) (path string, content []byte) {
	t.Helper()
	content = make([]byte, size)
	source := rand.NewChaCha8([32]byte([]byte(strings.Repeat(name, 32)[:32])))
	source.Read(content)
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, content
}

var percent = regexp.MustCompile(`(\d+) %`)

// awaitSaved waits until a file is saved, for as long as it comes nearer.
func awaitSaved(term *e2e.Terminal, saved string) {
	for quarter := 25; quarter <= 100; quarter += 25 {
		term.Until(strconv.Itoa(quarter)+" % or "+saved, func(screen string) bool {
			if strings.Contains(screen, saved) {
				return true
			}
			for _, bar := range percent.FindAllStringSubmatch(screen, -1) {
				if n, _ := strconv.Atoi(bar[1]); quarter < 100 && n >= quarter {
					return true
				}
			}
			return false
		})
	}
}

// isAt fails the test unless a file has arrived, byte for byte, and alone.
func isAt(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	if saved, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(saved, content) {
		t.Errorf("%s: %d of %d bytes, %v", name, len(saved), len(content), err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
}

// Ten megabytes go each way between a client over the WebSocket and one over ssh,
// in a sealed room and in an open one, while they talk.
func TestFilesBetweenNativeClients(t *testing.T) {
	s := e2e.Start(t)
	home := home(t, s)
	for kind, room := range map[string][2]string{
		"sealed": {"/s/#" + seal.NewSecret().String(), ""},
		"open":   {"/r/den", "/den"},
	} {
		t.Run(kind, func(t *testing.T) {
			if room[1] == "" {
				room[1] = room[0]
			}
			there, back := t.TempDir(), t.TempDir()
			anna := e2e.StartTerminal(t, 100, 30, native(t, home, s.URL+room[0], "--nick", "anna", "--downloads", back))
			anna.WaitFor("You are anna")
			bert := e2e.StartTerminal(t, 100, 30, native(t, home, "ssh://"+s.SSH+room[1], "--nick", "bert", "--downloads", there))
			bert.WaitFor("2 here")
			anna.WaitFor("bert came in")
			plan, planned := tenMiB(t, "plan.pdf")
			photo, taken := tenMiB(t, "photo.jpeg")
			anna.Say("/send " + plan)
			bert.WaitFor("anna offers plan.pdf (10.0 MiB) · /take 1")
			bert.Say("/send " + photo)
			anna.WaitFor("bert offers photo.jpeg (10.0 MiB) · /take 2")
			begun := time.Now()
			bert.Say("/take")
			anna.Say("/take 2")
			bert.WaitFor("Taking plan.pdf", "━")
			anna.WaitFor("━")
			anna.Say("words overtake files")
			bert.WaitFor("words overtake files")
			awaitSaved(bert, "Saved as "+there)
			awaitSaved(anna, "Saved as "+back)
			anna.WaitFor("1 has it")
			t.Logf("both were there after %v", time.Since(begun).Round(time.Millisecond))
			isAt(t, there, "plan.pdf", planned)
			isAt(t, back, "photo.jpeg", taken)
			if name := "plan.pdf"; kind == "sealed" && strings.Contains(s.Stderr(), name) {
				t.Errorf("the server's log has %q", name)
			}
		})
	}
}

// sotto join --send offers a file and leaves once it was taken; without a folder
// nothing can be taken; over plain ssh it is said how.
func TestSendFromACommandLine(t *testing.T) {
	s := e2e.Start(t)
	home, downloads := home(t, s), t.TempDir()
	plain := s.Terminal(t, "den")
	plain.WaitFor("You are")
	without := e2e.StartTerminal(t, 100, 30, native(t, home, s.URL+"/r/den", "--nick", "bert"))
	without.WaitFor("You are bert")
	anna := e2e.StartTerminal(t, 100, 30, native(t, home, s.URL+"/r/den", "--nick", "anna", "--downloads", downloads, "--plain"))
	anna.WaitFor("you are anna")
	path, content := fileOf(t, "plan.pdf", 2<<20)
	sending := e2e.StartPipe(t, native(t, home, "ssh://"+s.SSH+"/den", "--nick", "carl", "--send", path))
	sending.WaitFor("is offered; waiting for somebody to take it")
	plain.WaitFor("carl offers plan.pdf (2.0 MiB). A browser or sotto's", "/invite")
	plain.Say("/take")
	plain.WaitFor("Files go from a browser or from sotto's own client")
	without.WaitFor("/take 1")
	without.Say("/take 1")
	without.WaitFor("sotto join --downloads FOLDER")
	anna.WaitFor("-- carl offers plan.pdf (2.0 MiB)", "/take 1 takes it")
	anna.Say("/take")
	anna.WaitFor("-- taking plan.pdf; /cancel 1 stops it")
	if code := sending.Wait(); code != 0 {
		t.Errorf("it ended with %d: %v", code, sending.Lines())
	}
	anna.WaitFor("-- plan.pdf: Saved as")
	isAt(t, downloads, "plan.pdf", content)
	if r := e2e.Run(t, native(t, home, s.URL+"/r/den", "--send", filepath.Join(downloads, "nothing")), ""); r.Code == 0 || !strings.Contains(r.Err, "can't be read") {
		t.Errorf("a file that is not there: %+v", r)
	}
}

// A transfer goes on where it was after its sender's connection was lost, and
// after its taker's.
func TestFilesSurviveACut(t *testing.T) {
	s := e2e.Start(t)
	home, downloads := home(t, s), t.TempDir()
	for _, cut := range []string{"sender", "taker"} {
		t.Run(cut, func(t *testing.T) {
			cable := e2e.NewCable(t, s.Web)
			address := map[string]string{"sender": s.Web, "taker": s.Web}
			address[cut] = cable.Addr
			room := "/s/#" + seal.NewSecret().String()
			anna := e2e.StartTerminal(t, 100, 30, native(t, home, "http://"+address["sender"]+room, "--nick", "anna"))
			anna.WaitFor("You are anna")
			bert := e2e.StartTerminal(t, 100, 30, native(t, home, "http://"+address["taker"]+room, "--nick", "bert", "--downloads", downloads))
			bert.WaitFor("2 here")
			path, content := fileOf(t, cut+".pdf", 5<<20)
			anna.Say("/send " + path)
			bert.WaitFor("/take 1")
			bert.Say("/take")
			bert.WaitFor("━")
			cable.Set(e2e.Down)
			cable.CutClients()
			map[string]*e2e.Terminal{"sender": anna, "taker": bert}[cut].WaitFor("connection lost")
			cable.Set(e2e.Whole)
			awaitSaved(bert, "Saved as")
			anna.WaitFor("1 has it")
			if saved, err := os.ReadFile(filepath.Join(downloads, cut+".pdf")); err != nil || !bytes.Equal(saved, content) {
				t.Errorf("%d of %d bytes, %v", len(saved), len(content), err)
			}
		})
	}
}

// frozenRise is how much a server's memory may rise while it passes a file, in
// bytes: what it holds for a taker who reads nothing is less than one, the rest
// is what a collection has not come to yet.
const frozenRise = 16 << 20

// A taker who is stopped in the middle holds up neither another, nor the talk, nor
// does the server keep for them what they don't read.
func TestFrozenTaker(t *testing.T) {
	s := e2e.Start(t)
	home, downloads := home(t, s), t.TempDir()
	anna := e2e.StartTerminal(t, 100, 30, native(t, home, s.URL+"/r/den", "--nick", "anna"))
	anna.WaitFor("You are anna")
	cmd := native(t, home, s.URL+"/r/den", "--nick", "frozen", "--downloads", t.TempDir())
	frozen := e2e.StartTerminal(t, 100, 30, cmd)
	frozen.WaitFor("2 here")
	bert := e2e.StartTerminal(t, 100, 30, native(t, home, "ssh://"+s.SSH+"/den", "--nick", "bert", "--downloads", downloads))
	bert.WaitFor("3 here")
	path, content := fileOf(t, "plan.pdf", 8<<20)
	anna.Say("/send " + path)
	frozen.WaitFor("/take 1")
	bert.WaitFor("/take 1")
	frozen.Say("/take")
	frozen.WaitFor("━")
	before := resident(t, s.PID())
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	bert.Say("/take")
	bert.WaitFor("━")
	anna.Say("words overtake files")
	bert.WaitFor("words overtake files")
	awaitSaved(bert, "Saved as")
	isAt(t, downloads, "plan.pdf", content)
	if after := resident(t, s.PID()); after > before+frozenRise {
		t.Errorf("the server's memory rose from %d to %d KiB", before>>10, after>>10)
	} else {
		t.Logf("the server's memory went from %d to %d KiB", before>>10, after>>10)
	}
	anna.WaitFor("1 takes it, 1 has it")
	if err := cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	awaitSaved(frozen, "Saved as")
}

// resident is how much memory a process has, in bytes.
func resident(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmRSS:" {
			kib, err := strconv.Atoi(fields[1])
			if err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	t.Fatal("the process has no memory")
	return 0
}
