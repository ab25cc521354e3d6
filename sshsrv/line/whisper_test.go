package line

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
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
			l := &linear{phase: arriving, stay: stay{seat: seat}}
			happen := func(e rooms.Event) {
				if err := l.tellOf(t.Context(), e); err != nil {
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
					at := slices.IndexFunc(l.stay.members, func(m rooms.Member) bool { return m.ID == w.To })
					if at < 0 {
						happen(&rooms.Refused{ID: w.ID, Err: &rooms.Error{Code: rooms.UnknownMember, Message: "They have left."}})
						continue
					}
					to = w.To
					happen(&rooms.Whispered{From: l.stay.you, To: l.stay.members[at].Person(), Text: w.Text, ID: w.ID})
				}
				if to != step.To {
					t.Errorf("step %d: %q reaches %q, not %q; told is %q", i, step.Type, to, step.To, l.told())
				}
			}
		})
	}
}

// What was said in one room is said there, before whoever said it goes on to the
// next, and is said by the name that they had; what is typed behind is for later.
func TestNothingOvertakesWhatWaits(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		bob := p.guest("bob")
		texts(bob)
		for i := range 12 {
			p.types(fmt.Sprintf("%d\r", i))
		}
		p.types("/nick annie\rby another name\r/join other\rfor the other room\r")
		other, err := p.hub.Join(t.Context(), rooms.Visitor{Room: "other", Nick: "eve", Via: rooms.ViaWeb})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		var heard []string
		for _, e := range taken(t, bob) {
			if said, ok := e.(*rooms.Said); ok {
				heard = append(heard, said.From.Nick+": "+said.Text)
			}
		}
		var want []string
		for i := range 12 {
			want = append(want, fmt.Sprintf("zoe: %d", i))
		}
		if want = append(want, "annie: by another name"); !slices.Equal(heard, want) {
			t.Errorf("heard %q, want %q", heard, want)
		}
		if got := texts(other); !slices.Equal(got, []string{"for the other room"}) {
			t.Errorf("the other room heard %q", got)
		}
	})
}

// taken is everything that somebody got.
func taken(t *testing.T, seat *rooms.Seat) (all []rooms.Event) {
	t.Helper()
	for {
		events, err := seat.Take()
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			return all
		}
		all = append(all, events...)
	}
}

// Ctrl-C drops a command with the lines that it waits for.
func TestCommandsAreDroppedWithWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		for i := range 12 {
			p.types(fmt.Sprintf("%d\r", i))
		}
		p.types("/join other\rlater\r", "\x03", "still here\r")
		time.Sleep(time.Minute)
		p.shows("<zoe> still here")
		if got := p.heard(); strings.Contains(got, "zoe in other") || !strings.Contains(got, "were dropped") {
			t.Errorf("heard %q", got)
		}
	})
}

// Whoever is in a room does not go there, by whatever name of it.
func TestJoinWhereOneIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		p.types("/join lobby\r")
		p.shows("-- You are in lobby already.")
		p.types("/join LOBBY\r")
		p.shows("-- You are in lobby already.")
		p.types("/join Other Room\r")
		if got := p.heard(); !strings.Contains(got, "other-room.") || strings.Count(got, "-- you are zoe") != 1 {
			t.Errorf("heard %q", got)
		}
	})
}
