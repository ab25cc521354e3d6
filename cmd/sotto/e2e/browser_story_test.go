//go:build e2e

package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// story is a room with bert and carl at browsers and anna at a real ssh.
type story struct {
	server     *e2e.Server
	cable      *e2e.Cable // between bert and the server
	anna       *e2e.Terminal
	bert, carl hands
}

// What people do with browsers in a room, in one go; each chapter begins where the
// one before ended.
func TestBrowserStory(t *testing.T) {
	server := e2e.Start(t, "--say-rate=0")
	s := &story{server: server, cable: e2e.NewCable(t, server.Web), anna: server.Terminal(t, "den", "--nick", "anna")}
	s.anna.WaitFor("den", "anna")
	s.bert = at(t, e2e.Open(t, "http://"+s.cable.Addr+"/r/den"))
	s.carl = at(t, e2e.Open(t, server.RoomURL("den")))
	for nick, h := range map[string]hands{"bert": s.bert, "carl": s.carl} {
		h.WaitFor("You are", "anna")
		h.Say("/nick " + nick)
		s.anna.WaitFor(nick)
	}
	for _, chapter := range []struct {
		name string
		tell func(*testing.T, *story)
	}{
		{"they talk", talk}, {"they fold", fold}, {"they write", write}, {"they call for attention", attend},
		{"a finger on a phone", touch}, {"two tabs are two people", tabs}, {"the network is cut", cut}, {"going back", goBack},
	} {
		if !t.Run(chapter.name, func(t *testing.T) {
			told := *s
			told.bert.t, told.carl.t = t, t
			chapter.tell(t, &told)
		}) {
			return // what follows would only fail for the same reason
		}
	}
}

// talk: replies, whispers, actions, what is being typed, and ignoring.
func talk(t *testing.T, s *story) {
	s.anna.Say("does anybody hear me?")
	s.bert.WaitFor("does anybody hear me?")

	// A reply by the mouse shows what it answers, and leads there.
	s.bert.point(".message:last-of-type")
	s.bert.click("[data-action=reply]")
	s.bert.says("#replying", "Replying to anna: does anybody hear me?")
	s.bert.focused("#message")
	s.bert.press("loud and clear" + e2e.Enter)
	s.carl.WaitUntil(`[...document.querySelectorAll(".message:has(.re)")].some((m) => m.querySelector(".text").textContent === "loud and clear" &&
		m.querySelector(".re").textContent.includes("does anybody hear me?"))`)
	s.bert.settled()
	s.bert.WaitUntil(`document.getElementById("replying").hidden`)
	s.carl.click(".re .jump")
	s.carl.WaitUntil(`document.activeElement.querySelector(".text")?.textContent === "does anybody hear me?"`)

	// By the keyboard, who wrote an answer is ignored, not who is quoted in it.
	s.carl.script(`document.querySelector(".message:has(.re)").focus()`)
	s.carl.WaitUntil(`document.querySelector(".message:has(.re) #actions")`)
	s.carl.script(`document.querySelector("#actions [data-action=ignore]").focus()`)
	s.carl.press(e2e.Enter)
	s.carl.WaitFor("You ignore bert,")
	s.carl.Say("/unignore bert")
	s.carl.WaitUntil(`document.querySelector(".message:has(.re)")`)

	s.bert.Say("/me waves")
	s.carl.says(".message.action", "waves")
	s.anna.WaitFor("bert waves")

	// A whisper is for one.
	s.bert.Say("/msg carl between us")
	s.carl.says(".message.whisper", "between us")
	s.bert.says(".message.whisper", "you whisper to carl")
	s.carl.Say("/reply and back")
	s.bert.says(".message.whisper", "and back")
	s.carl.Say("said aloud")
	s.anna.WaitFor("said aloud")
	for _, words := range []string{"between us", "and back"} {
		if contains(s.anna.Screen(), words) {
			t.Errorf("the terminal shows the whisper %q", words)
		}
	}

	// One signal in two seconds is passed on, so one has to go on typing.
	s.bert.Do(chromedp.SendKeys(chromedp.CSS("#message"), "still typing"))
	for deadline := time.Now().Add(e2e.Patience); !contains(s.carl.Text(), "bert is typing") || !contains(s.anna.Screen(), "bert is typing"); {
		if time.Now().After(deadline) {
			t.Fatal("nobody sees that bert is typing")
		}
		s.bert.press("g")
	}
	s.bert.press(e2e.Enter)
	s.carl.WaitFor("still typing")
	s.carl.WaitUntil(`document.getElementById("typing").textContent === ""`)

	// Whoever is ignored is not seen, then seen again; the others notice nothing.
	s.bert.Say("/ignore anna")
	s.bert.WaitUntil(`!document.getElementById("timeline").innerText.includes("does anybody hear me?")`)
	s.anna.Say("unheard by one")
	s.carl.WaitFor("unheard by one")
	s.carl.Say("carl is heard")
	s.bert.WaitFor("carl is heard")
	if contains(s.bert.Text(), "unheard by one") {
		t.Error("somebody who is ignored was heard")
	}
	s.bert.Say("/unignore anna")
	s.bert.WaitFor("unheard by one", "does anybody hear me?")
}

// fold: bursts, comings and goings, and what is new below.
func fold(t *testing.T, s *story) {
	dora, _ := s.server.Join(t, "den", "dora")
	for i := range 100 {
		dora.Say(fmt.Sprintf("one of many %d", i))
	}
	s.bert.says("details.burst summary", "more from dora")
	s.bert.WaitFor("one of many 0\n", "one of many 99")
	s.bert.WaitUntil(`!document.getElementById("timeline").innerText.includes("one of many 98")`)
	s.bert.click("details.burst summary")
	s.bert.WaitFor("one of many 98")

	var guests []*e2e.Socket
	for i := range 7 {
		guest, _ := s.server.Join(t, "den", fmt.Sprintf("robin-%c", "abcdefg"[i]))
		guests = append(guests, guest)
	}
	s.carl.says("details.presence summary", "others came in")
	s.carl.click("details.presence summary")
	s.carl.says("details.presence[open]", "robin-g")
	for _, guest := range guests {
		guest.Send(e2e.Frame{"t": "leave"})
	}
	s.carl.WaitUntil(`document.querySelectorAll("#members .member").length === 4`)

	// Whoever reads further up is not moved; what is new is counted below, and in
	// the title and the icon of the tab.
	for i := range 40 {
		dora.Say(fmt.Sprintf("line %d\nof several\nthat make the page long", i))
		s.carl.Say(fmt.Sprintf("and %d", i))
	}
	s.bert.WaitFor("and 39")
	s.bert.script(`document.getElementById("scroller").scrollTop = 100`)
	s.bert.says("#below", "Back to the end")
	before := s.bert.Evaluate(`String(document.getElementById("scroller").scrollTop)`)
	s.carl.Say("news for @bert")
	s.anna.Say("more news")
	s.bert.says("#below", "2 new below · 1 for you")
	s.bert.WaitUntil(`document.title === "(2 @1) den (open) · sotto" && document.getElementById("favicon").href.endsWith("calls-1.svg")`)
	if after := s.bert.Evaluate(`String(document.getElementById("scroller").scrollTop)`); after != before {
		t.Errorf("the reader's place moved from %s to %s", before, after)
	}
	s.bert.click("#below")
	s.bert.says(".message.mentions", "news for @bert")
	s.bert.WaitUntil(`document.title === "den (open) · sotto" && document.getElementById("favicon").href.endsWith("mark.svg") && document.getElementById("below").hidden`)
	s.bert.WaitUntil(`document.getElementById("divider").nextElementSibling.textContent.includes("news for @bert")`)
	// A page that grows between a scrolling and its event has moved no reader.
	s.bert.WaitUntil(`(() => {
		const [scroller, outgoing] = ["scroller", "outgoing"].map((id) => document.getElementById(id));
		outgoing.style.paddingTop = "300px";
		scroller.dispatchEvent(new Event("scroll"));
		outgoing.style.paddingTop = "";
		return document.getElementById("below").hidden;
	})()`)
	dora.Send(e2e.Frame{"t": "leave"})
}

// attend: the invitation, its code and the share sheet; what may call.
func attend(t *testing.T, s *story) {
	s.carl.script(`globalThis.shared = null; navigator.share = async (what) => { shared = what.url; }`)
	s.carl.click("#invite-button")
	s.carl.WaitUntil(`document.getElementById("invite").open && document.querySelector("#qr path").getAttribute("d").length > 500`)
	s.carl.says("#link", s.server.RoomURL("den"))
	s.carl.says("#ssh-command", "ssh -t")
	s.carl.click("#share")
	s.carl.WaitUntil(`shared === document.getElementById("link").textContent`)
	said := s.carl.Watch(`["Copied", "Copying failed"].includes(document.getElementById("copy-ssh").textContent)`)
	s.carl.click("#copy-ssh")
	said()
	s.carl.press(escape)
	s.carl.WaitUntil(`!document.getElementById("invite").open`)

	// While the browser asks whether there may be any, the field is free, and what is
	// waited for is said.
	s.carl.script(`globalThis.Notification = class { static permission = "default"; static requestPermission() { return new Promise((resolve) => { globalThis.allow = resolve; }); } }`)
	s.carl.Say("/notify mentions")
	s.carl.says(".note", "The browser asks")
	s.carl.draft("")
	s.carl.script(`Notification.permission = "granted"; allow("granted")`)
	s.carl.says(".note", "Your name, answers to you and whispers call for you")
	s.carl.Say("/notify off")
	s.carl.says(".note", "Nothing calls for you now")

	// Notifications come when they were asked for, and without words.
	s.carl.script(`globalThis.called = []; document.hasFocus = () => false;
		globalThis.Notification = class { static permission = "granted"; static async requestPermission() { return "granted"; }
			constructor(title, options) { called.push(title + "|" + options.body); } close() {} }`)
	s.bert.Say("nobody is called by this, @carl")
	s.carl.WaitFor("nobody is called by this")
	s.carl.Say("/notify mentions")
	s.carl.WaitUntil(`document.getElementById("notify-mentions")?.checked`)
	s.carl.says(".note", "whispers call for you")
	s.bert.Say("nor by this")
	s.bert.Say("but by this, @carl")
	s.carl.WaitUntil(`called.length === 1`)
	if called := s.carl.Evaluate(`called.join("\n")`); contains(called, "by this") || contains(called, "bert") {
		t.Errorf("a notification says %q", called)
	}
	s.carl.script(`delete document.hasFocus; dispatchEvent(new Event("focus"))`)
	s.carl.Say("/notify off")
}
