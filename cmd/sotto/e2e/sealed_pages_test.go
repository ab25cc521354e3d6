//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// Words that a page draws lead two browsers and the native client into one room,
// however they are typed, and a slip leads nowhere.
func TestPassphrase(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	anna := e2e.Open(t, s.URL+"/s/")
	anna.WaitFor("Words to read aloud")
	click(anna, "#keyhole summary")
	anna.Do(chromedp.SendKeys(chromedp.CSS("#words-field"), "our cat is fat"+e2e.Enter))
	anna.WaitFor("Word 1 is none of the list")
	click(anna, "#draw")
	anna.WaitFor("77 bits")
	words := evaluate(t, anna, `document.getElementById("drawn").innerText`)
	if n := len(strings.Fields(words)); n != 7 {
		t.Fatalf("the page drew %d words: %q", n, words)
	}
	anna.Do(chromedp.SendKeys(chromedp.CSS("#words-field"), e2e.Enter))
	anna.WaitFor("You are")

	bert := e2e.Open(t, s.URL+"/s/")
	bert.WaitFor("Words to read aloud")
	click(bert, "#keyhole summary")
	bert.Do(chromedp.SendKeys(chromedp.CSS("#words-field"), "  "+strings.ReplaceAll(strings.ToUpper(words), " ", ", ")+e2e.Enter))
	bert.WaitFor("You are")
	say(anna, "by words alone")
	bert.WaitFor("by words alone")

	secret, err := seal.PassphraseSecret(words)
	if err != nil {
		t.Fatal(err)
	}
	if link := linkOf(t, anna); link != s.URL+"/s/#"+secret.String() {
		t.Errorf("the page's key is another than that of package seal: %s", link)
	}
	if strings.Contains(s.Stderr(), strings.Fields(words)[0]) {
		t.Error("the words are in the server's log")
	}
}

// /seal in an open room makes a sealed one: its page is handed the key without an
// address that holds it, and the link that is shown leads there too.
func TestSealHandsTheKeyOver(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	anna := e2e.Open(t, s.RoomURL("den"))
	anna.WaitFor("You are")
	say(anna, "/seal")
	anna.WaitFor("A new sealed room", "The server does not know it")
	link := evaluate(t, anna, `document.getElementById("sealed-link").textContent`)
	opened := chromedp.WaitNewTarget(anna.Ctx, func(other *target.Info) bool { return strings.Contains(other.URL, "/s/") })
	click(anna, "#go-there")
	ctx, cancel := chromedp.NewContext(anna.Ctx, chromedp.WithTargetID(<-opened))
	defer cancel()
	if err := chromedp.Do(ctx); err != nil { // or the tab would end with the first wait
		t.Fatal(err)
	}
	if got := await(t, ctx, `document.getElementById("members")?.childElementCount === 1 && document.getElementById("link").textContent`); got != link {
		t.Errorf("the new tab is in the room of %s, the sheet shows %s", got, link)
	}
	if address := await(t, ctx, `location.href + " " + (window.opener === null)`); address != s.URL+"/s/ true" {
		t.Errorf("the new tab is at %s", address)
	}
	bert := e2e.Open(t, link)
	bert.WaitFor("You are")
	await(t, ctx, `document.getElementById("members").childElementCount === 2`)
	for _, request := range anna.Requests() {
		if strings.Contains(request, strings.SplitN(link, "#", 2)[1]) {
			t.Errorf("the key is in the request %s", request)
		}
	}
}

// A browser without X25519 says so, and what else there is.
func TestBrowserWithoutX25519(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	old := e2e.Open(t, "about:blank")
	if _, err := chromedp.Call(old.Ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		const generate = crypto.subtle.generateKey;
		crypto.subtle.generateKey = function (algorithm, ...more) {
			if ((algorithm.name ?? algorithm) === "X25519") return Promise.reject(new DOMException("Unrecognized name.", "NotSupportedError"));
			return generate.call(this, algorithm, ...more);
		};`}); err != nil {
		t.Fatal(err)
	}
	link := s.URL + "/s/#" + seal.NewSecret().String()
	old.Do(chromedp.Navigate(link))
	old.WaitFor("Not with this browser", "X25519", "sotto join '"+link+"'")
	if address := evaluate(t, old, "location.href"); address != s.URL+"/s/" {
		t.Errorf("the address bar shows %s", address)
	}
}
