package rooms_test

import (
	"slices"
	"testing"

	"sotto/rooms"
)

// TestSeveralRooms: which lines name several rooms.
func TestSeveralRooms(t *testing.T) {
	for typed, want := range map[string][]rooms.RoomName{
		"m1,m2":                        {"m1", "m2"},
		" m1, m2 ":                     {"m1", "m2"},
		"#m1, #M2":                     {"m1", "m2"},
		"m1،m2":                        {"m1", "m2"},
		"m1 m2":                        nil,
		"m1, m2, m1":                   {"m1", "m2"},
		"m1,M1":                        {"m1"},
		"":                             nil,
		"m1":                           nil,
		"m1,":                          nil,
		"m1,,m2":                       {"m1", "m2"},
		"Mein Zimmer":                  nil,
		"m1, a:b":                      nil,
		"https://chat.example/r/x, m1": nil,
	} {
		if got := rooms.SeveralRooms(typed); !slices.Equal(got, want) {
			t.Errorf("%q names %q, want %q", typed, got, want)
		}
	}
}
