package rooms

import (
	"fmt"
	"strings"
)

// RoomName is a valid name of a room: a letter or digit of a-z and 0-9, then
// letters, digits and hyphens, at most [MaxRoomNameBytes] in all.
type RoomName string

// ParseRoomName returns s as a room name, with upper case folded. Anything that
// is not a name is refused with an *[Error] that says what would be; it never
// repeats s, which may be anything.
func ParseRoomName(s string) (RoomName, error) {
	if s == "" || len(s) > MaxRoomNameBytes {
		return "", badRoom()
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-' && i > 0:
		default:
			return "", badRoom()
		}
	}
	// Not by way of a slice of bytes: a short one lies on the stack, and what
	// ended goroutines leave there is not overwritten. A copy, since s may be a
	// part of something longer that would live as long as the room.
	return RoomName(Apart(strings.Clone(strings.ToLower(s)))), nil
}

func badRoom() *Error {
	return &Error{BadRoom, fmt.Sprintf(
		"A room name is 1 to %d letters a-z, digits and hyphens, and begins with a letter or digit.", MaxRoomNameBytes)}
}
