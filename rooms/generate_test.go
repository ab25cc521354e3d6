package rooms_test

import (
	"regexp"
	"testing"

	"sotto/rooms"
)

func TestGenerateNick(t *testing.T) {
	two := regexp.MustCompile(`^[a-z]+-[a-z]+$`)
	seen := make(map[string]bool)
	for range 2000 {
		nick := rooms.GenerateNick()
		parsed, err := rooms.ParseNick(nick.String())
		if err != nil || parsed != nick || !two.MatchString(nick.String()) {
			t.Fatalf("generated %q, which parses to %q, %v", nick, parsed, err)
		}
		seen[nick.String()] = true
	}
	// Of 20,000 names, 2000 drawings see about 1900; of 10,000, about 1810.
	if len(seen) < 1810 {
		t.Errorf("2000 names, of which only %d differ", len(seen))
	}
}

func TestGenerateRoomName(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z]+-[a-z]+-[a-z]+-[0-9]{2}$`)
	seen := make(map[rooms.RoomName]bool)
	for range 1000 {
		name := rooms.GenerateRoomName()
		if parsed, err := rooms.ParseRoomName(string(name)); err != nil || parsed != name || !shape.MatchString(string(name)) {
			t.Fatalf("generated %q, which parses to %q, %v", name, parsed, err)
		}
		seen[name] = true
	}
	if len(seen) < 995 {
		t.Errorf("1000 names, of which only %d differ", len(seen))
	}
}
