package rooms_test

import (
	"encoding/json"
	"maps"
	"testing"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/wire"
)

// TestAsides plays what the browser's page plays as well.
func TestAsides(t *testing.T) {
	var script struct {
		About     []string
		Scenarios []struct {
			Name  string
			Steps []struct {
				Frame            json.RawMessage
				Told             string
				Seen             *map[string]string
				Ignore, Unignore string
			}
		}
	}
	behaviour.Read(t, "asides", &script)
	for _, scenario := range script.Scenarios {
		t.Run(scenario.Name, func(t *testing.T) {
			var asides rooms.Asides
			var ignoring rooms.Ignoring
			members := map[string]rooms.Member{"a1": {ID: "a1", Nick: "quiet-otter"}, "b2": {ID: "b2", Nick: "anna"}, "c3": {ID: "c3", Nick: "carl"}}
			find := func(id string) (rooms.Member, bool) { m, ok := members[id]; return m, ok }
			for i, step := range scenario.Steps {
				if step.Frame != nil {
					f, err := wire.DecodeServer(step.Frame)
					if err != nil {
						t.Fatal(err)
					}
					switch e := f.Event.(type) {
					case *rooms.Welcome:
						clear(members)
						for _, m := range e.Members {
							members[m.ID] = m
						}
					case *rooms.AsideSet:
						members[e.Member.ID] = e.Member
					case *rooms.Renamed:
						members[e.Member.ID] = e.Member
					case *rooms.Left:
						delete(members, e.Member.ID)
					}
					if told := asides.Happen(f.Event, "a1", find, &ignoring); told != step.Told {
						t.Errorf("step %d: told %q, want %q", i, told, step.Told)
					}
				}
				if m, ok := members[step.Ignore]; ok {
					ignoring.Add(m.Person())
				}
				if m, ok := members[step.Unignore]; ok {
					ignoring.Remove(m.Nick)
				}
				seen := map[string]string{}
				for id, m := range members {
					if aside := ignoring.Shown(m); aside.On {
						seen[id] = aside.Text
					}
				}
				if step.Seen != nil && !maps.Equal(seen, *step.Seen) {
					t.Errorf("step %d: seen %v, want %v", i, seen, *step.Seen)
				}
			}
		})
	}
}
