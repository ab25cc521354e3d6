package rooms

import (
	"fmt"
	"strings"
)

// RoomName is a valid name of a room: a letter or digit of a-z and 0-9, then
// letters, digits and hyphens, at most [MaxRoomNameBytes] in all.
type RoomName string

// address is what one room is found by. Open and sealed rooms never meet: one of
// each may go by the same name, so that nobody learns of a room by being kept
// out of it.
type address struct {
	kind Kind
	name RoomName
}

// sealedNameBytes is the length of the names that sealed rooms have: 128 bits of
// what their link says, in hexadecimal digits.
const sealedNameBytes = 32

// isSealedName reports whether a name can only be meant for a sealed room.
func isSealedName(name RoomName) bool {
	return len(name) == sealedNameBytes && strings.Trim(string(name), "0123456789abcdef") == ""
}

// errSealedName is for whoever asks for an open room by such a name, whether or
// not there is a sealed one.
var errSealedName = &Error{NotAllowed, "Sealed rooms have names like that: only sotto's own client and the browser can open one, with its link."}

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
