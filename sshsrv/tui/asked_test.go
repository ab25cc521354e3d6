package tui

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/wire"
	"sotto/sshsrv/tui/run"
)

// TestAsked plays what the browser's page and lines play as well: what a line asks of the
// room by which somebody governs it.
func TestAsked(t *testing.T) {
	var script struct {
		Note  string
		Lines []struct {
			Type string
			Asks map[string]any
		}
	}
	behaviour.Read(t, "asked", &script)
	ear := rooms.Member{ID: "01", Nick: "ear", Via: rooms.ViaSSH}
	for _, line := range script.Lines {
		s := newSitting(t, 80, 24, colorprofile.ASCII)
		s.do(run.SeatMsg{Seat: s.seat})
		s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: ear, Members: []rooms.Member{
			ear, {ID: "02", Nick: "bob", Via: rooms.ViaSSH}, {ID: "03", Nick: "cleo", Via: rooms.ViaWeb}}})
		s.types(line.Type, "enter")
		var asked map[string]any
		if len(s.seat.ops) > 1 {
			t.Errorf("%q asks for more than one thing", line.Type)
		}
		for _, op := range s.seat.ops {
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
