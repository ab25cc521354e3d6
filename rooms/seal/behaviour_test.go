package seal_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/seal"
)

// scene is one of sealed.json, which says what the keys of its steps mean.
type scene struct {
	Name  string
	Steps []struct {
		Here     []string
		Enter    string
		Does     string
		Say      string
		Whisper  string
		Leave    bool
		Topic    string
		Compared bool
		To       string
		Nick     string
		Pass     int
		Server   string
		Of       string
		Times    int
		Took     *int
		Code     rooms.Code
		At       string
		Shown    []string
		Verify   []string
		Same     *bool
		Names    []string
	}
}

func TestSealedScript(t *testing.T) {
	var script struct {
		About  []string
		Scenes []scene
	}
	behaviour.Read(t, "sealed", &script)
	for _, scene := range script.Scenes {
		t.Run(scene.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newStage(t).play(scene) })
		})
	}
}

// stage is a sealed room before a script.
type stage struct {
	t       *testing.T
	srv     *server
	here    []string // in the order in which they came
	members map[string]*member
}

func newStage(t *testing.T) *stage {
	return &stage{t: t, srv: newServer(), members: map[string]*member{}}
}

// member is somebody in it, whose server does as the script says.
type member struct {
	*end
	server    *commanded
	strangers int
	told      []string // that was shown and not looked at yet
}

func (st *stage) settle() {
	var ends []*end
	for _, name := range st.here {
		ends = append(ends, st.members[name].end)
	}
	settle(ends...)
	everybody := slices.Sorted(maps.Keys(st.members))
	for _, m := range st.members {
		for _, e := range m.events {
			if line := m.line(e, everybody); line != "" {
				m.told = append(m.told, line)
			}
		}
		m.events = nil
	}
}

// pass lets time pass in which all take what there is.
func (st *stage) pass(seconds int) {
	for range seconds {
		second := time.Now().Add(time.Second)
		st.settle()
		time.Sleep(time.Until(second))
	}
	st.settle()
}

func (st *stage) play(scene scene) {
	t := st.t
	for i, p := range scene.Steps {
		m := st.members[p.Does+p.Of+p.At]
		switch {
		case p.Here != nil:
			for _, name := range p.Here {
				st.enter(name)
			}
			st.settle()
			for _, m := range st.members {
				m.told = nil
			}
		case p.Enter != "":
			st.enter(p.Enter)
		case p.Say != "":
			for range max(p.Times, 1) {
				m.do(rooms.Say{Text: p.Say, ID: p.Say})
			}
		case p.Whisper != "":
			m.do(rooms.Whisper{Text: p.Whisper, ID: p.Whisper, To: st.members[p.To].server.id})
		case p.Nick != "":
			m.do(rooms.Rename{Nick: p.Nick, ID: p.Nick})
		case p.Topic != "":
			m.do(rooms.SetTopic{Text: p.Topic, ID: p.Topic})
		case p.Compared:
			m.Compared()
		case p.Leave:
			m.do(rooms.Leave{})
			st.here = slices.DeleteFunc(st.here, func(name string) bool { return name == p.Does })
		case p.Pass > 0:
			st.pass(p.Pass)
		case p.Server != "":
			m.server.command(p.Server, max(p.Times, 1), p.Code)
		case p.Shown != nil:
			if !slices.Equal(m.told, p.Shown) {
				t.Errorf("step %d: %s is shown\n\t%q, want\n\t%q", i+1, p.At, m.told, p.Shown)
			}
			m.told = nil
		case p.Took != nil:
			if m.server.took != *p.Took {
				t.Errorf("step %d: the server took %d messages of %s, want %d", i+1, m.server.took, p.Of, *p.Took)
			}
		case p.Verify != nil:
			st.verify(i+1, p.Verify, *p.Same, p.Names)
		default:
			t.Fatalf("nothing is known of step %d", i+1)
		}
		st.settle()
	}
}

func (st *stage) enter(name string) {
	st.t.Helper()
	room := seal.Open(st.srv.secret)
	e := &end{Seat: seal.NewSeat(room, "garden", ""), t: st.t}
	m := &member{end: e, server: &commanded{t: st.t, hello: e.Hello, srv: st.srv, hidden: map[string]bool{}}}
	m.server.enter()
	e.Attach(m.server)
	st.t.Cleanup(func() { e.Seat.Close() })
	st.members[name] = m
	st.here = append(st.here, name)
	st.pass(2)
	m.do(rooms.Rename{Nick: name, ID: name})
}

func (st *stage) verify(step int, who []string, same bool, names []string) {
	st.t.Helper()
	first := st.members[who[0]].Verify()
	for _, other := range who[1:] {
		if slices.Equal(first.Words, st.members[other].Verify().Words) != same {
			st.t.Errorf("step %d: that %s and %s read the same words is not %v", step, who[0], other, same)
		}
	}
	var have []string
	for _, each := range first.Names {
		have = append(have, nick(each))
	}
	if names != nil && !slices.Equal(have, names) {
		st.t.Errorf("step %d: they are about %q, want %q", step, have, names)
	}
}

// nick is a name as the script writes it: one that was drawn is nobody's in it.
func nick(is string) string {
	switch {
	case strings.HasPrefix(is, "guest-"):
		return "guest"
	case strings.Contains(is, "-"):
		return "somebody"
	}
	return is
}

// line is an event as the script writes it; empty: the script does not.
func (m *member) line(e rooms.Event, everybody []string) string {
	own := func(id string) string {
		if id != "" {
			return " (own " + id + ")"
		}
		return ""
	}
	switch e := e.(type) {
	case *rooms.Welcome:
		var here []string
		for _, each := range e.Members {
			here = append(here, nick(each.Nick))
		}
		line := "welcome"
		if e.Resumed {
			line += " back"
		}
		line += ": " + strings.Join(here, ", ")
		if e.Topic != "" {
			line += " (" + e.Topic + ")"
		}
		return line
	case *rooms.TopicSet:
		return "topic " + nick(e.From.Nick) + ": " + e.Text + own(e.ID)
	case *rooms.Compared:
		if e.At.IsZero() {
			return "compared no more"
		}
		return fmt.Sprintf("compared %d", e.People)
	case *rooms.Joined:
		return nick(e.Member.Nick) + " came"
	case *rooms.Left:
		return nick(e.Member.Nick) + " left"
	case *rooms.Renamed:
		return nick(e.Was) + " is " + nick(e.Member.Nick) + own(e.ID)
	case *rooms.Said:
		return nick(e.From.Nick) + ": " + e.Text + own(e.ID)
	case *rooms.Whispered:
		return nick(e.From.Nick) + " to " + nick(e.To.Nick) + ": " + e.Text + own(e.ID)
	case *rooms.Gap:
		return fmt.Sprintf("gap %d", e.Missed)
	case *rooms.Refused:
		return fmt.Sprintf("refused %s: %s", e.ID, e.Err.Code)
	case *rooms.Unconfirmed:
		if e.Count == m.strangers {
			return ""
		}
		m.strangers = e.Count
		return fmt.Sprintf("strangers %d", e.Count)
	case *rooms.Notice:
		line := "notice " + string(e.Code)
		for _, name := range everybody {
			if strings.Contains(e.Text, name) {
				line += " " + name
			}
		}
		return line
	}
	return ""
}
