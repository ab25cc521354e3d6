package tui

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/wire"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/timeline"
)

// seen is all that somebody can find on the screen but for sotto's own sentences.
func (s *sitting) seen() string {
	s.flushes()
	all := []string{s.topicText(), s.typingLine()}
	for id := s.reading.timeline.First(); s.reading.timeline.Has(id); id++ {
		it := s.reading.timeline.Item(id)
		if _, note := it.(*timeline.Note); note && it.Author() == (rooms.Person{}) || s.reading.timeline.Hidden(id) {
			continue
		}
		all = append(all, it.Words(), it.Author().Nick)
		if said, ok := it.(timeline.Said); ok && said.Re != 0 {
			all = append(all, s.reading.timeline.Quote(said.Re))
		}
	}
	return strings.Join(all, "\n")
}

// TestIgnoring plays what the browser's page plays as well.
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
				if step.Type != "" {
					s.types("ctrl+c", step.Type, "enter")
				}
				want := step.Want
				if want == nil {
					continue
				}
				have := s.seen()
				for _, part := range slices.Concat(want.Shows, want.Returns) {
					if !strings.Contains(have, part) {
						t.Errorf("step %d: %q is not to be seen in\n%s", i, part, have)
					}
				}
				for _, part := range slices.Concat(want.Hides, want.Forgets) {
					if strings.Contains(have, part) {
						t.Errorf("step %d: %q is to be seen in\n%s", i, part, have)
					}
				}
				if want.Topic != nil && s.topicText() != *want.Topic {
					t.Errorf("step %d: the topic is %q", i, s.topicText())
				}
				if want.Reply != nil && s.composing.whisperedBy.ID != *want.Reply {
					t.Errorf("step %d: /reply reaches %q", i, s.composing.whisperedBy.ID)
				}
				if want.Ignored != nil && !slices.Equal(s.ignoring.Names(), want.Ignored) {
					t.Errorf("step %d: ignored are %q", i, s.ignoring.Names())
				}
				for _, m := range s.roster.members {
					if marked := strings.Contains(s.whoCell(s.layout.look, m, 80), "ignored"); marked != s.ignores(m.Person()) {
						t.Errorf("step %d: %s is marked: %v", i, m.Nick, marked)
					}
				}
			}
		})
	}
}
