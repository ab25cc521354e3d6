package rooms_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"sotto/rooms"
)

// What is kept of a panic says where it was, and nothing of what anyone said.
func TestPanicIsContained(t *testing.T) {
	broke := rooms.Contain(func() { panic("secret words") })
	if broke == nil || broke.Type != "string" {
		t.Fatalf("a panic is %+v", broke)
	}
	var logged bytes.Buffer
	broke.Log(slog.New(slog.NewTextHandler(&logged, nil)), "Something broke.")
	if said := broke.Error() + logged.String(); strings.Contains(said, "secret") || !strings.Contains(said, "TestPanicIsContained") {
		t.Errorf("it says %s", said)
	}
	whole := false
	if broke := rooms.Contain(func() { whole = true }); broke != nil || !whole {
		t.Errorf("what did not panic is %+v", broke)
	}
}
