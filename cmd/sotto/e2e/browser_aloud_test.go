//go:build e2e

package e2e_test

import (
	"fmt"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// Whoever listens to the page hears what others say, once and politely; many
// messages at once as a number; and nothing of what they said themselves.
func TestReadAloud(t *testing.T) {
	s := e2e.Start(t, "--say-rate=0")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	anna, _ := s.Join(t, "den", "anna")
	const spoken = `[...document.querySelectorAll("#announcer > *")].map((e) => e.textContent)`

	// One region speaks: the log itself would say everything a second time.
	h.WaitUntil(`[...document.querySelectorAll("[aria-live]")].filter((e) => e.ariaLive !== "off").map((e) => e.id + " " + e.ariaLive).join() === "announcer polite"`)
	h.WaitUntil(`document.getElementById("timeline").role === "log"`)

	h.Say("this is mine")
	anna.AwaitSaid("this is mine")
	anna.Say("one **word**")
	h.WaitUntil(spoken + `.length > 0`)
	if heard := h.Evaluate(spoken + `.join("|")`); heard != "anna: one word" {
		t.Errorf("what is read aloud is %q", heard)
	}

	const flood = 100
	for i := range flood {
		anna.Say(fmt.Sprint("one of many ", i))
	}
	anna.Say("the last")
	h.WaitUntil(spoken + `.some((each) => /^\d+ new messages$/.test(each))`)
	h.WaitUntil(`(() => { // all are told of, by name or by number
		const told = ` + spoken + `.slice(1).map((each) => Number(/^(\d+) new messages$/.exec(each)?.[1] ?? 1));
		return told.reduce((sum, n) => sum + n, 0) === ` + fmt.Sprint(flood+1) + ` && told.length < 20;
	})()`)
}
