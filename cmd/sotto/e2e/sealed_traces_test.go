//go:build e2e

package e2e_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// ownBrowser is a Chromium with a profile on the disk, as a person has one, and
// a local network in which this machine is called nas.lan. Its end writes
// everything that it keeps.
func ownBrowser(t *testing.T, profile string) (ctx context.Context, end func()) {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.UserDataDir(profile),
		chromedp.Flag("host-resolver-rules", "MAP nas.lan 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	end = sync.OnceFunc(func() {
		_ = chromedp.Cancel(ctx) // closes the browser and waits for it
		cancel()
		stop()
	})
	t.Cleanup(end)
	return ctx, end
}

func await(t *testing.T, ctx context.Context, expression string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, e2e.Patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`new Promise((resolve) => {
		const look = () => { const found = `+expression+`; if (found) { clearInterval(timer); resolve(String(found)); } };
		const timer = setInterval(look, 50);
		look();
	})`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("never saw %s: %v", expression, err)
	}
	return text
}

// After a sealed chat the browser's profile holds neither the key, nor the room,
// nor a word, nor anything of a file that was offered or taken. What is saved the
// browser notes in its list of downloads; this one is only taken.
func TestSealedChatLeavesNoTraceInTheProfile(t *testing.T) {
	s := e2e.Start(t)
	profile := t.TempDir()
	ctx, end := ownBrowser(t, profile)
	if err := chromedp.Do(ctx, chromedp.Navigate(s.URL+"/s/#new")); err != nil {
		t.Fatal(err)
	}
	link := await(t, ctx, `document.getElementById("members")?.childElementCount === 1 && document.getElementById("link").textContent`)
	if err := chromedp.Do(ctx,
		chromedp.SendKeys(chromedp.CSS("#message"), "marked-word-for-nobody"),
		chromedp.Click(chromedp.CSS("#send"))); err != nil {
		t.Fatal(err)
	}
	await(t, ctx, `document.querySelector(".message .text")?.textContent === "marked-word-for-nobody"`)
	given := filepath.Join(t.TempDir(), "marked-name-of-bert.bin")
	if err := os.WriteFile(given, bytes.Repeat([]byte("marked-bytes-of-bert"), 100_000), 0o600); err != nil {
		t.Fatal(err)
	}
	bert := e2e.StartTerminal(t, 100, 30, native(t, home(t, s), link, "--nick", "bert", "--downloads", t.TempDir()))
	bert.WaitFor("2 here")
	bert.Say("/send " + given)
	await(t, ctx, `document.querySelector("[data-file=take]")?.click() ?? document.body.innerText.includes("It is here, whole")`)
	bert.WaitFor("1 has it")
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](`(() => {
		const carried = new DataTransfer();
		carried.items.add(new File(["marked-bytes-of-anna".repeat(50_000)], "marked-name-of-anna.txt", {type: "text/plain"}));
		document.querySelector("#message").dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}));
	})()`)); err != nil {
		t.Fatal(err)
	}
	await(t, ctx, `(() => {
		const yes = document.querySelector("#offered[open] button:not(.primary)");
		yes?.click();
		return Boolean(yes);
	})()`)
	bert.WaitFor("marked-name-of-anna.txt")
	bert.Say("/take")
	bert.WaitFor("Saved as")
	end()

	_, key, _ := strings.Cut(link, "#")
	secret, err := seal.ParseSecret(key)
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(profile, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for what, trace := range map[string]string{
			"key": key, "room": seal.Open(secret).Name(), "message": "marked-word-for-nobody",
			"name of a file": "marked-name-of", "content of a file": "marked-bytes-of",
		} {
			if bytes.Contains(content, []byte(trace)) {
				t.Errorf("the %s is in %s", what, path)
			}
		}
		return nil
	})
	if err != nil || files < 10 {
		t.Fatalf("%d files in the profile, %v", files, err)
	}
	history, err := os.ReadFile(filepath.Join(profile, "Default", "History"))
	if err != nil || !bytes.Contains(history, []byte(s.Web+"/s/")) {
		t.Errorf("the history does not know the page (%v), so this test would not see a trace", err)
	}
}

// Over plain http from another machine a browser can't seal, and the page says
// so instead of a room.
func TestPlainHTTPRefusesToSeal(t *testing.T) {
	s := e2e.Start(t)
	ctx, _ := ownBrowser(t, t.TempDir())
	_, port, _ := strings.Cut(s.Web, ":")
	if err := chromedp.Do(ctx, chromedp.Navigate("http://nas.lan:"+port+"/s/#new")); err != nil {
		t.Fatal(err)
	}
	text := await(t, ctx, `document.getElementById("keyhole")?.innerText`)
	for _, words := range []string{"this page came over plain http", "sotto join --new http://nas.lan:" + port} {
		if !strings.Contains(text, words) {
			t.Errorf("%q is not in\n%s", words, text)
		}
	}
}

// A browser and the native client are in one sealed room.
func TestBrowserAndNativeClientInASealedRoom(t *testing.T) {
	s := e2e.Start(t)
	page, link := openSealed(t, s.URL+"/")
	called(page, "anna")
	bert := e2e.StartTerminal(t, 100, 30, native(t, home(t, s), link, "--nick", "bert"))
	bert.WaitFor("2 here", "anna")
	page.WaitFor("bert")
	say(page, "hello terminal")
	bert.WaitFor("hello terminal")
	bert.Type("\x0f", "\r") // choose the newest message, answer it
	bert.WaitFor("answering")
	bert.Say("hello browser")
	page.WaitUntil(`document.querySelector(".message .re .quoted")?.textContent === "hello terminal"`)
	bert.Say("/msg anna between us")
	page.WaitFor("bert whispers to you", "between us")
	bert.Say("/topic tea")
	page.WaitFor("bert set the topic: tea")
	if ours, theirs := wordsOn(t, page), safetyWords(bert); ours != theirs {
		t.Errorf("the browser's words are %q, the terminal's %q", ours, theirs)
	}
}
