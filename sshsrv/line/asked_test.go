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
func TestAsked(t *testing.T) { playAsked(t, "asked") }

// TestMeant is the same of which message a command is about.
func TestMeant(t *testing.T) { playAsked(t, "meant") }

func playAsked(t *testing.T, name string) {
	var script struct {
		Note     string
		Happened []json.RawMessage
		Lines    []struct {
			Type string
			Asks map[string]any
		}
	}
	behaviour.Read(t, name, &script)
	for _, line := range script.Lines {
		p := newPlay(t)
		p.happen(inTea)
		for _, frame := range script.Happened {
			p.happen(string(frame))
		}
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
