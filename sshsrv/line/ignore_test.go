package line

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"sotto/rooms/behaviour"
	"sotto/rooms/wire"
)

// TestIgnoring plays what a screen and the browser's page play as well, but for
// what lines that are written can't take back.
func TestIgnoring(t *testing.T) {
	var script struct {
		Note      string
		Scenarios []struct {
			Name  string
			Steps []struct {
				Frames []json.RawMessage
				Type   string
				Want   *struct {
					Shows, Hides, Forgets, Returns, Ignored []string
					Topic, Reply                            *string
				}
			}
		}
	}
	behaviour.Read(t, "ignore", &script)
	for _, scenario := range script.Scenarios {
		t.Run(scenario.Name, func(t *testing.T) {
			l := &linear{phase: talking}
			written := ""
			for i, step := range scenario.Steps {
				for _, frame := range step.Frames {
					f, err := wire.DecodeServer(frame)
					if err != nil {
						t.Fatal(err)
					}
					if l.stay.you.ID != "" {
						written += l.stay.happen(f.Event, Visit{})
					} else {
						l.stay.happen(f.Event, Visit{}) // the welcome lists everybody
					}
				}
				if step.Type != "" {
					written = "" // what was written stays
					if err := l.submit(t.Context(), step.Type); err != nil {
						t.Fatal(err)
					}
				}
				want := step.Want
				if want == nil {
					continue
				}
				for _, part := range want.Shows {
					if !strings.Contains(written, part) && scenario.Steps[i-1].Type == "" {
						t.Errorf("step %d: %q was not written: %q", i, part, written)
					}
				}
				for _, part := range want.Hides {
					if strings.Contains(written, part) {
						t.Errorf("step %d: %q was written: %q", i, part, written)
					}
				}
				l.held = nil
				l.tellTopic()
				if topic := l.told(); want.Topic != nil && !strings.Contains(topic, *want.Topic) || slices.ContainsFunc(want.Hides, func(part string) bool { return strings.Contains(topic, part) }) {
					t.Errorf("step %d: the topic is told as %q", i, topic)
				}
				if want.Reply != nil && l.stay.whisperedBy.ID != *want.Reply {
					t.Errorf("step %d: /reply reaches %q", i, l.stay.whisperedBy.ID)
				}
				if want.Ignored != nil && !slices.Equal(l.stay.ignoring.Names(), want.Ignored) {
					t.Errorf("step %d: ignored are %q", i, l.stay.ignoring.Names())
				}
			}
		})
	}
}
