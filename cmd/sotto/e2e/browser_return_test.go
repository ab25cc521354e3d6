//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

const open = `document.documentElement.dataset.phase === "open"`

// present waits until so many people are in the room.
func present(h hands, people int) {
	h.t.Helper()
	h.WaitUntil(fmt.Sprintf(`document.querySelectorAll("#members .member").length === %d`, people))
}

// tabs: two tabs of one browser know nothing of each other, in any direction.
func tabs(t *testing.T, s *story) {
	tab := at(t, s.carl.Tab(s.server.RoomURL("den")))
	tab.WaitFor("You are", "carl")
	tab.Say("/nick frida")
	s.anna.WaitFor("frida")
	tab.Say("said in the second tab")
	s.carl.says(".message:not(.mine)", "said in the second tab")
	s.carl.Say("said in the first tab")
	tab.says(".message:not(.mine)", "said in the first tab")
	present(s.bert, 4)

	// Leaving a page says goodbye at once.
	tab.Do(chromedp.Navigate(s.server.URL + "/about"))
	present(s.bert, 3)
	s.bert.says(".presence", "frida left")
}

// cut: the draft outlives the connection, and what was said meanwhile comes back.
func cut(t *testing.T, s *story) {
	h := s.bert
	h.Do(chromedp.SendKeys(chromedp.CSS("#message"), "begun before"))
	s.cable.Set(e2e.Down)
	s.cable.CutClients()
	s.anna.Say("said while bert was away")
	h.says("#banner", "connection is lost") // after five quiet seconds
	h.draft("begun before")
	h.press(", ended after" + e2e.Enter)
	h.says("#problem", "no connection")
	h.draft("begun before, ended after")
	s.cable.Set(e2e.Whole)
	h.script(`document.getElementById("retry").click()`) // which is gone if the page came back by itself
	h.WaitFor("said while bert was away")
	h.WaitUntil(open + ` && document.getElementById("banner").hidden`)
	h.draft("begun before, ended after")
	h.WaitUntil(`document.getElementById("problem").hidden`) // it is none any more
	h.Do(chromedp.Focus(chromedp.CSS("#message")))
	h.press(e2e.Enter)
	s.anna.WaitFor("begun before, ended after")
	h.settled()
	if gaps := h.Evaluate(`String(document.querySelectorAll(".gap").length)`); gaps != "0" {
		t.Errorf("the page shows %s holes and missed nothing", gaps)
	}
}

// goBack: a page that a browser kept in memory goes on as a new member with its
// name, its words and its draft; one that it did not keep is a first visit.
func goBack(t *testing.T, s *story) {
	s.carl.script(`globalThis.same = true`)
	s.carl.Do(chromedp.Navigate(s.server.URL + "/about"))
	s.bert.says(".presence", "carl left")
	s.carl.script(`history.back()`)
	present(s.bert, 3)
	s.carl.WaitUntil(open + ` && document.body.innerText.includes("You are")`)
	if same := s.carl.Evaluate(`String(globalThis.same)`); same != "undefined" {
		t.Error("Chromium keeps pages with no-store now: docs/decisions/back-forward-cache.md is out of date")
	}
	s.carl.Say("carl came back as somebody else")
	s.anna.WaitFor("somebody else")

	// Chromium keeps the page once nothing forbids it.
	target, err := url.Parse(s.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(response *http.Response) error {
		response.Header.Del("Cache-Control")
		return nil
	}
	kept := httptest.NewServer(proxy)
	defer kept.Close()
	h := at(t, e2e.Open(t, kept.URL+"/r/den"))
	h.WaitFor("You are")
	h.Say("/nick gustav")
	s.anna.WaitFor("gustav")
	h.Say("before going away")
	s.anna.WaitFor("before going away")
	h.press("a draft")
	h.script(`globalThis.same = true`)
	h.Do(chromedp.Navigate(s.server.URL + "/about"))
	s.bert.says(".presence", "gustav left")
	h.script(`history.back()`)
	present(s.bert, 4)
	h.WaitUntil(open)
	if same := h.Evaluate(`String(globalThis.same)`); same != "true" {
		t.Fatal("the browser did not keep the page, so nothing was tested")
	}
	h.WaitFor("before going away", "You were away", "is not here")
	h.draft("a draft")
	h.says("#members .who", "gustav")
	h.script(`document.getElementById("message").focus()`)
	h.press(", sent after all" + e2e.Enter)
	s.anna.WaitFor("a draft, sent after all")
	h.script(`location.href = "about:blank"`) // the proxy ends with its last connection
	present(s.bert, 3)
}
