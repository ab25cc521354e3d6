package tui

import (
	"encoding/json"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/wire"
	"sotto/sshsrv/tui/run"
)

// TestWhom plays what lines and the browser's page play as well.
func TestWhom(t *testing.T) {
	var script struct {
		Note      string
		Scenarios []struct {
			Name  string
			Steps []struct {
				Frames          []json.RawMessage
				Draft, Type, To string
			}
		}
	}
	behaviour.Read(t, "whisper", &script)
	for _, scenario := range script.Scenarios {
		t.Run(scenario.Name, func(t *testing.T) {
			s := newSitting(t, 80, 24, colorprofile.NoTTY)
			s.do(run.SeatMsg{Seat: s.seat})
			for i, step := range scenario.Steps {
				for _, frame := range step.Frames {
					f, err := wire.DecodeServer(frame)
					if err != nil {
						t.Fatal(err)
					}
					s.happens(f.Event)
				}
				if step.Draft != "" {
					s.composing.composer.Set("")
					s.types(step.Draft)
				}
				if step.Type == "" {
					continue
				}
				s.seat.ops = nil
				s.composing.composer.Set(step.Type)
				s.types("enter")
				to := ""
				for _, op := range s.ops() {
					w, ok := op.(rooms.Whisper)
					if !ok {
						t.Fatalf("step %d: did %#v", i, op)
					}
					to = w.To
					m, _ := s.roster.find(to)
					s.happens(&rooms.Whispered{From: s.you.Person(), To: m.Person(), Text: w.Text, ID: w.ID})
				}
				if to != step.To {
					t.Errorf("step %d: %q reaches %q, not %q; said is %q", i, step.Type, to, step.To, s.status.word)
				}
			}
		})
	}
}
