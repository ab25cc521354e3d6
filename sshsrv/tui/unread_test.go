package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/theme"
	"sotto/sshsrv/tui/timeline"
)

// TestUnread counts what the browser counts, too.
func TestUnread(t *testing.T) {
	type step struct {
		Do, By, Text, Re string
		Count, Calls     int
		Divider, First   *string
	}
	var script struct {
		Note  string
		Cases []struct {
			Name  string
			Steps []step
		}
	}
	behaviour.Read(t, "unread", &script)
	people := map[string]rooms.Member{
		"low-fern": {ID: "00", Nick: "low-fern", Via: rooms.ViaSSH},
		"otter":    {ID: "01", Nick: "otter", Via: rooms.ViaWeb},
		"heron":    {ID: "02", Nick: "heron", Via: rooms.ViaWeb},
	}
	for _, c := range script.Cases {
		s := newSitting(t, 80, 24, colorprofile.ASCII)
		s.do(run.SeatMsg{Seat: s.seat})
		s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: people["low-fern"], Members: []rooms.Member{people["low-fern"], people["otter"]}})
		for i := range 40 {
			s.says(people["otter"], fmt.Sprint("before ", i))
			s.passes(seekEvery * 10)
		}
		seqs := map[string]uint64{}
		texts := func(id int) string {
			if id == timeline.None {
				return ""
			}
			if o, ok := s.reading.timeline.Item(id).(*timeline.Offered); ok {
				return o.File.Name
			}
			return s.reading.timeline.Item(id).Words()
		}
		for i, step := range c.Steps {
			who := people[step.By]
			said := func(action bool) {
				s.seq++
				seqs[step.Text] = s.seq
				s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: who.Person(), Text: step.Text, Action: action, Re: seqs[step.Re]})
			}
			switch step.Do {
			case "say":
				said(false)
			case "act":
				said(true)
			case "whisper":
				s.happens(&rooms.Whispered{At: s.now, From: who.Person(), To: people["low-fern"].Person(), Text: step.Text})
			case "offer":
				s.seq++
				s.happens(&rooms.Offered{Seq: s.seq, At: s.now, From: who.Person(), File: rooms.File{Name: step.Text, Size: 1}})
			case "mute":
				s.ignorePerson(who.Person())
			case "joined":
				s.happens(&rooms.Joined{Member: who})
			case "left":
				s.happens(&rooms.Left{Member: who})
			case "renamed":
				s.happens(&rooms.Renamed{Member: rooms.Member{ID: who.ID, Nick: "grey-heron"}, Was: who.Nick})
			case "topic":
				s.happens(&rooms.TopicSet{From: who.Person(), Text: step.Text})
			case "gap":
				s.happens(&rooms.Gap{Missed: 3})
			case "away":
				s.do(tea.BlurMsg{})
			case "back":
				s.do(tea.FocusMsg{})
			case "up":
				s.types("pgup")
			case "esc":
				s.types("esc")
			case "end":
				s.reading.timeline.ToEnd()
				s.reading.attend()
			case "first": // which has more than a screen below it
				for range 30 {
					s.reading.note(theme.Dim, "·", "so much more happens")
				}
				s.types("end")
			case "":
				u := s.reading.unread
				if u.count != step.Count || u.calls != step.Calls || texts(u.divider) != *step.Divider || texts(u.first) != *step.First {
					t.Errorf("%s: step %d: %d unread, %d call, divider %q, first %q", c.Name, i+1, u.count, u.calls, texts(u.divider), texts(u.first))
				}
				if s.reading.timeline.Divider() != u.divider {
					t.Errorf("%s: step %d: the divider is at %d, and shown at %d", c.Name, i+1, u.divider, s.reading.timeline.Divider())
				}
			default:
				t.Fatalf("%s: nobody knows how to do %q", c.Name, step.Do)
			}
			s.Frame()
		}
	}
}

// TestTheWayDown goes down to what came below: first to the first of it, which is
// named, at the top; then to the newest.
func TestTheWayDown(t *testing.T) {
	s := plainRoom(t)
	for i := range 60 {
		s.says([]rooms.Member{lynx, heron}[i/10%2], fmt.Sprint("before ", i))
	}
	s.types("pgup")
	for i := range 30 {
		s.says(heron, fmt.Sprint("news ", i))
		s.passes(time.Second)
	}
	s.says(lynx, "quiet-otter, look")
	s.flushes()
	s.shows("31 new below · 1 for you")
	if title := s.Frame().Title; title != "(31) sotto" {
		t.Errorf("the title is %q", title)
	}
	s.types("end")
	rows := strings.Split(s.text(), "\n")
	if !strings.Contains(rows[2], "new since you looked away") || !strings.Contains(rows[4], "late-heron ◄ news 0") {
		t.Errorf("End shows:\n%s", s.text())
	}
	s.shows("End: newest")
	s.hides("quiet-otter, look")
	s.types("end")
	s.shows("quiet-otter, look")
	s.hides("new below", "End: newest")

	s.types("pgup")
	s.says(heron, "one more")
	s.types("end") // it is on the next screen, with everything before it
	s.types("end")
	s.shows("quiet-otter, look", "one more")
}
