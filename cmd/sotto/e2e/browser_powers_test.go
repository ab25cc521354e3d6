//go:build e2e

package e2e_test

import (
	"testing"

	"sotto/cmd/sotto/e2e"
)

// Who made a room governs it, at a page: rules that everybody sees and that the field
// speaks of, somebody who is removed and told why, a door with somebody at it, and a
// room that is gone when it is burned.
func TestBrowserPowers(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	host := at(t, e2e.Open(t, s.RoomURL("den")))
	host.WaitFor("You made this room and are its host.")
	guest := at(t, e2e.Open(t, s.RoomURL("den")))
	guest.WaitFor("You are")
	guest.Say("/nick gus")
	host.WaitFor("is now gus")
	for _, request := range append(host.Requests(), guest.Requests()...) {
		if contains(request, "/powers/") {
			t.Errorf("a room that needs none of it asks for %s", request)
		}
	}

	// Rules are switches for the host, are told to all, and stand above the room.
	host.click("#rules-button")
	host.WaitUntil(`document.getElementById("rules")?.open`)
	host.click(`#rules [name="quiet"]`)
	guest.WaitFor("only hosts speak now, and whom they let speak", "You can whisper to hosts.")
	guest.says("#rules-line", "quiet")
	guest.WaitUntil(`document.getElementById("message").placeholder === "Only hosts speak now"`)
	guest.Say("may I?")
	guest.says("#problem", "This room is quiet")
	guest.draft("may I?")
	if above := guest.Evaluate(`document.getElementById("silence").checkVisibility() ? "shown" : ""`); above != "" {
		t.Error("why nobody may speak stands above the field and below it")
	}
	host.WaitUntil(`document.querySelector('#rules [name="quiet"]').checked`)
	host.script(`document.getElementById("rules").close()`)

	// Voice is given in the list of people; the words are still there to be sent.
	host.click("#members summary")
	host.WaitUntil(`document.querySelector("#members [data-does=voice]")`)
	host.click("#members [data-does=voice]")
	guest.WaitFor("You may speak now, though the room is quiet")
	guest.press(e2e.Enter)
	host.WaitFor("may I?")
	guest.WaitUntil(`document.getElementById("silence").hidden`)

	// The guest reads the rules, and has no switch.
	guest.Say("/rules")
	guest.WaitUntil(`document.getElementById("rules")?.open && !document.querySelector("#rules input")`)
	guest.says("#rules", "Quiet: only hosts speak")
	guest.script(`document.getElementById("rules").close()`)
	host.Say("/quiet off")
	guest.WaitFor("everybody may speak again")
	guest.WaitUntil(`document.getElementById("rules-line").hidden`)

	// A key is shown until it is closed, and stands nowhere then.
	host.Say("/key")
	host.WaitUntil(`document.getElementById("key")?.open`)
	key := host.Evaluate(`document.getElementById("room-key").textContent`)
	host.script(`document.getElementById("key").close()`)
	host.WaitUntil(`!document.getElementById("key")`)
	if left := host.Evaluate(`document.documentElement.outerHTML`); contains(left, key) {
		t.Error("a key that was closed is in the page still")
	}

	// Who is removed is told why, and what becomes of what they read, which fades there
	// too; nobody comes back by themselves.
	host.Say("/fade 10")
	guest.says("#rules-line", "fades after 10 minutes")
	host.click("#members [data-does=remove]")
	host.WaitUntil(`document.getElementById("removing")?.open`)
	host.press("too loud" + e2e.Enter)
	guest.WaitUntil(`document.querySelector("#door[data-page=removed]")`)
	guest.says("#door", "too loud")
	guest.says("#door", "What was said leaves this page too, after 10 minutes")
	host.Say("/fade off")
	host.WaitFor("gus was removed: too loud", "Newcomers have to knock for ten minutes, since somebody was removed")

	// So whoever comes has to knock, and is let in by those inside.
	mia := at(t, e2e.Open(t, s.RoomURL("den")))
	mia.WaitUntil(`document.querySelector("#door[data-page=knock]")`)
	host.Say("said inside")
	host.WaitFor("said inside")
	mia.click("#knock-line")
	mia.press("it is mia" + e2e.Enter)
	mia.WaitUntil(`document.querySelector("#door[data-page=waiting]")`)
	mia.says("#door", "Nobody waits before you.")
	host.says("#knocks", "knocks: it is mia")
	if contains(mia.Text(), "said inside") {
		t.Error("what is said inside reaches who waits")
	}
	host.click("#knocks .primary")
	mia.WaitFor("You are")
	mia.WaitUntil(`!document.getElementById("door") && !document.body.classList.contains("at-door")`)
	host.WaitUntil(`document.getElementById("knocks").hidden`)
	mia.Say("thank you")
	host.WaitFor("thank you")
	host.WaitUntil(`document.getElementById("announcer").textContent.includes("thank you")`)
	if read := host.Evaluate(`String(document.getElementById("announcer").textContent.split("knocks: it is mia").length - 1)`); read != "1" {
		t.Errorf("a knock is read aloud %s times", read)
	}

	// Another is not.
	eve := at(t, e2e.Open(t, s.RoomURL("den")))
	eve.WaitUntil(`document.querySelector("#door[data-page=knock]")`)
	eve.click("#knock")
	host.WaitUntil(`document.querySelectorAll("#knocks li").length === 1`)
	host.click("#knocks li button:not(.primary)")
	eve.WaitUntil(`document.querySelector("#door[data-page=denied]")`)
	host.WaitFor("was sent away")

	// Those at the door stand above the log: in it is only who was sent away.
	if log := host.Evaluate(`document.getElementById("timeline").textContent`); contains(log, "knocks") || contains(log, "was let in") {
		t.Errorf("the log tells of the door what stands above it: %s", log)
	}
	host.Say("/door locked")
	host.says("#rules-line", "locked")
	eve.click("#knock-again")
	eve.WaitUntil(`document.querySelector("#door[data-page=locked]")`)

	// Burning is asked about, and leaves an empty page.
	mia.press("never said")
	host.Say("/burn")
	host.WaitUntil(`document.getElementById("burning")?.open && document.activeElement.textContent === "Keep it"`)
	host.click("#burning .buttons button:last-child")
	for _, page := range []hands{host, mia} {
		page.WaitUntil(`document.querySelector("#door[data-page=burned]")`)
		page.WaitUntil(`document.querySelectorAll("#timeline .entry").length === 0 && document.getElementById("message").value === ""`)
		for _, word := range []string{"thank you", "never said"} {
			if contains(page.Evaluate(`document.documentElement.outerHTML`), word) {
				t.Errorf("%q is in the page of a room that was burned", word)
			}
		}
	}
}

// At a sealed room's door the page says what those inside see, which is no name, and
// waiting there is nothing that looks like tampering.
func TestBrowserKnocksAtASealedRoom(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	page, link := openSealed(t, s.URL+"/")
	anna := at(t, page)
	anna.Say("/door knock")
	anna.says("#rules-line", "newcomers knock")
	var waiting []hands
	for _, queue := range []string{"Nobody waits before you.", "1 person waits before you."} {
		page := at(t, e2e.Open(t, link))
		page.WaitUntil(`document.querySelector("#door[data-page=knock]")`)
		page.says("#door", "They see that somebody knocks, and your name only once you are in.")
		page.click("#knock")
		page.says("#door", queue)
		waiting = append(waiting, page)
	}
	anna.WaitUntil(`document.querySelectorAll("#knocks li").length === 2`)
	anna.click("#knocks li:last-child .primary")
	waiting[1].WaitFor("You are")
	anna.WaitUntil(`document.querySelectorAll("#knocks li").length === 1`)
	anna.click("#knocks .primary")
	waiting[0].WaitFor("You are")
	for _, page := range waiting {
		page.Say("in at last")
		page.WaitFor("in at last")
		if text := page.Text(); contains(text, "tamper") {
			t.Errorf("whoever knocked is warned:\n%s", text)
		}
	}
}
