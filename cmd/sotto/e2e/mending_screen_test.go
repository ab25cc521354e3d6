//go:build e2e

package e2e_test

import (
	"testing"

	"sotto/cmd/sotto/e2e"
)

// Keys of a terminal.
const (
	altUp = "\x1b[1;3A"
	upKey = "\x1b[A"
)

// Reactions by key, polls by digit, changing by ↑ and taking back by two keys, between two
// full screens over a real ssh: what one does both see.
func TestMendingOnScreens(t *testing.T) {
	s := e2e.Start(t)
	mia := s.Terminal(t, "-t", "den", "--nick", "mia")
	mia.WaitFor("You are mia here")
	zoe := s.Terminal(t, "-t", "den", "--nick", "zoe")
	zoe.WaitFor("You are zoe here")

	mia.Say("we shop at noon")
	zoe.WaitFor("we shop at noon")
	zoe.Type(altUp)
	zoe.WaitFor("+ react")
	zoe.Type("+", ":tad")
	zoe.WaitFor(":tada:")
	zoe.Type(e2e.Enter)
	zoe.WaitFor("[🎉 1]")
	mia.WaitFor("🎉 1")
	mia.Type(upKey)
	mia.WaitFor("changing: we shop at noon")
	mia.Say(", sharp")
	for _, who := range []*e2e.Terminal{mia, zoe} {
		who.WaitFor("we shop at noon, sharp (changed)", "🎉 1")
	}

	mia.Say("/poll lunch? | pizza | soup")
	zoe.WaitFor("lunch?", "2  soup")
	zoe.Type(altUp)
	zoe.WaitFor("1–2 vote")
	zoe.Type("2")
	zoe.WaitFor("[2] soup")
	mia.WaitFor("soup  ▪ 1")

	mia.Say("a slip of the tongue")
	zoe.WaitFor("a slip of the tongue")
	mia.Type(altUp)
	mia.WaitFor("d take back")
	mia.Type("d")
	mia.WaitFor("take it back from every screen")
	mia.Type("d")
	mia.WaitFor("you took this back")
	zoe.WaitFor("took this back")
	zoe.WaitGone("a slip of the tongue")
	mia.WaitGone("a slip of the tongue")
}
