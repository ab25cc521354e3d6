//go:build !race

package command

import (
	"fmt"
	"testing"

	"sotto/rooms/behaviour"
)

func TestEveryCharacter(t *testing.T) {
	begins := func(text string, _ rune) string { return fmt.Sprint(Begins(text)) }
	slips := func(text string, _ rune) string { return fmt.Sprint(len(Slips(text))) }
	behaviour.EveryCharacter(t, "testdata/characters.jsonl", *update, []behaviour.Place{
		{Of: "begins", Text: "◌/msg bob hi", Parse: begins},
		{Of: "begins", Text: "-◌/msg bob hi", Parse: begins},
		{Of: "slips", Text: ".msg ◌ hi", Parse: slips},
		{Of: "slips", Text: "'msg bob'◌", Parse: slips},
	})
}
