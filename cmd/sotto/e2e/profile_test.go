//go:build e2e

package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// After a session in a browser with a profile on disk, its folder holds nothing
// that was said, nobody's name and no draft; the room's name is in what the
// browser remembers of addresses, and proves that the search can find.
func TestNoTraceInBrowserProfile(t *testing.T) {
	const room, said, heard, drafted, mine, theirs = "profile-room-47", "tangerine-sextant", "walnut-gasometer", "unsent-periwinkle", "zinnia-nick", "umbel-nick"
	s := e2e.Start(t, "--say-rate=0")
	profile := t.TempDir()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.UserDataDir(profile),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	defer stop()
	browser, cancel := chromedp.NewContext(allocator)
	defer cancel()
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("chromium does not start: %v", err)
	}
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		ctx, cancel := context.WithTimeout(browser, e2e.Patience)
		defer cancel()
		if err := chromedp.Do(ctx, actions...); err != nil {
			t.Fatal(err)
		}
	}
	field := chromedp.CSS("#message")
	do(chromedp.Navigate(s.RoomURL(room)))
	other, _ := s.Join(t, room, theirs)
	do(chromedp.SendKeys(field, "/nick "+mine+e2e.Enter))
	other.AwaitFrame("the new name", func(f e2e.Frame) bool { return f.Type() == "renamed" })
	do(chromedp.SendKeys(field, said+e2e.Enter))
	other.AwaitSaid(said)
	other.Say(heard)
	waitText := func(text string) {
		t.Helper()
		for {
			ctx, cancel := context.WithTimeout(browser, e2e.Patience)
			shown, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
			cancel()
			if err != nil {
				t.Fatalf("waiting for %s: %v", text, err)
			}
			if strings.Contains(shown, text) {
				return
			}
		}
	}
	waitText(heard)
	do(chromedp.SendKeys(field, drafted))

	entries, err := chromedp.Run(browser, chromedp.Evaluate[[]string](`performance.getEntries().map(({name, entryType}) => entryType + " " + name)`))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if kind, name, _ := strings.Cut(entry, " "); (kind == "resource" || kind == "navigation") && !strings.HasPrefix(name, s.URL+"/") {
			t.Errorf("the page asked for %s", name)
		}
		for _, word := range []string{said, heard, drafted, mine, theirs} {
			if strings.Contains(entry, word) {
				t.Errorf("a performance entry says %s", entry)
			}
		}
	}
	kept, err := chromedp.Run(browser, chromedp.Evaluate[string](`(async () => [
		document.cookie, localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
		globalThis.caches ? (await caches.keys()).length : 0].join(" "))()`, chromedp.EvalAwaitPromise))
	if err != nil || strings.TrimSpace(kept) != "0 0 0 0" {
		t.Errorf("cookies, storage, databases, caches: %q, %v", kept, err)
	}
	// From a page that was left, too, having asked about the draft.
	asked := make(chan struct{}, 1)
	if err := chromedp.Listen(browser, func(event any) {
		if _, ok := event.(*page.EventJavascriptDialogOpening); ok {
			asked <- struct{}{}
			go chromedp.Call(browser, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}
	}); err != nil {
		t.Fatal(err)
	}
	do(chromedp.Navigate(s.URL + "/about"))
	if len(asked) != 1 {
		t.Error("the page did not ask before it was left with a draft")
	}
	if err := chromedp.Cancel(browser); err != nil {
		t.Fatalf("closing the browser: %v", err)
	}

	files := 0
	var inFiles []string
	filepath.WalkDir(profile, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil // gone as the browser ended
		}
		files++
		name := strings.TrimPrefix(path, profile)
		for _, word := range []string{said, heard, drafted, mine, theirs} {
			if holds(content, word) {
				t.Errorf("%s holds %s", name, word)
			}
		}
		if holds(content, room) {
			inFiles = append(inFiles, name)
		}
		return nil
	})
	if files < 5 {
		t.Fatalf("the profile has only %d files", files)
	}
	t.Logf("of %d files, %v hold the room's name", files, inFiles)
	found := false
	for _, name := range inFiles {
		switch base := filepath.Base(name); {
		case strings.HasPrefix(base, "History"):
			found = true
		case strings.HasPrefix(base, "Favicons"), strings.HasPrefix(base, "Visited Links"), strings.HasPrefix(base, "Top Sites"),
			strings.Contains(name, "/Sessions/"), strings.HasPrefix(base, "Shortcuts"), strings.HasPrefix(base, "ukm_db"):
			// what Chromium remembers of the addresses that one was at
		default:
			t.Errorf("%s holds the room's name", name)
		}
	}
	if !found {
		t.Errorf("the browser's history does not hold the room's name: this browser writes none, or the search is blind")
	}
}

// holds reports whether bytes hold a word in UTF-8 or UTF-16.
func holds(content []byte, word string) bool {
	var wide []byte
	for _, unit := range utf16.Encode([]rune(word)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	return bytes.Contains(content, []byte(word)) || bytes.Contains(content, wide)
}

func TestHolds(t *testing.T) {
	for content, want := range map[string]bool{"a word b": true, "\x00w\x00o\x00r\x00d\x00": true, "wo rd": false} {
		if got := holds([]byte(content), "word"); got != want {
			t.Errorf("%s: %v", fmt.Sprintf("%q", content), got)
		}
	}
}
