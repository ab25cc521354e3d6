package seal_test

import (
	"maps"
	"slices"
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
