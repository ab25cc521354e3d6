//go:build e2e

package e2e_test

import (
	"fmt"
	"strconv"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// Whoever listens to the page hears what others say, once and politely; many
// messages at once as a number; what is for them alone as such; who comes and goes
// and what the topic is; and nothing of what they said themselves.
func TestReadAloud(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	h := at(t, e2e.Open(t, s.RoomURL("den")))
	h.WaitFor("You are")
	anna, welcome := s.Join(t, "den", "anna")
	var me string
	for _, member := range welcome["members"].([]any) {
		if m := member.(map[string]any); m["nick"] != "anna" {
			me = m["id"].(string)
		}
	}
	const spoken = `[...document.querySelectorAll("#announcer > *")].map((e) => e.textContent)`

	// One region speaks: the log itself would say everything a second time.
	h.WaitUntil(`[...document.querySelectorAll("[aria-live]")].filter((e) => e.ariaLive !== "off").map((e) => e.id + " " + e.ariaLive).join() === "announcer polite"`)
	h.WaitUntil(`document.getElementById("timeline").role === "log"`)

	heard := func(sentence string) {
		t.Helper()
		h.WaitUntil(spoken + `.includes(` + strconv.Quote(sentence) + `)`)
	}
	h.Say("this is mine")
	anna.AwaitSaid("this is mine")
	heard("anna came in")
	anna.Say("one **word**")
	heard("anna: one word")

	// A whisper does not pass for speech, nor a deed for a word.
	anna.Send(e2e.Frame{"t": "whisper", "to": me, "text": "for you"})
	heard("anna whispers to you: for you")
	anna.Send(e2e.Frame{"t": "say", "text": "waves", "action": true})
	heard("anna waves")
	anna.Send(e2e.Frame{"t": "topic", "text": "tea"})
	heard("anna set the topic: tea")
	h.Say("/ignore")
	heard("You ignore nobody.")
	if said := h.Evaluate(spoken + `.filter((each) => /this is mine|^anna: (for you|waves)/.test(each)).join("|")`); said != "" {
		t.Errorf("what is read aloud is %q", said)
	}

	const flood = 100
	for i := range flood {
		anna.Say(fmt.Sprint("one of many ", i))
	}
	anna.Say("the last")
	h.WaitUntil(spoken + `.some((each) => /^\d+ new messages$/.test(each))`)
	h.WaitUntil(`(() => { // all are told of, by name or by number
		const words = ` + spoken + `.filter((each) => /^anna: (one of many|the last)|new messages?$/.test(each));
		const told = words.map((each) => Number(/^(\d+) new messages?$/.exec(each)?.[1] ?? 1));
		return told.reduce((sum, n) => sum + n, 0) === ` + fmt.Sprint(flood+1) + ` && told.length < 20;
	})()`)
	h.settled()
	h.script(`document.getElementById("announcer").replaceChildren()`)
	anna.Send(e2e.Frame{"t": "leave"})
	heard("anna left")

	// What came back is told as such, and that whoever was meant is gone.
	h.Say("/reply for you too")
	h.says("#problem[role=alert]", "anna has left")
}
