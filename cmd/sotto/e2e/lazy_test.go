//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// A part of the page that is asked for on demand has the content that the page
// named, or is not run: then the page says so, stays as it is, and gets it when
// it is asked again. The same holds for the file that names the parts.
func TestLazyModulesAreGuarded(t *testing.T) {
	for file, content := range map[string]string{
		"qr.js":        "globalThis.altered = true; export const qrCode = () => null;",
		"modules.json": `{"view/invite.js": {"integrity": ""}}`,
	} {
		t.Run(file, func(t *testing.T) { testGuarded(t, file, content) })
	}
}

func testGuarded(t *testing.T, file, content string) {
	s := e2e.Start(t)
	page := e2e.Open(t, "about:blank")
	altered := make(chan string, 1)
	if err := chromedp.Listen(page.Ctx, func(event any) {
		paused, ok := event.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		select {
		case altered <- paused.Request.URL:
		default:
		}
		go chromedp.Call(page.Ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{
			RequestID: paused.RequestID, ResponseCode: 200,
			ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "text/javascript"}},
			Body:            []byte(content),
		})
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(page.Ctx, fetch.Enable, fetch.EnableParams{
		Patterns: []*fetch.RequestPattern{{URLPattern: "*/" + file}},
	}); err != nil {
		t.Fatal(err)
	}
	s.Join(t, "den", "anna") // whoever is alone is shown how others get in
	page.Do(chromedp.Navigate(s.RoomURL("den")))
	page.WaitFor("You are")
	for _, request := range page.Requests() {
		for _, later := range []string{"qr.js", "emoji.js", "help.js", "parse.js", "strings.de.js"} {
			if strings.HasSuffix(request, "/"+later) {
				t.Errorf("a first load asks for %s", later)
			}
		}
	}

	invite := chromedp.CSS("#invite-button")
	page.Do(chromedp.Click(invite))
	if url := <-altered; !strings.HasPrefix(url, s.URL) {
		t.Errorf("the part was asked of %s", url)
	}
	page.WaitFor("could not be fetched")
	if ran := page.Evaluate(`String(globalThis.altered)`); ran != "undefined" {
		t.Error("a module was run that is not what the page named")
	}

	if _, err := chromedp.Call(page.Ctx, fetch.Disable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	page.Do(chromedp.Click(invite))
	page.WaitUntil(`document.getElementById("invite").open && document.querySelector("#qr path")`)
}
