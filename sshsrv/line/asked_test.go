package line

import (
	"encoding/json"
	"reflect"
	"testing"

	"sotto/rooms/behaviour"
	"sotto/rooms/wire"
)

// TestAsked plays what the browser's page plays as well: what a line asks of the room by
// which somebody governs it.
func TestAsked(t *testing.T) {
	var script struct {
		Note  string
		Lines []struct {
			Type string
			Asks map[string]any
		}
	}
	behaviour.Read(t, "asked", &script)
	for _, line := range script.Lines {
		p := newPlay(t)
		p.happen(inTea)
		if err := p.l.submit(t.Context(), line.Type); err != nil {
			t.Fatal(err)
		}
		var asked map[string]any
		for _, op := range p.seat.ops {
			if asked != nil {
				t.Errorf("%q asks for more than one thing", line.Type)
			}
			if err := json.Unmarshal(wire.AppendOp(nil, op), &asked); err != nil {
				t.Fatal(err)
			}
			delete(asked, "id")
		}
		if !reflect.DeepEqual(asked, line.Asks) {
			t.Errorf("%q asks %v, want %v", line.Type, asked, line.Asks)
		}
	}
}
