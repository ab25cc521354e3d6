package tui

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/wire"
	"sotto/sshsrv/tui/run"
)

// TestAsked plays what the browser's page and lines play as well: what a line asks of the
// room by which somebody governs it.
func TestAsked(t *testing.T) { playAsked(t, "asked") }

// TestMeant is the same of which message a command is about.
func TestMeant(t *testing.T) {
	happened := playAsked(t, "meant")
	s := askedOf(t, happened)
	s.types("/react", "enter")
	if shown := s.text(); !strings.Contains(shown, "who reacted") || !strings.Contains(shown, "ear") {
		t.Errorf("/react alone shows\n%s", shown)
	}
	s = askedOf(t, nil)
	s.types("/react", "enter")
	if shown := s.text(); !strings.Contains(shown, "Nobody has reacted to anything") {
		t.Errorf("/react alone shows\n%s", shown)
	}
}

// askedOf is a sitting of who is asked for, in which so much has happened.
func askedOf(t *testing.T, happened []json.RawMessage) *sitting {
	t.Helper()
	ear := rooms.Member{ID: "01", Nick: "ear", Via: rooms.ViaSSH}
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	s.do(run.SeatMsg{Seat: s.seat})
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: ear, Members: []rooms.Member{
		ear, {ID: "02", Nick: "bob", Via: rooms.ViaSSH}, {ID: "03", Nick: "cleo", Via: rooms.ViaWeb}}})
	for _, frame := range happened {
		f, err := wire.DecodeServer(frame)
		if err != nil {
			t.Fatal(err)
		}
		s.happens(f.Event)
	}
	return s
}

func playAsked(t *testing.T, name string) (happened []json.RawMessage) {
	t.Helper()
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
		s := askedOf(t, script.Happened)
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
	return script.Happened
}
