//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// evaluate returns what a JavaScript expression gives, as text.
func evaluate(t *testing.T, page *e2e.Page, expression string) string {
	t.Helper()
	text, err := chromedp.Run(page.Ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return text
}

func click(page *e2e.Page, selector string) {
	page.Click(selector)
}

// say types a line into a field that was clicked, and presses the button: keys
// that are sent to a tab behind another do other things than a person's would.
func say(page *e2e.Page, line string) {
	click(page, "#message")
	page.Do(chromedp.SendKeys(chromedp.CSS("#message"), line))
	click(page, "#send")
}

// openSealed makes a sealed room from the front page, and returns its link.
func openSealed(t *testing.T, server string) (*e2e.Page, string) {
	t.Helper()
	page := e2e.Open(t, server)
	page.WaitUntil(`document.getElementById("name").placeholder !== ""`)
	page.Do(chromedp.Navigate(evaluate(t, page, `document.getElementById("sealed-room").href`)))
	page.WaitFor("You are")
	if address := evaluate(t, page, "location.href"); strings.Contains(address, "#") {
		t.Errorf("the address bar shows %s", address)
	}
	return page, linkOf(t, page)
}

func linkOf(t *testing.T, page *e2e.Page) string {
	t.Helper()
	link := evaluate(t, page, `document.getElementById("link").textContent`)
	if !strings.Contains(link, "/s/#") {
		t.Fatalf("the invitation has %q", link)
	}
	return link
}

// called gives somebody a name, and waits until they have it.
func called(page *e2e.Page, nick string) {
	say(page, "/nick "+nick)
	page.WaitFor("is now " + nick)
}

// wordsOn are what /verify shows.
func wordsOn(t *testing.T, page *e2e.Page) string {
	t.Helper()
	say(page, "/verify")
	page.WaitUntil(`document.querySelectorAll("#verify li").length === 12`)
	words := evaluate(t, page, `[...document.querySelectorAll("#verify li")].map((li) => li.textContent).join(" ")`)
	click(page, "#verify .close")
	page.WaitUntil(`document.getElementById("verify") === null`)
	return words
}

// Browsers talk in a sealed room: everything that an open room has, through a
// server that can't read it, over a lost connection too.
func TestBrowsersInASealedRoom(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--log-level=debug")
	cable := e2e.NewCable(t, s.Web)
	anna, link := openSealed(t, "http://"+cable.Addr+"/")
	called(anna, "anna")
	bert := e2e.Open(t, strings.Replace(link, cable.Addr, s.Web, 1))
	bert.WaitFor("You are")
	called(bert, "bert")
	anna.WaitFor("bert", "sealed: only the people in this room can read this")

	say(anna, "hello bert")
	bert.WaitFor("hello bert")
	bert.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".message").focus()`))
	click(bert, "#actions button[data-action=reply]")
	bert.WaitFor("Replying to anna")
	say(bert, "hello yourself")
	anna.WaitUntil(`document.querySelector(".message .re .quoted")?.textContent === "hello bert"`)
	say(bert, "/msg anna between us")
	anna.WaitFor("bert whispers to you", "between us")
	say(anna, "/topic tea at six")
	bert.WaitFor("anna set the topic: tea at six")
	if a, b := wordsOn(t, anna), wordsOn(t, bert); a != b {
		t.Errorf("anna's words are %q, bert's are %q", a, b)
	}

	// The connection goes, without anybody noticing at first.
	cable.Mute()
	cable.Set(e2e.Down)
	say(anna, "said into the dark")
	say(bert, "said meanwhile")
	bert.WaitFor("said meanwhile")
	cable.CutClients()
	anna.WaitUntil(`document.documentElement.dataset.phase === "waiting"`)
	cable.CutClients()
	cable.Set(e2e.Whole)
	anna.WaitFor("said meanwhile")
	anna.WaitUntil(`document.querySelectorAll("#outgoing li").length === 0`)
	bert.WaitFor("said into the dark")
	for name, page := range map[string]*e2e.Page{"anna": anna, "bert": bert} {
		if n := count(page.Messages(), "said into the dark"); n != 1 {
			t.Errorf("%s has it %d times", name, n)
		}
		if text := page.Text(); strings.Contains(text, "missing") || strings.Contains(text, "tamper") {
			t.Errorf("%s is warned:\n%s", name, text)
		}
	}

	// A third comes by the words of an invitation, and sees who is here.
	carl := e2e.Open(t, s.URL+"/s/")
	carl.WaitFor("Make a new sealed room")
	carl.Do(chromedp.SendKeys(chromedp.CSS("#link-field"), link))
	click(carl, ".keyhole form button")
	carl.WaitFor("That link is of another server, http://" + cable.Addr)
	carl.Do(chromedp.SetValue(chromedp.CSS("#link-field"), "come to <"+s.URL+"/s/#"+strings.SplitN(link, "#", 2)[1]+">."))
	click(carl, ".keyhole form button")
	carl.WaitFor("You are", "anna", "bert", "tea at six")
	say(anna, "hello carl")
	carl.WaitFor("hello carl")
	if strings.Contains(carl.Text(), "hello bert") {
		t.Error("who came later reads what was said before")
	}
	a, c := wordsOn(t, anna), wordsOn(t, carl)
	if a != c {
		t.Errorf("anna's words are %q, carl's are %q", a, c)
	}
	log := s.Stderr()
	for _, secret := range []string{"anna", "hello", "tea", strings.SplitN(link, "#", 2)[1]} {
		if strings.Contains(log, secret) {
			t.Errorf("%q is in the server's log", secret)
		}
	}
}
