//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
	"sotto/rooms/seal"
)

// The words to compare are about keys and names, say how many and who, are remembered
// once they were compared, and when that no longer holds it is said who changed.
func TestPageComparesWithNames(t *testing.T) {
	anna := stage(t)
	bob, carl := anna.joins("bob"), anna.joins("carl")
	say(anna.Page, "/verify")
	anna.WaitFor("12 words for 3 people: anna (you), bob, carl", "They change whenever somebody comes, goes or changes their name.")
	words := anna.Evaluate(`[...document.querySelectorAll("#verify li")].map((li) => li.textContent).join(" ")`)
	bob.meets("carl")
	if theirs := strings.Join(bob.Verify().Words, " "); words != theirs {
		t.Errorf("anna's words are %q, bob's %q", words, theirs)
	}
	click(anna.Page, "#verify-same")
	anna.WaitFor("Compared at ", ": the same words for 3 people. You are told when that changes.")
	anna.kind(" · compared ")
	say(anna.Page, "/verify")
	anna.WaitFor("You compared them. That holds until somebody comes, goes or changes their name.")
	click(anna.Page, "#verify .close")
	say(anna.Page, "compared") // nothing of that changes by talking
	bob.hears("compared")
	anna.kind(" · compared ")

	bob.do(rooms.Rename{Nick: "robert"})
	anna.WaitFor("The words that you compared no longer hold: bob is now called robert. /verify shows the new ones.")
	anna.WaitUntil(`!document.getElementById("kind").textContent.includes("compared")`)
	say(anna.Page, "/verify")
	anna.WaitFor("12 words for 3 people: anna (you), robert, carl")
	if again := anna.Evaluate(`[...document.querySelectorAll("#verify li")].map((li) => li.textContent).join(" ")`); again == words {
		t.Error("another name, the same words")
	}
	click(anna.Page, "#verify-same")
	anna.kind(" · compared ")
	carl.do(rooms.Leave{})
	anna.WaitFor("The words that you compared no longer hold: carl left.")
	anna.Cut() // a lost connection is no other set
	say(anna.Page, "/verify")
	anna.WaitFor("12 words for 2 people: anna (you), robert")
	click(anna.Page, "#verify .close")
	say(anna.Page, "/verify same")
	anna.WaitFor("the same words for 2 people")
	dora := anna.joins("dora")
	anna.WaitFor("The words that you compared no longer hold: dora came in.")

	// A sheet that is open when somebody comes, goes, or takes another name says so, and
	// has neither words nor a button for them any more.
	say(anna.Page, "/verify")
	anna.WaitFor("12 words for 3 people: anna (you), ", "dora")
	anna.joins("emil")
	for _, change := range []struct {
		does   func()
		says   string
		people string
	}{
		{func() {}, "Those words hold no more: emil came in", "12 words for 4 people"},
		{func() { dora.do(rooms.Rename{Nick: "dorothea"}) }, "Those words hold no more: dora is now called dorothea.", "12 words for 4 people"},
		{func() { dora.do(rooms.Leave{}) }, "Those words hold no more: dorothea left.", "12 words for 3 people"},
	} {
		change.does()
		anna.WaitFor(change.says)
		anna.WaitUntil(`!document.querySelector("#verify :is(li, #verify-same)")`)
		click(anna.Page, "#verify-anew")
		anna.WaitFor(change.people)
		anna.WaitUntil(`document.querySelectorAll("#verify").length === 1 && document.querySelectorAll("#verify li").length === 12`)
	}
	click(anna.Page, "#verify .close")
}

// A link that is clicked leads into the room that it means, whatever stands behind it
// and however it came; where the server was sent the key, that is said before.
func TestPageReadsWhatPeopleClick(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	key := seal.NewSecret().String()
	for _, behind := range []string{"", ".", ")", "%3E", ">,", "%E2%80%9D", "!"} {
		page := e2e.Open(t, s.URL+"/s/#"+key+behind)
		page.WaitFor("You are")
		if have := linkOf(t, page); have != s.URL+"/s/#"+key {
			t.Errorf("with %q behind it a link leads to another room", behind)
		}
	}
	for _, path := range []string{"/s/%23" + key, "/s%23" + key + "%3E."} {
		page := e2e.Open(t, s.URL+path)
		page.WaitFor("your browser has sent the room’s key to this server")
		if address := evaluate(t, page, "location.href"); address != s.URL+"/s/" {
			t.Errorf("the address bar shows %s", address)
		}
		page.Do(chromedp.SendKeys(chromedp.CSS("#link-field"), e2e.Enter))
		page.WaitFor("You are")
		if have := linkOf(t, page); have != s.URL+"/s/#"+key {
			t.Errorf("%s leads to another room", path)
		}
	}
	for address, says := range map[string]string{
		"/s/%23":                "That link has lost its key",
		"/s/%23" + key[:42]:     "one of the 43 characters after the # is missing",
		"/s/#" + key[:41] + ".": "2 of the 43 characters after the # are missing",
		"/s/#" + key + "tail":   "That is no link into a sealed room",
		"/s/#" + key[:20] + "+": "That is no link into a sealed room",
	} {
		e2e.Open(t, s.URL+address).WaitFor(says)
	}
}

// Words and links as people type and paste them lead into the room that they mean, and
// a slip or a cut leads nowhere and says what is wrong.
func TestPageReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	secret := seal.NewSecret()
	key := secret.String()
	page := e2e.Open(t, s.URL+"/s/#"+key[:40]) // a link that lost its end
	page.WaitFor("That link has lost its end: 3 of the 43 characters after the # are missing. Ask for it once more.")
	if address := evaluate(t, page, "location.href"); strings.Contains(address, "#") {
		t.Errorf("the address bar shows %s", address)
	}
	kept := func(field, want string) {
		t.Helper()
		if have := page.Evaluate(`document.getElementById("` + field + `").value`); have != want {
			t.Errorf("%s holds %q, what was typed is %q", field, have, want)
		}
	}
	kept("link-field", key[:40])
	link := chromedp.CSS("#link-field")
	for pasted, says := range map[string]string{
		s.URL + "/s/#" + key[:42]:               "one of the 43 characters after the # is missing",
		"https://elsewhere.example/s/#" + key:   "That link is of another server, https://elsewhere.example. Open it there.",
		"https://elsewhere.example/s/%23" + key: "That link is of another server, https://elsewhere.example. Open it there.",
		s.URL + "/r/den":                        "That is no link into a sealed room",
	} {
		page.Do(chromedp.SetValue(link, pasted))
		click(page, "#keyhole form button[type=submit]")
		page.WaitFor(says)
		kept("link-field", pasted)
	}

	page.Do(chromedp.SetValue(link, s.URL+"/s/"))
	click(page, "#keyhole form button[type=submit]")
	page.WaitFor("That link has lost its key: the 43 characters after the # are missing.")
	kept("link-field", s.URL+"/s/")

	click(page, "#keyhole summary")
	words := chromedp.CSS("#words-field")
	for typed, says := range map[string]string{
		"abandon abilty able about above absent absorb":  "Word 2 is none of the list. Did you mean “ability”?",
		"abandon, ability able about Above absent xqzzw": "Word 7 is none of the list.",
		"abandon ability able about above absent":        "A room that is opened by words has 7 of them; you typed 6.",
	} {
		page.Do(chromedp.SetValue(words, typed))
		page.Do(chromedp.SendKeys(words, e2e.Enter))
		page.WaitFor(says)
		kept("words-field", typed)
	}
	page.Do(chromedp.SetValue(words, " Abandon, ability-able ABOUT  above absent absorb. "))
	page.Do(chromedp.SendKeys(words, e2e.Enter))
	page.WaitFor("You are")
	spoken, err := seal.PassphraseSecret("abandon ability able about above absent absorb")
	if err != nil {
		t.Fatal(err)
	}
	if have := linkOf(t, page); have != s.URL+"/s/#"+spoken.String() {
		t.Error("words that were typed with capitals and signs lead into another room")
	}

	host := strings.TrimPrefix(s.URL, "http://")
	for _, pasted := range []string{
		"come to <" + s.URL + "/s/#" + key + ">.", s.URL + "/s/%23" + key, "http://" + host[:5] + "\n" + host[5:] + "/s/#" + key[:20] + "\n" + key[20:], key,
	} {
		other := e2e.Open(t, s.URL+"/s/")
		other.WaitFor("Make a new sealed room")
		other.Do(chromedp.SetValue(link, strings.ReplaceAll(pasted, "\n", " "))) // as a field of one line takes it
		click(other, "#keyhole form button[type=submit]")
		other.WaitFor("You are")
		if have := linkOf(t, other); have != s.URL+"/s/#"+key {
			t.Errorf("%q leads to another room", pasted)
		}
	}
}
