//go:build e2e

package e2e_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
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
	names := map[string]string{} // of this tab's downloads: the browser tells of those of all
	frame := string(chromedp.FromContext(p.Ctx).Target.TargetID)
	if err := chromedp.ListenBrowser(p.Ctx, func(event any) {
		switch e := event.(type) {
		case *browser.EventDownloadWillBegin:
			if string(e.FrameID) == frame {
				names[e.GUID] = e.SuggestedFilename
			}
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

// underWay looks from now on, and returns what waits until a part of a file is there.
func (d desk) underWay(name string) (wait func()) {
	d.t.Helper()
	return d.Watch(`document.querySelector('` + card(name, "progress") + `')?.value > 0`)
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
	underWay := anna.underWay("plan.pdf")
	bert.Say("/take")
	carl.WaitFor("/take 1")
	carl.Say("/take")
	underWay()
	cable.Set(e2e.Down)
	cable.CutClients()
	anna.WaitUntil(`document.documentElement.dataset.phase === "waiting"`)
	cable.Set(e2e.Whole)
	anna.WaitUntil(`document.documentElement.dataset.phase === "open"`)
	say(anna.Page, "words overtake files")
	bert.WaitFor("words overtake files")
	awaitSaved(bert, "Saved as")
	awaitSaved(carl, "Saved as")
	anna.WaitFor("2 people have it")
	isAt(t, there, "plan.pdf", planned)
	isAt(t, over, "plan.pdf", planned)

	photo, taken := tenMiB(t, "photo.raw")
	carl.Say("/send " + photo)
	anna.WaitFor("photo.raw", "10 MiB")
	click(anna.Page, action("photo.raw", "take"))
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
	large, _ := fileOf(t, "large.bin", 20<<20)
	bert.Say("/send " + large)
	anna.WaitFor("large.bin")
	click(anna.Page, action("large.bin", "decline"))
	anna.WaitFor("You declined it.")
	underWay = anna.underWay("large.bin")
	click(anna.Page, action("large.bin", "take"))
	underWay()
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

// carry drags files over the page and lets go of them, or pastes them.
func (d desk) carry(events string, files string) {
	d.t.Helper()
	d.Do(chromedp.Evaluate[chromedp.Void](`(async () => {
		const carried = new DataTransfer();
		for (const [name, content, type] of ` + files + `) carried.items.add(new File([content], name, {type}));
		for (const type of ` + events + `) {
			const event = type === "paste"
				? new ClipboardEvent(type, {clipboardData: carried, bubbles: true, cancelable: true})
				: new DragEvent(type, {dataTransfer: carried, bubbles: true, cancelable: true});
			if (document.querySelector("#message").dispatchEvent(event)) throw new Error("the page lets " + type + " go");
		}
	})(); undefined`))
}

// asked waits until the page asks whether files shall be offered, and shows these
// words of them.
func (d desk) asked(words ...string) {
	d.t.Helper()
	for _, word := range words {
		d.WaitUntil(`document.querySelector("#offered[open]")?.innerText.includes(` + strconv.Quote(word) + `)`)
	}
}

// agree lets a file be offered.
func (d desk) agree(name string) {
	d.t.Helper()
	d.asked(name)
	click(d.Page, "#offered button:not(.primary)")
}

// Of more files than can be offered it is asked, and said, which are left out: all of them
// by name, or how many more.
func TestManyFilesAtOnce(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	d := deskAt(t, e2e.Open(t, s.RoomURL("den")))
	d.WaitFor("You are")
	named := func(names ...string) string {
		var files []string
		for _, name := range names {
			files = append(files, `["`+name+`", "x", "text/plain"]`)
		}
		return "[" + strings.Join(files, ", ") + "]"
	}
	d.carry(`["drop"]`, named("a.txt", "b.txt", "c.txt", "d.txt", "e.txt", "f.txt"))
	d.asked("Offer these 4 files", "d.txt", "2 more are left out")
	if d.Evaluate(`String(document.getElementById("offered").innerText.includes("e.txt"))`) == "true" {
		t.Error("it is asked about a file that would not be offered")
	}
	d.agree("a.txt")
	d.WaitUntil(`document.querySelectorAll(".offer").length === 4`)
	d.WaitUntil(`document.getElementById("problem").textContent === "Not offered: e.txt, f.txt. You can offer four files at once, and each counts until you withdraw it."`)
	d.carry(`["drop"]`, named("g.txt", "h.txt", "i.txt", "j.txt", "k.txt", "l.txt"))
	d.WaitUntil(`["g.txt", "j.txt", "and 2 more"].every((each) => document.getElementById("problem").textContent.includes(each)) && !document.getElementById("offered")`)
}

// Two browsers in an open room: files come by drop, by paste and by a command, and
// it is said that the server could read them. Nothing comes, opens or is shown
// without a click.
func TestFilesBetweenBrowsers(t *testing.T) {
	s := e2e.Start(t, "--say-rate=0")
	cable := e2e.NewCable(t, s.Web)
	anna := deskAt(t, e2e.Open(t, s.RoomURL("den")))
	anna.WaitFor("You are")
	bert := deskAt(t, e2e.Open(t, "http://"+cable.Addr+"/r/den"))
	bert.WaitFor("You are")
	plain := s.Terminal(t, "den")
	plain.WaitFor("3 here")

	anna.carry(`["dragenter", "dragover"]`, `[["notes.txt", "of a meeting", "text/plain"]]`)
	anna.WaitUntil(`document.querySelector(".drop-zone")`)
	anna.WaitFor("Let go to offer it to this room", "This is an open room: the server could read the file while it passes.")
	// What was let go or pasted is looked at before anybody else sees it; an Enter
	// too many offers nothing.
	const notes = `[["notes.txt", "of a meeting", "text/plain"]]`
	anna.carry(`["drop"]`, notes)
	anna.asked("notes.txt", "12 bytes", "This is an open room: the server could read the file while it passes.")
	anna.Do(chromedp.KeyEvent(e2e.Enter))
	anna.WaitUntil(`!document.getElementById("offered")`)
	anna.carry(`["drop"]`, notes)
	anna.agree("notes.txt")
	anna.WaitFor("notes.txt", "12 bytes", "Nobody takes it yet")
	anna.WaitUntil(`!document.querySelector(".drop-zone")`)
	plain.WaitFor("offers notes.txt (12 bytes)")
	if shown := plain.Screen(); strings.Count(shown, "offers notes.txt") != 1 {
		t.Errorf("a file is offered that nobody agreed to:\n%s", shown)
	}
	bert.WaitFor("notes.txt", "This is an open room")
	bert.WaitUntil(`document.getElementById("announcer").textContent.includes("offers a file: notes.txt")`)
	click(bert.Page, action("notes.txt", "take"))
	bert.WaitFor("It is here, whole and unchanged")
	bert.WaitUntil(`document.activeElement.dataset.file === "save"`)
	if got := bert.save("notes.txt"); string(got) != "of a meeting" {
		t.Errorf("saved %q", got)
	}

	// Text that is pasted stays text; a picture is offered without what it tells.
	anna.carry(`["paste"]`, `[["photo.jpg", Uint8Array.from(atob("`+photo+`"), (c) => c.charCodeAt(0)), "image/jpeg"]]`)
	anna.agree("photo.jpg")
	anna.WaitFor("photo.jpg", "What the picture told about itself (place, time, camera) was left out.")
	click(bert.Page, action("photo.jpg", "take"))
	bert.WaitUntil(`document.querySelector('` + action("photo.jpg", "save") + `')`)
	if got := bert.save("photo.jpg"); len(got) < 200 || bytes.Contains(got, []byte("SECRET")) || !bytes.HasSuffix(got, []byte{0xff, 0xd9}) {
		t.Errorf("the picture is %q", got)
	}
	anna.carry(`["paste"]`, `[["broken.jpg", Uint8Array.of(255, 216, 255, 225, 255, 255, 83), "image/jpeg"]]`)
	anna.agree("broken.jpg")
	anna.WaitUntil(`document.querySelector("#unread[open]")?.innerText.includes("broken.jpg")`)
	click(anna.Page, "#unread .primary")
	anna.WaitUntil(`!document.getElementById("unread")`)
	anna.carry(`["paste"]`, `[["broken.jpg", Uint8Array.of(255, 216, 255, 225, 255, 255, 83), "image/jpeg"]]`)
	anna.agree("broken.jpg")
	anna.WaitUntil(`document.getElementById("unread")`)
	click(anna.Page, "#unread button:not(.primary)")
	bert.WaitFor("broken.jpg")

	// A command, a connection that is cut, and words meanwhile.
	say(anna.Page, "/send")
	large, content := tenMiB(t, "large.bin")
	anna.give(large)
	bert.WaitFor("large.bin")
	underWay := bert.underWay("large.bin")
	click(bert.Page, action("large.bin", "take"))
	underWay()
	cable.Set(e2e.Down)
	cable.CutClients()
	bert.WaitUntil(`document.documentElement.dataset.phase === "waiting"`)
	cable.Set(e2e.Whole)
	say(anna.Page, "words overtake files")
	bert.WaitFor("words overtake files")
	bert.WaitUntil(`document.querySelector('` + action("large.bin", "save") + `')`)
	say(bert.Page, "/clear") // what is here stays in sight
	bert.WaitUntil(`document.querySelectorAll(".file").length <= 3 && document.querySelector('` + action("large.bin", "save") + `')`)
	if got := bert.save("large.bin"); !bytes.Equal(got, content) {
		t.Errorf("%d bytes were saved, not the %d that were sent", len(got), len(content))
	}

	// Whoever leaves takes their offers with them.
	anna.Do(chromedp.Navigate("about:blank"))
	bert.WaitUntil(`document.querySelector(".file")`)
	for _, request := range append(anna.Requests(), bert.Requests()...) {
		if strings.HasPrefix(request, "http") && !strings.HasPrefix(request, s.URL) && !strings.HasPrefix(request, "http://"+cable.Addr) {
			t.Errorf("a page asked for %s", request)
		}
	}
}

// photo is a JPEG of 16 by 8 pixels with a comment that says SECRET.
const photo = "/9j//gASU0VDUkVUNTkuOTFOMTAuN//gABBKRklGAAEBAAABAAEAAP/bAEMADQkKCwoIDQsKCw4ODQ8TIBUTEhITJxweFyAuKTEwLiktLDM6Sj4zNkY3LC1AV0FGTE5SU1IyPlphWlBgSlFST//bAE" +
	"MBDg4OExETJhUVJk81LTVPT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT//AABEIAAgAEAMBIgACEQEDEQH/xAAVAAEBAAAAAAAAAAAAAAAAAAAABv/EABYQ" +
	"AQEBAAAAAAAAAAAAAAAAAAAUYf/EABUBAQEAAAAAAAAAAAAAAAAAAAQG/8QAFxEAAwEAAAAAAAAAAAAAAAAAAAQVUv/aAAwDAQACEQMRAD8AkbNLNBWxlMjKzWj/2Q=="

// Over plain http from another machine a browser can't seal, so files can't go,
// and the page says so where the button is.
func TestPlainHTTPHasNoFiles(t *testing.T) {
	s := e2e.Start(t)
	ctx, _ := ownBrowser(t, t.TempDir())
	_, port, _ := strings.Cut(s.Web, ":")
	if err := chromedp.Do(ctx, chromedp.Navigate("http://nas.lan:"+port+"/r/den")); err != nil {
		t.Fatal(err)
	}
	await(t, ctx, `document.body.innerText.includes("You are") && "in"`)
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("#attach"))); err != nil {
		t.Fatal(err)
	}
	if said := await(t, ctx, `document.getElementById("problem").textContent`); !strings.HasPrefix(said, "Files need https here, or sotto’s own client (sotto join)") {
		t.Errorf("the page says %q", said)
	}
}

// What Go sealed of a file, a real browser seals and opens to the same bytes.
func TestFileVectorsInABrowser(t *testing.T) {
	s := e2e.Start(t)
	text, err := os.ReadFile("../../../rooms/seal/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	page := e2e.Open(t, s.RoomURL("den"))
	page.WaitFor("You are")
	if found := page.Evaluate(`(async ({file}) => {
		const {FileKey} = await import(document.documentElement.dataset.assets + "/files/seal.js");
		const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
		const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
		const key = await FileKey.of(bytes(file.key));
		const wrong = key.id === file.id ? [] : ["id"];
		for (const {random, text, body, bytes: length} of file.bodies) {
			const whole = new Uint8Array(length);
			whole.set(bytes(text));
			if (hex(await key.seal(whole, bytes(random))) !== body) wrong.push("seals " + random);
			if (hex(await key.open(bytes(body)) ?? []) !== hex(whole)) wrong.push("opens " + random);
		}
		return file.bodies.length + " bodies; " + wrong.join();
	})(` + string(text) + `)`); found != "2 bodies; " {
		t.Errorf("wrong: %s", found)
	}
}
