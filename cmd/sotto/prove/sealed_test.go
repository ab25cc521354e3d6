//go:build e2e

package prove

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// sealedLines is how many lines a program says meanwhile, as fast as a room lets it.
const sealedLines = 1000

// fileBytes is the size of a file that is on its way meanwhile.
const fileBytes = 60 << 20

// While people are in a sealed room, by the browser, by the native client over the
// WebSocket and over ssh, and by a pipe, a core of the server holds nothing of
// what is sealed, nor of a file that is on its way, and no key. The same search
// finds it in their own programs.
func TestServerHoldsNothingOfASealedChat(t *testing.T) {
	s := startStatic(t, nil)
	sign, secret := newSign(staticProgram(t)), seal.NewSecret()
	link, saved := "/s/#"+secret.String(), t.TempDir()

	anna := joinNative(t, s.URL+link, sign+"a")
	anna.terminal.WaitFor("You are " + sign + "a")
	bert := joinNative(t, "ssh://"+s.SSH+link, sign+"b", "--downloads", saved)
	bert.terminal.WaitFor("(yes/no)")
	bert.terminal.Say("yes")
	bert.terminal.WaitFor("You are "+sign+"b", sign+"a")
	page := e2e.Open(t, s.URL+link)
	page.WaitFor("You are", sign+"a")
	page.Say("/nick " + sign + "c")
	anna.terminal.WaitFor(sign + "c")
	knows := witness(t, s, secret[:], sign+"w", 3) // holds every key that members share with it
	knows.until("a question of each, who were told nothing since it shows them", func() bool {
		return !slices.ContainsFunc(knows.shown(), func(p *pair) bool { return p.asked == 0 })
	})
	knows.say("said by the witness: " + sign)
	page.WaitFor("said by the witness: " + sign)
	pipe := e2e.StartPipe(t, native(t, s.URL+link, "--nick", sign+"d"))
	for n := range sealedLines {
		pipe.Send(fmt.Sprintf("%s goes on, %d\n", sign, n))
	}
	for _, screen := range []interface{ WaitFor(...string) }{page, anna.terminal, bert.terminal} {
		screen.WaitFor(sign + "d") // who says something before shows others than the witness will
	}

	anna.terminal.Say("said by a terminal: " + sign)
	page.WaitFor("said by a terminal: " + sign)
	page.Say("said by a page: " + sign)
	bert.terminal.WaitFor("said by a page: " + sign)
	bert.terminal.Type("\x0f", "\r") // choose the newest message, answer it
	bert.terminal.WaitFor("answering")
	bert.terminal.Say("answered over ssh: " + sign)
	page.WaitFor("answered over ssh: " + sign)
	bert.terminal.Say("/msg " + sign + "a between us " + sign)
	anna.terminal.WaitFor("between us " + sign)
	bert.terminal.Say("/topic about " + sign)
	page.WaitFor("about " + sign)
	file := filepath.Join(t.TempDir(), sign+".txt")
	must(t, os.WriteFile(file, bytes.Repeat([]byte("what a file says of "+sign+"\n"), fileBytes/(21+len(sign))), 0o600))
	anna.terminal.Say("/send " + file)
	bert.terminal.WaitFor("offers " + sign + ".txt")
	bert.terminal.Say("/take")
	bert.terminal.WaitFor("Taking "+sign+".txt", "━")

	room := seal.Open(secret).Name()
	public := []needle{{"the room's number", "UTF-8", []byte(room)}, {"the witness's public key", "binary", knows.public()}}
	private := append(signForms(sign), needle{"the room's name", "UTF-8", []byte("sealed:" + room[:6])})
	core := coreOf(t, s.PID())
	bert.terminal.Say("after the core")
	knows.hear("after the core") // and so the keys of all that was under way in it
	knows.until("what others say they heard, which was the same", func() bool { return knows.compared > 0 })
	if told := strings.Join(page.Messages(), "\n"); strings.Contains(told, "something else") {
		t.Errorf("somebody seems to have told two things:\n%s", told)
	}
	counts, shown := search(core, sign, slices.Concat(public, private, knows.all()))
	for _, n := range public {
		if what := n.of + " as " + n.form; counts[what] == 0 {
			t.Errorf("the search does not find %s in the server", what)
		} else {
			delete(counts, what)
		}
	}
	t.Logf("the server holds %d of %d keys and words", len(counts), len(private)+len(knows.all()))
	if len(counts) > 0 {
		t.Errorf("the server holds %v\n%s", slices.Sorted(maps.Keys(counts)), lines(shown))
	}
	if _, err := os.Stat(filepath.Join(saved, sign+".txt")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file was through before the core was taken: %v", err)
	}
	anna.terminal.Say("the end of it")
	knows.hear("the end of it")
	knows.until("that all are shown the same", knows.agrees)
	for who, screen := range map[string]string{"over the WebSocket": anna.terminal.Screen(), "over ssh": bert.terminal.Screen(), "in the page": page.Text()} {
		if strings.Contains(screen, "hiding") || strings.Contains(screen, "tampering") {
			t.Errorf("the witness is taken for a stranger %s:\n%s", who, screen)
		}
	}

	key := keyNeedles("the room's secret", secret[:])
	for who, control := range map[string]struct {
		memory []byte
		has    []needle
	}{
		"the native client over the WebSocket": {coreOf(t, anna.cmd.Process.Pid), append(knows.chains(sign+"a"), key[0], knows.fileKey)},
		"the native client over ssh":           {coreOf(t, bert.cmd.Process.Pid), append(knows.chains(sign+"b"), key[0], knows.fileKey)},
		"the browser":                          {heapOf(t, page), key[1:2]},
	} {
		counts, _ := search(control.memory, sign, append(signForms(sign), control.has...))
		t.Logf("%s holds %v", who, counts)
		if counts["the sign as UTF-8"] == 0 {
			t.Errorf("the search does not find what was said in %s", who)
		}
		for _, n := range control.has {
			if counts[n.of+" as "+n.form] == 0 {
				t.Errorf("the search does not find %s as %s in %s", n.of, n.form, who)
			}
		}
	}
}

// visitor is somebody with the native client.
type visitor struct {
	cmd      *exec.Cmd
	terminal *e2e.Terminal
}

func joinNative(t *testing.T, url, nick string, flags ...string) visitor {
	t.Helper()
	cmd := native(t, append([]string{url, "--nick", nick}, flags...)...)
	return visitor{cmd, e2e.StartTerminal(t, 100, 100, cmd)} // so high that talk pushes nothing off before it is seen
}

// native is the native client, as it is released, with a home that knows no
// servers.
func native(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(e2e.StaticBinary(t), append([]string{"join"}, args...)...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "HOME="+t.TempDir())
	return cmd
}

// heapOf is everything that a page's scripts hold. A core of a browser has tens of
// gigabytes, most of them reserved and never used.
func heapOf(t *testing.T, page *e2e.Page) (heap []byte) {
	t.Helper()
	var mu sync.Mutex
	must(t, chromedp.Listen(page.Ctx, func(event any) {
		if chunk, ok := event.(*heapprofiler.EventAddHeapSnapshotChunk); ok {
			mu.Lock()
			defer mu.Unlock()
			heap = append(heap, chunk.Chunk...)
		}
	}))
	_, err := chromedp.Call(page.Ctx, heapprofiler.TakeHeapSnapshot, heapprofiler.TakeHeapSnapshotParams{})
	must(t, err)
	mu.Lock()
	defer mu.Unlock()
	return heap
}
