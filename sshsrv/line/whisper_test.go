package line

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/wire"
)

// deaf is a seat that only remembers what was asked of it.
type deaf struct{ ops []rooms.Op }

func (d *deaf) Do(_ context.Context, op rooms.Op) error { d.ops = append(d.ops, op); return nil }
func (d *deaf) Next(context.Context) ([]rooms.Event, error) {
	panic("the test plays what happens")
}
func (d *deaf) Close() error                 { return nil }
func (d *deaf) Ready() <-chan struct{}       { return nil }
func (d *deaf) Take() ([]rooms.Event, error) { return nil, nil }
func (d *deaf) SayWait() time.Duration       { return 0 }

// TestWhom plays what a screen and the browser's page play as well.
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
			seat := &deaf{}
			l := &linear{in: &place{seat: seat}}
			happen := func(e rooms.Event) {
				if err := l.hear(t.Context(), e); err != nil {
					t.Fatal(err)
				}
			}
			for i, step := range scenario.Steps {
				for _, frame := range step.Frames {
					f, err := wire.DecodeServer(frame)
					if err != nil {
						t.Fatal(err)
					}
					happen(f.Event)
				}
				if step.Draft != "" {
					l.editor.line = step.Draft
				}
				if step.Type == "" {
					continue
				}
				seat.ops, l.editor.line = nil, ""
				if err := l.submit(t.Context(), step.Type); err != nil {
					t.Fatal(err)
				}
				to := ""
				for _, op := range seat.ops {
					w, ok := op.(rooms.Whisper)
					if !ok {
						t.Fatalf("step %d: did %#v", i, op)
					}
					at := slices.IndexFunc(l.in.members, func(m rooms.Member) bool { return m.ID == w.To })
					if at < 0 {
						happen(&rooms.Refused{ID: w.ID, Err: &rooms.Error{Code: rooms.UnknownMember, Message: "They have left."}})
						continue
					}
					to = w.To
					happen(&rooms.Whispered{From: l.in.you, To: l.in.members[at].Person(), Text: w.Text, ID: w.ID})
				}
				if to != step.To {
					t.Errorf("step %d: %q reaches %q, not %q; told is %q", i, step.Type, to, step.To, l.held)
				}
			}
		})
	}
}

// What was said in one room is not said in the next.
func TestJoinWaitsForWhatWasSaid(t *testing.T) {
	for _, goes := range []bool{true, false} {
		went := ""
		l := &linear{in: &place{seat: &deaf{}}, visit: Visit{Enter: func(_ context.Context, room, _ string) (Seat, error) {
			went = room
			return nil, &rooms.Error{Code: rooms.RoomFull, Message: "This room is full."}
		}}}
		if err := l.submit(t.Context(), "for this room"); err != nil {
			t.Fatal(err)
		}
		if goes {
			if err := l.hear(t.Context(), &rooms.Said{ID: l.sent, Text: "for this room"}); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.submit(t.Context(), "/join other"); err != nil {
			t.Fatal(err)
		}
		if l.entering != nil {
			<-l.entering.done
		}
		if (went == "other") != goes {
			t.Errorf("went to %q, told %q", went, l.held)
		}
	}
}
