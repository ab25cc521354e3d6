//go:build !race

package rooms_test

import (
	"fmt"
	"strings"
	"testing"

	"sotto/rooms"
	"sotto/rooms/behaviour"
)

// TestEveryCharacter runs without the race detector, which would take most of a minute to see that one
// goroutine looks characters up.
func TestEveryCharacter(t *testing.T) {
	// The first character that makes a name with the same key.
	same := make(map[string]rune)
	nick := func(text string, r rune) string {
		if r == 0 {
			clear(same)
		}
		nick, err := rooms.ParseNick(text)
		if err != nil {
			return ""
		}
		if _, ok := same[nick.Key()]; !ok {
			same[nick.Key()] = r
		}
		return fmt.Sprintf("%s %x", nick, same[nick.Key()])
	}
	clean := func(text string, _ rune) string { return rooms.Clean(text) }
	topic := func(text string, _ rune) string { return rooms.CleanTopic(text) }
	file := func(text string, _ rune) string { return rooms.CleanFileName(text) }
	named := func(text string, _ rune) string {
		_, found := rooms.Named([]string{"anna", "bob"}, text)
		return fmt.Sprint(found == rooms.OneFound)
	}
	meant := func(text string, _ rune) string { return string(rooms.MeantRoomName(text)) }
	room := func(text string, _ rune) string {
		name, _ := rooms.ParseRoomName(text)
		return string(name)
	}
	long := strings.Repeat("a", rooms.MaxNickColumns-1) // one column is left
	behaviour.EveryCharacter(t, "testdata/characters.jsonl", *update, []behaviour.Place{
		{Of: "clean", Text: "a◌◌◌◌◌", Parse: clean},
		{Of: "clean", Text: "◌", Parse: clean},
		{Of: "clean", Text: "e\u0301\u0323\u0302◌", Parse: clean},
		{Of: "clean", Text: "e◌\u0301\u200d◌", Parse: clean},
		{Of: "clean", Text: "\u202e◌\u202e◌ \x1b]0;◌\a", Parse: clean},
		{Of: "topic", Text: "◌ x ◌", Parse: topic},
		{Of: "file", Text: "◌.x◌", Parse: file},
		{Of: "file", Text: "com◌.txt", Parse: file},
		{Of: "nick", Text: "◌a◌", Parse: nick},
		{Of: "nick", Text: long + "◌", Parse: nick},
		{Of: "nick", Text: long + "क्◌", Parse: nick}, // drawn as one, by some
		{Of: "named", Text: "◌ anna ◌", Parse: named},
		{Of: "meant", Text: "x◌y", Parse: meant},
		{Of: "room", Text: "x◌y", Parse: room},
	})
}
