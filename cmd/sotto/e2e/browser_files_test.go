//go:build e2e

package e2e_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// desk is a page at which somebody chooses files and saves them.
type desk struct {
	*e2e.Page
	t       *testing.T
	choices chan *page.EventFileChooserOpened
	saved   chan string // paths of downloads that are whole
	folder  string
}

func deskAt(t *testing.T, p *e2e.Page) desk {
	t.Helper()
	d := desk{p, t, make(chan *page.EventFileChooserOpened, 1), make(chan string, 8), t.TempDir()}
	if err := chromedp.Listen(p.Ctx, func(event any) {
		if opened, ok := event.(*page.EventFileChooserOpened); ok {
			d.choices <- opened
		}
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(p.Ctx, page.SetInterceptFileChooserDialog, page.SetInterceptFileChooserDialogParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	if err := chromedp.ListenBrowser(p.Ctx, func(event any) {
		switch e := event.(type) {
		case *browser.EventDownloadWillBegin:
			names[e.GUID] = e.SuggestedFilename
		case *browser.EventDownloadProgress:
			if name, ours := names[e.GUID]; ours && e.State == browser.DownloadProgressStateCompleted {
				d.saved <- filepath.Join(d.folder, name)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	events := true
	if _, err := chromedp.CallBrowser(p.Ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: chromedp.FromContext(p.Ctx).BrowserContextID,
		DownloadPath: d.folder, EventsEnabled: &events,
	}); err != nil {
		t.Fatal(err)
	}
	return d
}

// choose presses a button, and chooses files in the dialog that it opens.
func (d desk) choose(selector string, paths ...string) {
	d.t.Helper()
	click(d.Page, selector)
	d.give(paths...)
}

// give chooses files in the dialog that was asked for.
func (d desk) give(paths ...string) {
	d.t.Helper()
	select {
	case opened := <-d.choices:
		if _, err := chromedp.Call(d.Ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: paths, BackendNodeID: opened.BackendNodeID}); err != nil {
			d.t.Fatal(err)
		}
	case <-time.After(e2e.Patience):
		d.t.Fatalf("no dialog to choose files; the page shows:\n%s", d.Text())
	}
}

// card is a selector of the last offer of a file of that name, or of what is in it.
func card(name, inside string) string { return `.file[aria-label="` + name + `"] ` + inside }

func action(name, does string) string { return card(name, `[data-file=`+does+`]`) }

// save presses Save, and returns what the browser put on the disk.
func (d desk) save(name string) []byte {
	d.t.Helper()
	click(d.Page, action(name, "save"))
	select {
	case path := <-d.saved:
		content, err := os.ReadFile(path)
		if err != nil {
			d.t.Fatal(err)
		}
		if filepath.Base(path) != name {
			d.t.Errorf("%s is saved as %s", name, path)
		}
		return content
	case <-time.After(e2e.Patience):
		d.t.Fatalf("%s was not saved; the page shows:\n%s", name, d.Text())
		return nil
	}
}

// isUnderWay waits until a part of a file is there.
func (d desk) isUnderWay(name string) {
	d.t.Helper()
	d.WaitUntil(`document.querySelector('` + card(name, "progress") + `')?.value > 0`)
}

// Ten megabytes go each way between a browser and two native clients, one of them
// over ssh, in a sealed room, over a connection that is cut, while they talk and
// the server holds next to nothing of it.
func TestFilesBetweenBrowserAndNativeClients(t *testing.T) {
	s := e2e.Start(t)
	cable := e2e.NewCable(t, s.Web)
	home, there, over := home(t, s), t.TempDir(), t.TempDir()
	opened, link := openSealed(t, "http://"+cable.Addr+"/")
	anna := deskAt(t, opened)
	called(anna.Page, "anna")
	key := link[strings.Index(link, "/s/#"):]
	bert := e2e.StartTerminal(t, 100, 30, native(t, home, s.URL+key, "--nick", "bert", "--downloads", there))
	bert.WaitFor("2 here")
	carl := e2e.StartTerminal(t, 100, 30, native(t, home, "ssh://"+s.SSH+key, "--nick", "carl", "--downloads", over))
	carl.WaitFor("3 here")
	anna.WaitFor("bert", "carl")

	before := resident(t, s.PID())
	plan, planned := tenMiB(t, "plan.pdf")
	anna.choose("#attach", plan)
	anna.WaitFor("plan.pdf", "10 MiB", "Sealed: only the people in this room can read it.", "Nobody takes it yet")
	bert.WaitFor("anna offers plan.pdf (10.0 MiB) · /take 1")
	bert.Say("/take")
	carl.WaitFor("/take 1")
	carl.Say("/take")
	anna.isUnderWay("plan.pdf")
	cable.Set(e2e.Down)
	cable.CutClients()
	anna.WaitUntil(`document.documentElement.dataset.phase === "waiting"`)
	cable.Set(e2e.Whole)
	anna.WaitUntil(`document.documentElement.dataset.phase === "open"`)
	say(anna.Page, "words overtake files")
	bert.WaitFor("words overtake files")
	bert.WaitFor("Saved as")
	carl.WaitFor("Saved as")
	anna.WaitFor("2 people have it")
	isAt(t, there, "plan.pdf", planned)
	isAt(t, over, "plan.pdf", planned)

	photo, taken := tenMiB(t, "photo.raw")
	carl.Say("/send " + photo)
	anna.WaitFor("photo.raw", "10 MiB")
	click(anna.Page, action("photo.raw", "take"))
	anna.isUnderWay("photo.raw")
	anna.WaitFor("It is here, whole and unchanged")
	if got := anna.save("photo.raw"); !bytes.Equal(got, taken) {
		t.Errorf("%d bytes were saved, not the %d that were sent", len(got), len(taken))
	}
	anna.WaitFor("Your browser has it now.")
	carl.WaitFor("1 has it")
	if rise := resident(t, s.PID()) - before; rise > frozenRise {
		t.Errorf("the server's memory rose by %d KiB", rise>>10)
	} else {
		t.Logf("the server's memory rose by %d KiB while it passed 30 MiB", rise>>10)
	}

	// What is declined does not come; what is cancelled stops, at either end.
	large, _ := fileOf(t, "large.bin", 40<<20)
	bert.Say("/send " + large)
	anna.WaitFor("large.bin")
	click(anna.Page, action("large.bin", "decline"))
	anna.WaitFor("You declined it.")
	click(anna.Page, action("large.bin", "take"))
	anna.isUnderWay("large.bin")
	bert.WaitFor("1 takes it")
	click(anna.Page, action("large.bin", "cancel"))
	anna.WaitFor("You cancelled it.")
	bert.WaitGone("1 takes it")
	anna.choose("#attach", large)
	carl.WaitFor("anna offers large.bin")
	carl.Say("/take")
	anna.WaitFor("1 person is taking it")
	anna.Do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("[data-file=cancel]")].at(-1).click()`))
	anna.WaitFor("You withdrew it.")
	carl.WaitFor("anna offers it no more")
	if entries, err := os.ReadDir(over); err != nil || len(entries) != 1 {
		t.Errorf("of a file that was withdrawn is left: %v, %v", entries, err)
	}
}
