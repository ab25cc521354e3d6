package rooms_test

import (
	"regexp"
	"strings"
	"testing"

	"sotto/rooms"
)

var goodRooms = map[string]string{
	"a":                     "a",
	"0":                     "0",
	"lobby":                 "lobby",
	"Lobby":                 "lobby",
	"QUIET-Otter-47":        "quiet-otter-47",
	"a-":                    "a-",
	"a--b":                  "a--b",
	strings.Repeat("z", 64): strings.Repeat("z", 64),
}

var badRooms = []string{
	"", "-", "-a", "a b", " a", "a\n", "a/b", "../etc", "a.b", "a_b", "ä", "аbc", "\u212a", "\u017f", "🎉", "a\x00", "a\x1b[m", "\xff",
	"room; rm -rf /", "$(id)", "a'b", strings.Repeat("z", 65), strings.Repeat("z", 10<<10),
}

func TestParseRoomName(t *testing.T) {
	for s, want := range goodRooms {
		if got, err := rooms.ParseRoomName(s); err != nil || got != rooms.RoomName(want) {
			t.Errorf("ParseRoomName(%q) = %q, %v; want %q", s, got, err, want)
		}
	}
	for _, s := range badRooms {
		got, err := rooms.ParseRoomName(s)
		refusedWith(t, s, err, rooms.BadRoom)
		if got != "" {
			t.Errorf("ParseRoomName(%.40q) = %q beside its error", s, got)
		}
	}
}

func FuzzParseRoomName(f *testing.F) {
	for s := range goodRooms {
		f.Add(s)
	}
	for _, s := range badRooms {
		f.Add(s)
	}
	rule := regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$`)
	f.Fuzz(func(t *testing.T, s string) {
		name, err := rooms.ParseRoomName(s)
		if (err == nil) != (rule.MatchString(s) && !strings.HasSuffix(s, "\n")) {
			t.Errorf("ParseRoomName(%q) = %q, %v", s, name, err)
		}
		if err == nil && string(name) != strings.ToLower(s) {
			t.Errorf("ParseRoomName(%q) = %q", s, name)
		}
	})
}
