package line

import (
	"strings"
	"testing"
	"testing/synctest"

	"sotto/rooms"
	"sotto/rooms/command"
)

// TestPrivacyTellsEveryChoice has /privacy answer otherwise after every command that
// chooses something and asks nothing of the room, from the table of the commands itself:
// what such a command leaves is held here.
func TestPrivacyTellsEveryChoice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t, func(v *Visit) { v.Held = func() []rooms.HeldField { return nil } })
		p.guest("bob")
		told := 0
		for _, entry := range append(command.Table(command.Lines), command.Entry{Name: "ignore", Args: []command.Arg{{Kind: command.Choice, Choices: []string{"", "bob"}}}}) {
			if len(entry.Args) == 0 || entry.Name == "verify" { // which compares, and chooses nothing
				continue
			}
			choices := entry.Args[0].Choices
			switch entry.Args[0].Kind {
			case command.Words:
				choices = []string{"off", "deploy"}
			case command.Choice:
			default:
				continue
			}
			switch entry.Name {
			case "fold": // which does nothing in lines
				continue
			case "door", "quiet", "links", "burn": // these are the room's
				continue
			}
			answers := map[string]bool{}
			for _, choice := range choices {
				p.types("/"+entry.Name+" "+choice+"\r", "/privacy\r")
				all := p.heard()
				_, answer, _ := strings.Cut(all[strings.LastIndex(all, "-- What this server"):], "-- chosen.")
				answer, _, _ = strings.Cut(answer, "-- kept.")
				answers[answer] = true
			}
			if told++; len(answers) < len(choices) {
				t.Errorf("/privacy has %d answers after %d choices of /%s", len(answers), len(choices), entry.Name)
			}
		}
		if told < 4 {
			t.Errorf("%d commands were looked at", told)
		}
		heard := p.heard()
		for _, want := range []string{"-- chosen.Words: deploy ", "-- kept.Sent: ", "-- kept.Undo: "} {
			if !strings.Contains(heard, want) {
				t.Errorf("%q is not told in\n%s", want, heard)
			}
		}
	})
}
