package rooms

import (
	"slices"
	"strings"
	"unicode"
)

// SeveralRooms returns the names of several rooms that somebody wrote into one line with
// commas between them, each once, or nil where the line is of one room or of none. Blanks
// beside a comma mean nothing, and without one they part no rooms: "tea house" is rather one.
func SeveralRooms(typed string) []RoomName {
	const commas = ",،"
	if !strings.ContainsAny(typed, commas) {
		return nil
	}
	parts := strings.FieldsFunc(typed, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(commas, r)
	})
	if len(parts) < 2 {
		return nil
	}
	var names []RoomName
	for _, part := range parts {
		name, err := ParseRoomName(strings.TrimPrefix(part, "#"))
		if err != nil {
			return nil
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
