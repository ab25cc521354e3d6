package rooms_test

import (
	"reflect"
	"testing"

	"sotto/rooms"
)

// TestHeld holds that every field of what the server keeps about a place says
// what it is held for, and that the answer comes from the structures.
func TestHeld(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a := enter(t, h, rooms.Visitor{Nick: "alice", Via: rooms.ViaPipe, Resumable: true})
	a.do(rooms.Inspect{ID: "p"})
	held := want[*rooms.Held](t, a.take())
	values := map[string]string{}
	for _, f := range held.Fields {
		if f.Why == "" {
			t.Errorf("nobody says what %s is held for", f.Name)
		}
		values[f.Name] = f.Value
	}
	for name, value := range map[string]string{"nick": "alice", "via": "pipe", "room": "lobby", "out.keep": "true", "id": a.welcome.You.ID} {
		if values[name] != value {
			t.Errorf("%s is %q, want %q", name, values[name], value)
		}
	}
	for i, name := range []string{"nick", "room", "via", "out.entries"} {
		if have := held.Fields[:rooms.HeldFirst][i].Name; have != name {
			t.Errorf("field %d is %q, want %q", i, have, name)
		}
	}
	for name, value := range values {
		if value == a.welcome.Ticket {
			t.Errorf("%s shows the ticket", name)
		}
	}
	if held.ID != "p" || reflect.ValueOf(values).Len() < 15 {
		t.Errorf("%d fields, id %q", len(values), held.ID)
	}
}
