//go:build e2e

package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// A person in a terminal and a person in a browser talk in one room.
func TestOneRoomTwoDoors(t *testing.T) {
	s := e2e.Start(t, "--say-rate=0")
	term := s.Terminal(t, "den", "--nick", "anna")
	term.WaitFor("den", "anna")
	page := e2e.Open(t, s.RoomURL("den"))
	page.WaitFor("anna")
	page.Say("/nick bert")
	term.WaitFor("bert")
	page.WaitFor("bert")

	third, _ := s.Join(t, "den", "carl")
	for i := range 10 {
		term.Say(fmt.Sprintf("from-terminal-%d", i))
		page.WaitFor(fmt.Sprintf("from-terminal-%d", i))
		page.Say(fmt.Sprintf("from-browser-%d", i))
		term.WaitFor(fmt.Sprintf("from-browser-%d", i))
	}
	for i := range 10 { // the same order for whoever else is there
		third.AwaitSaid(fmt.Sprintf("from-terminal-%d", i))
		third.AwaitSaid(fmt.Sprintf("from-browser-%d", i))
	}

	term.Say("/nick annika")
	page.WaitFor("annika")
	page.Say("/me waves")
	term.WaitFor("waves")

	term.Say("/msg bert only-for-bert")
	page.WaitFor("only-for-bert")
	page.Say("/msg annika only-for-annika")
	term.WaitFor("only-for-annika")
	third.Send(e2e.Frame{"t": "sync", "id": "whispers"})
	third.AwaitFrame("synced", func(f e2e.Frame) bool {
		if strings.HasPrefix(f.Text(), "only-for") || f.Type() == "whispered" {
			t.Errorf("a third person was given a whisper: %v", f)
		}
		return f.Type() == "synced"
	})

	term.Say("/quit")
	if code := term.Wait(); code != 0 {
		t.Errorf("ssh exited with %d after /quit", code)
	}
	left := third.Await("left")
	if member, _ := left["member"].(map[string]any); member["nick"] != "annika" || left["reason"] != "quit" {
		t.Errorf("the departure was %v", left)
	}
}
