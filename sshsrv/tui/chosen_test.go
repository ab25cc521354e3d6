package tui

import (
	"strconv"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/theme"
)

// TestPrivacyTellsEveryChoice has /privacy answer otherwise after every command that
// chooses something and asks nothing of the room, from the table of the commands itself:
// what such a command leaves is held here.
func TestPrivacyTellsEveryChoice(t *testing.T) {
	told := 0
	for _, entry := range append(command.Table(command.Terminal), command.Entry{Name: "ignore", Args: []command.Arg{{Kind: command.Choice, Choices: []string{"", lynx.Nick}}}}) {
		if len(entry.Args) == 0 || entry.Name == "verify" { // which compares, and chooses nothing
			continue
		}
		choices := entry.Args[0].Choices
		switch entry.Args[0].Kind {
		case command.Words:
			choices = []string{"off", "deploy outage"}
		case command.Theme:
			choices = theme.Names()
		case command.Choice:
		default:
			continue
		}
		s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
		answers, asked := map[string]bool{}, false
		for _, choice := range choices {
			before := len(s.seat.ops)
			s.types("/"+entry.Name+" "+choice, "enter")
			asked = asked || len(s.seat.ops) > before || s.cards.open != nil
			answer := ""
			for _, f := range s.chosen() {
				if answer += f.Name + f.Value + "\n"; f.Why == "" {
					t.Errorf("nobody says what %s is held for", f.Name)
				}
			}
			answers[answer] = true
		}
		if asked {
			continue
		}
		if told++; len(answers) < len(choices) {
			t.Errorf("/privacy has %d answers after %d choices of /%s", len(answers), len(choices), entry.Name)
		}
	}
	if told < 7 {
		t.Errorf("%d commands were looked at", told)
	}
}

// TestPrivacyTellsWhatIsKept: what can be scrolled to, brought back, undone and told at the
// end is counted, over all rooms of the window.
func TestPrivacyTellsWhatIsKept(t *testing.T) {
	s := plainRoom(t)
	s.says(lynx, "one")
	s.says(lynx, "two")
	s.types("three", "enter")
	s.answers()
	s.joins("den", heron)
	s.types("a draft")
	s.do(run.SeatEndedMsg{At: s.front, Err: removed})
	s.passes(settles)
	s.types("esc", "begun")
	have := map[string]int{}
	for _, f := range s.kept() {
		have[f.Name], _ = strconv.Atoi(f.Value)
		if f.Why == "" {
			t.Errorf("nobody says what %s is kept for", f.Name)
		}
	}
	if have["kept.Lines"] < 3 || have["kept.Sent"] < 1 || have["kept.Undo"] < 1 || have["kept.Drafts"] != 1 || have["kept.Unsaid"] != 1 {
		t.Errorf("kept is %v", have)
	}
	s.types("ctrl+c", "/privacy", "enter")
	s.happens(&rooms.Held{})
	s.types("end")
	s.shows("what is remembered for you here", "kept.Lines")
}
