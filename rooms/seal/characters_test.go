package seal

import (
	"strings"
	"testing"

	"sotto/rooms/behaviour"
)

func TestEveryCharacterInAPassphrase(t *testing.T) {
	fields := func(text string, _ rune) string { return strings.Join(PassphraseFields(text), " ") }
	behaviour.EveryCharacter(t, "testdata/characters.jsonl", *update, []behaviour.Place{
		{Of: "passphrase", Text: "ab◌ility ◌", Parse: fields},
	})
}
