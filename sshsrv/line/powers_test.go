package line

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/rooms/wire"
)

// A play is somebody in --plain, to whom a test plays what happens.
type play struct {
	t    *testing.T
	l    *linear
	seat *deaf
	log  strings.Builder
}

func newPlay(t *testing.T) *play {
	p := &play{t: t, seat: &deaf{}}
	p.l = &linear{phase: arriving, stay: stay{seat: p.seat}, columns: 80, out: &p.log}
	p.l.visit.Invite = func(room, token string) rooms.Invitation {
		i := rooms.Invitation{SSH: "ssh -t chat.example " + room, Web: "https://chat.example/r/" + room}
		if token != "" {
			i.SSH, i.Web = i.SSH+" --invite "+token, i.Web+"#"+token
		}
		return i
	}
	return p
}

// happen plays frames, a line each.
func (p *play) happen(frames string) {
	p.t.Helper()
	for frame := range strings.Lines(frames) {
		if frame = strings.TrimSpace(frame); frame == "" {
			continue
		}
		f, err := wire.DecodeServer([]byte(frame))
		if err != nil {
			p.t.Fatalf("%s: %v", frame, err)
		}
		if err := p.l.tellOf(p.t.Context(), f.Event); err != nil {
			p.t.Fatal(err)
		}
	}
	p.told()
}

// types plays a line that its person enters, and writes what it asks of the room.
func (p *play) types(line string) {
	p.t.Helper()
	p.log.WriteString("> " + line + "\n")
	if err := p.l.submit(p.t.Context(), line); err != nil {
		p.t.Fatal(err)
	}
	for _, op := range p.seat.ops {
		p.log.WriteString("    " + string(wire.AppendOp(nil, op)) + "\n")
	}
	p.seat.ops = nil
	p.told()
}

// told writes what its person is told.
func (p *play) told() {
	p.log.WriteString(p.l.told())
	p.l.held, p.l.seen = nil, p.l.stay.messages.Newest()
}

var update = flag.Bool("update", false, "rewrite testdata/*.golden from what is told now")

const inTea = `{"t":"welcome","v":1,"room":"tea","kind":"open","you":{"id":"01","nick":"ear","via":"ssh","host":true},"members":[{"id":"01","nick":"ear","via":"ssh","host":true},{"id":"02","nick":"bob","via":"web"},{"id":"03","nick":"cleo","via":"web"}],"seq":0,"rules":{"door":"open"}}`

// TestPowers is a transcript of a host at a terminal on which lines are only added: what
// each command asks of the room, and what they are told.
func TestPowers(t *testing.T) {
	p := newPlay(t)
	p.happen(inTea + `
		{"t":"key","words":"otter lemon seven quiet harbor"}
		{"t":"notice","code":"host","text":"otter lemon seven quiet harbor"}`)
	for _, line := range []string{
		"/rules", "/key", "/host otter LEMON seven quiet harbor", "/host bob", "/host nobody", "/unhost @bob", "/remove cleo spam, again", "/remove cleo",
		"/mute bob", "/mute bob 1", "/unmute bob", "/voice bob", "/unvoice bob", "/slow 30", "/slow off", "/slow fast", "/quiet on", "/fade 60", "/links off",
		"/door", "/door knock", "/admit quiet-otter", "/burn", "/burn now",
		"/invite", "/invite once", "/invite 10m", "/invite watch", "/uninvite",
	} {
		p.types(line)
	}
	p.happen(`
		{"t":"key","words":"apple river stone cloud winter","id":"1"}
		{"t":"invited","token":"Zm9yIGV4YW1wbGUgb25seQ","uses":1,"id":"21"}
		{"t":"invited","token":"Zm9yIGV4YW1wbGUgb25seQ","for":600,"id":"22"}
		{"t":"invited","token":"Zm9yIGV4YW1wbGUgb25seQ","watch":true,"id":"23"}
		{"t":"invited","id":"24"}
		{"t":"rules","seq":1,"from":{"id":"01","nick":"ear"},"rules":{"door":"knock","slow":30,"fade":3600},"id":"9"}
		{"t":"rules","seq":2,"from":{"id":"02","nick":"bob"},"rules":{"door":"knock","slow":30,"fade":7200,"quiet":true}}
		{"t":"host","seq":3,"member":{"id":"02","nick":"bob","via":"web","host":true}}
		{"t":"muted","seq":4,"member":{"id":"03","nick":"cleo","via":"web","muted":true},"for":600}
		{"t":"knocking","knock":"k1","nick":"quiet-otter","text":"it's me from work"}
		{"t":"knocking","knock":"k2","nick":"quiet-otter"}`)
	for _, line := range []string{"/who", "/rules", "/admit quiet-otter", "/deny quiet-otter-2", "/deny late-heron", "/door"} {
		p.types(line)
	}
	p.happen(`
		{"t":"knocked","knock":"k1","outcome":"admitted"}
		{"t":"knocked","knock":"k2","outcome":"gone"}
		{"t":"rules","seq":5,"rules":{"door":"open"},"why":"calm"}
		{"t":"speak","seq":6,"member":{"id":"03","nick":"cleo","via":"web","speaks":true}}
		{"t":"muted","seq":7,"member":{"id":"03","nick":"cleo","via":"web"},"for":0}
		{"t":"error","code":"not_host","message":"x","id":"3"}`)
	p.types("/rules")
	p.isGolden("powers")
}

// TestWatching is a transcript of a host whose room is watched, and of who watches it.
func TestWatching(t *testing.T) {
	p := newPlay(t)
	p.happen(inTea + `
		{"t":"joined","seq":1,"member":{"id":"w1","nick":"","via":"web","watch":true}}
		{"t":"joined","seq":2,"member":{"id":"w2","nick":"","via":"ssh","watch":true}}
		{"t":"knocking","knock":"k1","text":"the wall","watch":true}`)
	p.l.tellComings()
	p.types("/who")
	p.types("/msg " + rooms.WatcherNumber("w1") + " psst")
	p.types("/remove " + rooms.WatcherNumber("w1"))
	p.happen(`
		{"t":"left","seq":3,"member":{"id":"w1","nick":"","via":"web","watch":true},"reason":"removed"}
		{"t":"left","seq":4,"member":{"id":"w2","nick":"","via":"ssh","watch":true},"reason":"lost"}`)
	p.l.tellComings()
	p.told()

	w := newPlay(t)
	w.happen(`{"t":"welcome","v":1,"room":"tea","kind":"open","you":{"id":"w1","nick":"","via":"ssh","watch":true},"members":[{"id":"01","nick":"ear","via":"ssh","host":true},{"id":"w1","nick":"","via":"ssh","watch":true},{"id":"w2","nick":"","via":"web","watch":true}],"seq":0,"rules":{"door":"open"}}
		{"t":"said","seq":1,"at":1,"from":{"id":"01","nick":"ear"},"text":"hello, wall"}`)
	if before := w.l.before("hello"); before != "" {
		t.Errorf("what is typed stands as said by %q", before)
	}
	w.types("hello")
	w.happen(`{"t":"error","code":"not_allowed","message":"You are watching: who watches reads, and says nothing.","id":"1"}`)
	w.types("/who")
	p.log.WriteString("And who watches:\n" + w.log.String())
	p.isGolden("watching")
}

// isGolden holds the transcript against testdata.
func (p *play) isGolden(name string) {
	t := p.t
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(p.log.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.log.String(); got != string(want) {
		t.Errorf("%s differs; look, and then go test -update. Got:\n%s", path, got)
	}
}

// Whoever is removed is told of as removed, alone and in a crowd.
func TestRemovedIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t)
		p.happen(inTea)
		p.log.Reset()
		p.happen(`{"t":"left","seq":1,"member":{"id":"02","nick":"bob","via":"web"},"reason":"removed","why":"spam"}`)
		if got, want := p.log.String(), "-- bob was removed: spam\n"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		p.log.Reset()
		p.happen(`
			{"t":"joined","seq":2,"member":{"id":"04","nick":"dot","via":"web"}}
			{"t":"left","seq":3,"member":{"id":"03","nick":"cleo","via":"web"},"reason":"quit"}
			{"t":"left","seq":4,"member":{"id":"04","nick":"dot","via":"web"},"reason":"removed","why":"spam"}`)
		if got, want := p.log.String(), "-- cleo left · dot was removed: spam\n"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

// A name that changes hands while a host types it means nobody yet.
func TestPowersReachWhoWasMeant(t *testing.T) {
	p := newPlay(t)
	p.happen(inTea)
	p.l.editor.line = "/remove bob s"
	p.happen(`
		{"t":"left","seq":1,"member":{"id":"02","nick":"bob","via":"web"},"reason":"quit"}
		{"t":"joined","seq":2,"member":{"id":"09","nick":"bob","via":"web"}}`)
	p.l.editor.line = ""
	p.types("/remove bob spam")
	p.types("/remove bob spam")
	if log := p.log.String(); strings.Count(log, `"to":"09"`) != 1 || !strings.Contains(log, "Somebody else goes by the name bob now, so nothing was done.") {
		t.Errorf("the transcript is\n%s", log)
	}
}

// A line that slow mode refuses waits, and goes out by itself when the rule lets it.
func TestSlowLinesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t)
		p.happen(inTea)
		p.types("first")
		p.happen(`{"t":"error","code":"too_soon","message":"x","wait":12000,"id":"1"}`)
		p.types("second")
		if !strings.Contains(p.log.String(), "This room is slow: what you said goes out by itself in 12 seconds.") {
			t.Errorf("the transcript is\n%s", p.log.String())
		}
		if err := p.l.tick(t.Context(), time.Now()); err != nil || len(p.seat.ops) > 0 {
			t.Fatalf("%v, %v was said early", err, p.seat.ops)
		}
		time.Sleep(time.Until(p.l.awaits().due))
		if err := p.l.tick(t.Context(), time.Now()); err != nil || len(p.seat.ops) != 1 {
			t.Fatalf("%v, %v was said", err, p.seat.ops)
		}
		if say, ok := p.seat.ops[0].(rooms.Say); !ok || say.Text != "first" {
			t.Errorf("%#v went out", p.seat.ops[0])
		}
	})
}

// What waits for slow mode stands where it was typed as if it had been said: so it is told
// that it was not, and shown where it is, once.
func TestSlowLinesAreShownWhenSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t)
		p.happen(inTea)
		p.types("first")
		p.happen(`{"t":"error","code":"too_soon","message":"x","wait":12000,"id":"1"}`)
		p.types("second")
		if !strings.Contains(p.log.String(), "This room is slow: 2 lines wait to be said. Ctrl-C drops them.") {
			t.Errorf("the transcript is\n%s", p.log.String())
		}
		said := func(seq int, text string) {
			t.Helper()
			time.Sleep(time.Until(p.l.awaits().due))
			if err := p.l.tick(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
			p.happen(fmt.Sprintf(`{"t":"said","seq":%d,"at":1,"from":{"id":"01","nick":"ear"},"text":%q,"id":"%d"}`, seq, text, p.l.ops))
		}
		count := func(text string, want int) {
			t.Helper()
			if log := p.log.String(); strings.Count(log, "<ear> "+text) != want {
				t.Errorf("%q is not shown %d times:\n%s", text, want, log)
			}
		}
		count("first", 0)
		said(1, "first")
		count("first", 1)
		p.happen(fmt.Sprintf(`{"t":"error","code":"too_soon","message":"x","wait":12000,"id":"%d"}`, p.l.ops))
		said(2, "second")
		count("second", 1)
		p.types("third")
		said(3, "third")
		count("third", 0)
	})
}

// In a pipe all that is told is told, the key too: it was asked for with the pipe.
func TestPowersInAPipe(t *testing.T) {
	var frames = []string{inTea,
		`{"t":"notice","code":"host","text":"otter lemon seven quiet harbor"}`,
		`{"t":"key","words":"otter lemon seven quiet harbor"}`,
		`{"t":"rules","seq":1,"from":{"id":"02","nick":"bob"},"rules":{"door":"open","slow":30}}`,
		`{"t":"left","seq":2,"member":{"id":"03","nick":"cleo","via":"web"},"reason":"removed","why":"spam"}`,
		`{"t":"rules","seq":3,"rules":{"door":"knock","slow":30},"why":"removed"}`,
		`{"t":"knocking","knock":"k1","nick":"quiet-otter"}`,
	}
	const want = `-- you are ear in the open room tea, with bob, cleo
-- you made this room and are its host
-- a key of this room: otter lemon seven quiet harbor
-- whoever types /host and these words is a host too, as long as the room is; nobody else is shown it
-- bob: each person may speak once in 30 seconds now
-- cleo was removed: spam
-- newcomers have to knock for ten minutes, since somebody was removed
-- quiet-otter knocks
`
	var out strings.Builder
	seat := &told{}
	for _, frame := range frames {
		f, err := wire.DecodeServer(json.RawMessage(frame))
		if err != nil {
			t.Fatal(err)
		}
		seat.events = append(seat.events, f.Event)
	}
	p := &pipe{seat: seat, out: &out}
	if err := p.print(); err != nil {
		t.Fatal(err)
	}
	if out.String() != want {
		t.Errorf("printed\n%s", out.String())
	}
}

// What holds where no host is is told as the last one goes, after that they went, and by
// /rules.
func TestNoHost(t *testing.T) {
	const hostless = "no host is here; whoever has this room's key becomes one by /host and its five words, and everybody may let in whoever knocks (/admit NICK) and ask all whether to remove somebody (/vote NICK)"
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t)
		p.happen(`{"t":"welcome","v":1,"room":"tea","kind":"open","you":{"id":"01","nick":"ear","via":"ssh"},"members":[{"id":"01","nick":"ear","via":"ssh"},{"id":"02","nick":"bob","via":"web","host":true},{"id":"03","nick":"cleo","via":"web","host":true}],"seq":0,"rules":{"door":"open"}}`)
		p.log.Reset()
		p.types("/rules")
		p.happen(`{"t":"host","seq":1,"member":{"id":"03","nick":"cleo","via":"web"}}
			{"t":"left","seq":2,"member":{"id":"03","nick":"cleo","via":"web"},"reason":"quit"}
			{"t":"left","seq":3,"member":{"id":"02","nick":"bob","via":"web","host":true},"reason":"quit"}`)
		p.types("/rules")
		want := "> /rules\n-- no rules\n-- cleo is no host any more\n-- cleo and bob left\n-- " + hostless + "\n> /rules\n-- no rules\n-- N" + hostless[1:] + ".\n"
		if got := p.log.String(); got != want {
			t.Errorf("the transcript is\n%s\nwant\n%s", got, want)
		}
	})
}

// A key that was typed can't be brought back: whoever finds it is a host.
func TestTypedKeysAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		p.types("hello\r", "/host otter lemon seven quiet harbor\r", "\x1b[A")
		p.shows("<zoe> hello")
		if n := strings.Count(p.heard(), "harbor"); n != 1 {
			t.Errorf("the key stands there %d times: %q", n, p.heard())
		}
	})
}

// Where no host is, somebody asks all whether to remove another, and the others answer.
func TestVoting(t *testing.T) {
	p := newPlay(t)
	p.happen(inTea)
	p.log.Reset()
	p.types("/vote yes")
	p.types("/vote bob")
	p.happen(`{"t":"vote","seq":1,"member":{"id":"02","nick":"bob","via":"web"},"ends":1773519240000,"needed":3,"id":"1"}`)
	p.happen(`{"t":"vote","seq":2,"member":{"id":"02","nick":"bob","via":"web"},"over":true}`)
	p.types("/vote no")
	p.happen(`{"t":"vote","seq":3,"member":{"id":"03","nick":"cleo","via":"web"},"ends":1773519240000,"needed":4}`)
	p.types("/vote No")
	p.types("/vote yes")
	const want = `> /vote yes
-- Nobody is asked anything just now. /vote NICK asks all whether to remove somebody.
> /vote bob
    {"t":"vote","to":"02","yes":true,"id":"1"}
-- those who have been here for two minutes are asked whether to remove bob; 3 have to agree within a minute
-- the vote whether to remove bob is over, and nobody was removed
> /vote no
-- Nobody is asked anything just now. /vote NICK asks all whether to remove somebody.
-- those who have been here for two minutes are asked whether to remove cleo; 4 have to agree within a minute
-- /vote yes or /vote no answers; nobody is told who answered what
> /vote No
    {"t":"vote","to":"03","yes":false,"id":"2"}
-- You answer no.
> /vote yes
    {"t":"vote","to":"03","yes":true,"id":"3"}
-- You answer yes.
`
	if got := p.log.String(); got != want {
		t.Errorf("the transcript is\n%s", got)
	}
}

// A sealed room's link is its key, so no invitation is asked for.
func TestNoInvitationToASealedRoom(t *testing.T) {
	p := newPlay(t)
	p.happen(strings.Replace(inTea, `"kind":"open"`, `"kind":"sealed"`, 1))
	p.log.Reset()
	p.types("/invite once")
	p.types("/invite 10m")
	const refused = "-- A sealed room's link is its key, and bears no invitation. With /door knock you let in whom you like.\n"
	if got, want := p.log.String(), "> /invite once\n"+refused+"> /invite 10m\n"+refused; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A screen without sound says how to talk from a terminal, and asks the room for nothing.
func TestVoiceOnALine(t *testing.T) {
	p := newPlay(t)
	p.happen(inTea)
	p.log.Reset()
	p.types("/voice")
	p.types("/voice off")
	p.types("/voice bob")
	want := "> /voice\n-- " + command.Voice{}.NoSound(false) + "\n> /voice off\n-- " + command.Voice{Nick: "off"}.NoSound(false) + "\n> /voice bob\n" + `    {"t":"speak","to":"02","on":true,"id":"1"}` + "\n"
	if got := p.log.String(); got != want {
		t.Errorf("the transcript is\n%s", got)
	}
}
