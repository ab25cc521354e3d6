package seal_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/seal"
	"sotto/rooms/wire"
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
		Options  []string
		React    string
		Unreact  string
		Retract  string
		Amend    string
		Text     string
		Leave    bool
		Topic    string
		Away     *string
		Back     bool
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
		Asks     json.RawMessage
		Asked    []json.RawMessage
		Reached  []string
		Frame    json.RawMessage
		Voice    *bool
		Voices   string
		In       bool
		Muted    bool
		Speaks   string
		For      int
		Frames   string
		Heard    []string
		Keeps    string
		Kept     string
		As       string
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
	kept    map[string][]byte // frames of voice
}

func newStage(t *testing.T) *stage {
	return &stage{t: t, srv: newServer(), members: map[string]*member{}, kept: map[string][]byte{}}
}

// member is somebody in it, whose server does as the script says.
type member struct {
	*end
	server    *commanded
	strangers int
	told      []string          // that was shown and not looked at yet
	words     map[uint64]string // what was said under which number
	*part                       // in the room's voice
}

// number is that of what was said in some words; without any it is of nothing.
func (m *member) number(words string) uint64 {
	for seq, said := range m.words {
		if said == words {
			return seq
		}
	}
	return 1 << 40
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
				m.do(rooms.Say{Text: p.Say, Options: p.Options, ID: p.Say})
			}
		case p.React != "":
			m.do(rooms.React{Re: m.number(p.To), Emoji: p.React, On: true, ID: "react"})
		case p.Unreact != "":
			m.do(rooms.React{Re: m.number(p.To), Emoji: p.Unreact, ID: "react"})
		case p.Retract != "":
			m.do(rooms.Retract{Re: m.number(p.Retract), ID: "retract"})
		case p.Amend != "":
			m.do(rooms.Amend{Re: m.number(p.Amend), Text: p.Text, ID: p.Text})
		case p.Whisper != "":
			m.do(rooms.Whisper{Text: p.Whisper, ID: p.Whisper, To: st.members[p.To].server.id})
		case p.Nick != "":
			m.do(rooms.Rename{Nick: p.Nick, ID: p.Nick})
		case p.Topic != "":
			m.do(rooms.SetTopic{Text: p.Topic, ID: p.Topic})
		case p.Away != nil:
			m.do(rooms.SetAside{On: true, Text: *p.Away, ID: *p.Away})
		case p.Back:
			m.do(rooms.SetAside{ID: "aside"})
		case p.Compared:
			m.Compared()
		case p.Leave:
			m.do(rooms.Leave{})
			st.here = slices.DeleteFunc(st.here, func(name string) bool { return name == p.Does })
		case p.Pass > 0:
			st.pass(p.Pass)
		case p.Server != "":
			m.server.command(p.Server, max(p.Times, 1), p.Code, st.event(p.Frame))
			if p.Server == "removes" {
				st.here = slices.DeleteFunc(st.here, func(name string) bool { return name == p.Of })
			}
		case p.Voice != nil:
			m.take(*p.Voice)
		case p.Voices != "":
			st.voices(p.Voices, p.In, p.Muted, p.To)
		case p.Frames != "" || p.For > 0:
			st.speakFor(p.Speaks, p.For, p.Frames, p.To)
		case p.Keeps != "":
			st.kept[p.As] = st.seal(p.Keeps)
		case p.Kept != "":
			if heard := st.hear(p.Of, st.kept[p.Kept]); !slices.Equal(heard, p.Heard) {
				t.Errorf("step %d: what was kept is heard by %q, want %q", i+1, heard, p.Heard)
			}
		case p.Speaks != "":
			if heard := st.hear(p.Speaks, st.seal(p.Speaks)); !slices.Equal(heard, p.Heard) {
				t.Errorf("step %d: %s is heard by %q, want %q", i+1, p.Speaks, heard, p.Heard)
			}
		case p.Asks != nil:
			m.do(st.op(p.Asks))
		case p.Asked != nil:
			st.asked(i+1, m, p.Asked)
		case p.Reached != nil:
			if have := st.names(m.server.reached); !slices.Equal(have, p.Reached) {
				t.Errorf("step %d: what %s sealed last is for %q, want %q", i+1, p.Of, have, p.Reached)
			}
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

// frame is one of the script, in which @anna stands for what the server calls her.
func (st *stage) frame(script json.RawMessage) []byte {
	for name, m := range st.members {
		script = bytes.ReplaceAll(script, []byte(`"@`+name+`"`), []byte(`"`+m.server.id+`"`))
	}
	return script
}

// event is what a client is told by a server's frame.
func (st *stage) event(script json.RawMessage) rooms.Event {
	if script == nil {
		return nil
	}
	f, err := wire.DecodeServer(st.frame(script))
	if err != nil {
		st.t.Fatalf("%s: %v", script, err)
	}
	return f.Event
}

// op is what a client's frame asks for, whose id is its type.
func (st *stage) op(script json.RawMessage) rooms.Op {
	var typed struct{ T string }
	if err := json.Unmarshal(script, &typed); err != nil {
		st.t.Fatalf("%s: %v", script, err)
	}
	f, refused := wire.DecodeClient(append([]byte(`{"id":"`+typed.T+`",`), st.frame(script)[1:]...))
	if refused != nil {
		st.t.Fatalf("%s: %v", script, refused.Err)
	}
	return f.Op
}

// asked checks what the server was asked for by somebody since it was last looked at.
func (st *stage) asked(step int, m *member, want []json.RawMessage) {
	st.t.Helper()
	read := func(frame []byte) (asked map[string]any) {
		if err := json.Unmarshal(frame, &asked); err != nil {
			st.t.Fatalf("%s: %v", frame, err)
		}
		delete(asked, "id")
		return asked
	}
	var have, wanted []map[string]any
	for _, op := range m.server.asked {
		have = append(have, read(wire.AppendOp(nil, op)))
	}
	for _, each := range want {
		wanted = append(wanted, read(st.frame(each)))
	}
	if !reflect.DeepEqual(have, wanted) {
		st.t.Errorf("step %d: the server was asked for\n\t%v, want\n\t%v", step, have, wanted)
	}
	m.server.asked = nil
}

// names are those of whom the server calls so, in the order of the alphabet.
func (st *stage) names(ids []string) []string {
	names := []string{}
	for name, m := range st.members {
		if slices.Contains(ids, m.server.id) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (st *stage) enter(name string) {
	st.t.Helper()
	room := seal.Open(st.srv.secret)
	e := &end{Seat: seal.NewSeat(room, "garden", ""), t: st.t}
	m := &member{end: e, part: &part{end: e, stage: st}, words: map[uint64]string{}, server: &commanded{t: st.t, hello: e.Hello, srv: st.srv, hidden: map[string]bool{}}}
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
