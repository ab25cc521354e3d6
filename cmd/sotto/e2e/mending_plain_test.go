//go:build e2e

package e2e_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// Reactions, polls, changing and taking back, in an open room with somebody in --plain over
// a real ssh, a pipe, a program with --json and the native client in --plain: each does
// what they can, and all are told.
func TestMendingInLines(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	page, _ := s.Join(t, "den", "page")
	term := plain(t, s, "xterm-256color", "den", "--plain", "--nick", "zoe")
	term.WaitFor("you are zoe in the open room den")
	pipe := s.Pipe(t, "den", "--listen", "--nick", "logger")
	pipe.WaitFor("you are logger")
	program := s.Pipe(t, "den", "--json", "--listen", "--nick", "robot")
	program.WaitFor(`"welcome"`)
	nat := e2e.StartTerminal(t, 70, 24, native(t, t.TempDir(), s.URL+"/r/den", "--nick", "nat", "--plain"))
	nat.WaitFor("you are nat")
	ask := func(op string, values ...any) { program.Send(fmt.Sprintf(op, values...) + "\n") }
	seqOf := func(line string) int {
		var f struct{ Seq int }
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		return f.Seq
	}

	page.Say("we ship at noon")
	shipped := seqOf(program.WaitFor("we ship at noon"))
	term.WaitFor("<page> we ship at noon")
	nat.WaitFor("<page> we ship at noon")
	term.Say("/react :tada:")
	term.WaitFor("🎉 is on <page> \"we ship at noon\"")
	program.WaitFor(fmt.Sprintf(`"re":%d,"emoji":"🎉","on":true`, shipped))
	nat.Say("/react 🎉 page")
	nat.WaitFor("🎉 is on <page> \"we ship at noon\"")
	ask(`{"t":"react","re":%d,"emoji":"👍","on":true,"id":"r"}`, shipped)
	program.WaitFor(`"emoji":"👍","on":true,"id":"r"`)
	pipe.WaitFor("👍 1 on <page> \"we ship at noon\"")
	page.AwaitFrame("the program's thumb", func(f e2e.Frame) bool { return f.Type() == "reacted" && f["emoji"] == "👍" })
	term.Say("/react")
	term.WaitFor("<page> \"we ship at noon\": 🎉 nat, you; 👍 robot.")

	term.Say("/poll lunch? | pizza | soup")
	term.WaitFor("-- /react 1: pizza", "-- /react 2: soup")
	poll := seqOf(program.WaitFor(`"options":["pizza","soup"]`))
	pipe.WaitFor("-- /react 2: soup")
	nat.WaitFor("<zoe> lunch?", "-- /react 2: soup")
	nat.Say("/react 2")
	nat.WaitFor("you chose #2 \"soup\": <zoe> \"lunch?\"")
	ask(`{"t":"react","re":%d,"emoji":"2","on":true}`, poll)
	pipe.WaitFor("#2 \"soup\" 2 on <zoe> \"lunch?\"")
	ask(`{"t":"react","re":%d,"emoji":"3","on":true,"id":"no option"}`, poll)
	program.WaitFor(`"bad_frame"`)
	ask(`{"t":"amend","re":%d,"text":"mine now","id":"not mine"}`, poll)
	program.WaitFor(`"not_allowed"`)
	ask(`{"t":"react","re":99999,"emoji":"👍","on":true,"id":"never said"}`)
	program.WaitFor(`"unknown_message"`)

	term.Say("a slip of teh hand")
	slip := seqOf(program.WaitFor("a slip of teh hand"))
	pipe.WaitFor("<zoe> a slip of teh hand")
	nat.WaitFor("<zoe> a slip of teh hand")
	term.Say("/amend a slip of the hand")
	term.WaitFor("your message is changed")
	program.WaitFor(fmt.Sprintf(`"re":%d,"text":"a slip of the hand"`, slip))
	pipe.WaitFor("<zoe> (changed) a slip of the hand")
	nat.WaitFor("<zoe> (changed) a slip of the hand")
	term.Say("/retract")
	term.WaitFor("your message is taken back")
	pipe.WaitFor("zoe took back a message said ")
	nat.WaitFor("zoe took back a message said ")
	page.AwaitFrame("what was taken back", func(f e2e.Frame) bool { return f.Type() == "retracted" && f["re"] == float64(slip) })
	nat.Say("/react 👍 zoe")
	nat.WaitFor("👍 is on <zoe> \"lunch?\"")
}

// The same between two native clients in --plain in a sealed room, where nobody but who
// said something takes it back.
func TestMendingInSealedLines(t *testing.T) {
	s := e2e.Start(t)
	link := s.URL + "/s/#" + seal.NewSecret().String()
	anna := e2e.StartTerminal(t, 80, 24, native(t, t.TempDir(), link, "--nick", "anna", "--plain"))
	anna.WaitFor("you are anna in the sealed room")
	bert := e2e.StartTerminal(t, 80, 24, native(t, t.TempDir(), link, "--nick", "bert", "--plain"))
	bert.WaitFor("you are bert in the sealed room", "anna")
	anna.WaitFor("bert is here")

	anna.Say("/poll tea? | black | green")
	bert.WaitFor("<anna> tea?", "-- /react 2: green")
	bert.Say("/react 2")
	bert.WaitFor("you chose #2 \"green\": <anna> \"tea?\"")
	bert.Say("/react :tada: anna")
	bert.WaitFor("🎉 is on <anna> \"tea?\"")
	bert.Say("at fiev")
	anna.WaitFor("<bert> at fiev")
	anna.Say("/react")
	anna.WaitFor("<anna> \"tea?\": #2 \"green\" bert; 🎉 bert.")
	bert.Say("/amend at five")
	anna.WaitFor("<bert> (changed) at five")
	anna.Say("/retract bert")
	anna.WaitFor("only who said something takes it back")
	bert.Say("/retract")
	bert.WaitFor("your message is taken back")
	anna.WaitFor("bert took back a message said ")
}
