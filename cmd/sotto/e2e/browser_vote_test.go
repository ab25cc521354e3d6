//go:build e2e && prove

package e2e_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
)

// Where no host is, three at two pages and a terminal vote somebody out: asked in the list
// of people, answered by a button, and by a command; who came since then is not asked.
func TestBrowserVote(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	loud := s.Pipe(t, "den", "--listen", "--nick", "loud") // makes the room, and no host
	loud.WaitFor("you are loud")
	anna := at(t, e2e.Open(t, s.RoomURL("den")))
	anna.WaitFor("You are")
	ben := at(t, e2e.Open(t, s.RoomURL("den")))
	ben.WaitFor("You are")
	otto := plain(t, s, "dumb", "den", "--nick", "otto")
	otto.WaitFor("you are otto")

	// Nobody who just came asks for a vote, or answers one that does not run.
	anna.Say("/vote loud")
	anna.WaitFor("came less than two minutes ago")
	anna.Say("/vote yes")
	anna.says("#problem", "Nobody is asked anything just now.")
	anna.script(`document.getElementById("message").value = ""; document.getElementById("problem").hidden = true`)

	// Two minutes are what the room asks for, by its own clock.
	for here := time.Now(); time.Since(here) < rooms.VoteAfter; {
		patience := min(rooms.VoteAfter-time.Since(here), e2e.Patience/2)
		ben.script(`document.documentElement.dataset.until = ""; setTimeout(() => { document.documentElement.dataset.until = "over"; }, ` + strconv.FormatInt(patience.Milliseconds(), 10) + `)`)
		ben.WaitUntil(`document.documentElement.dataset.until === "over"`)
	}
	eve := at(t, e2e.Open(t, s.RoomURL("den")))
	eve.WaitFor("You are")

	anna.script(`[...document.querySelectorAll("#members summary")].find((e) => e.textContent.includes("loud")).click()`)
	anna.click(`#members [open] [data-does="vote"]`)
	anna.says("#vote", "Remove loud? You said yes.")
	ben.says("#vote", "Remove loud? 3 have to agree.")
	eve.says("#vote", "Remove loud? 3 have to agree.")
	if eve.Evaluate(`String(document.querySelector("#vote .buttons").hidden)`) != "true" {
		t.Error("who just came is asked")
	}
	eve.Say("/vote yes")
	eve.WaitFor("Only those are asked")
	ben.WaitUntil(`/^0:[0-5]\d$/.test(document.querySelector("#vote .left").textContent)`)
	ben.click(`#vote [data-answer="no"]`)
	ben.says("#vote", "You said no.")
	ben.click(`#vote [data-answer="yes"]`)
	ben.says("#vote", "You said yes.")
	otto.Say("/vote yes")
	for _, page := range []hands{anna, ben, eve} {
		page.WaitFor("loud was removed")
		page.WaitUntil(`document.getElementById("vote").hidden && document.querySelector("#vote p").textContent === ""`)
	}
	if loud.Wait() != 1 || !strings.Contains(strings.Join(loud.Lines(), "\n"), "removed") {
		t.Error("who was removed is not told")
	}
	if told := ben.Evaluate(`String(document.getElementById("announcer").textContent.split("are asked whether to remove loud").length - 1)`); told != "1" {
		t.Errorf("the vote is read aloud %s times", told)
	}
}
