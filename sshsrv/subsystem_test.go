package sshsrv

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/wire"
	"sotto/sshsrv/line"
)

// subsystem opens the one that there is.
func (h *house) subsystem() *guest {
	h.t.Helper()
	g := session(h.t, h.dial())
	if err := g.session.RequestSubsystem("sotto"); err != nil {
		h.t.Fatalf("subsystem: %v", err)
	}
	return g
}

// over waits for the end of the output; the library keeps a subsystem's exit
// code to itself.
func (g *guest) over() {
	g.t.Helper()
	if rest := g.rest(); len(rest) > 1 || rest[0] != "" {
		g.t.Errorf("at the end came %q", rest)
	}
}

// event reads the next frame, which must be one of an event of type E.
func event[E rooms.Event](g *guest) E {
	g.t.Helper()
	e, ok := g.frame().Event.(E)
	if !ok {
		g.t.Fatalf("have %+v, want %T", e, *new(E))
	}
	return e
}

func TestSubsystem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		g := h.subsystem()
		g.says(`{"t":"say","text":"too early","id":"1"}`)
		if r := event[*rooms.Refused](g); r.Err.Code != rooms.NotAllowed || r.ID != "1" {
			t.Errorf("speaking before joining: %+v", r)
		}
		g.says(`{"t":"join","room":"a b"}`, `{"t":"join","room":"lobby","nick":"nat","resume":true,"via":"native"}`)
		if r := event[*rooms.Refused](g); r.Err.Code != rooms.BadRoom {
			t.Errorf("a bad room: %+v", r)
		}
		welcome := event[*rooms.Welcome](g)
		if welcome.You.Via != rooms.ViaNative || welcome.You.Nick != "nat" || welcome.Ticket == "" {
			t.Errorf("welcome: %+v", welcome)
		}
		if notice := event[*rooms.Notice](g); !welcome.You.Host || notice.Code != rooms.MadeHost {
			t.Errorf("who makes a room is %+v, and told %+v", welcome.You, notice)
		}
		event[*rooms.KeyShown](g)
		g.says(`{"t":"join","room":"cellar"}`, `{"t":"say","text":"one","id":"2"}`)
		if r := event[*rooms.Refused](g); r.Err.Code != rooms.NotAllowed {
			t.Errorf("joining twice: %+v", r)
		}
		said := event[*rooms.Said](g)
		if said.Text != "one" || said.ID != "2" {
			t.Errorf("said: %+v", said)
		}

		// The connection is lost and the place waits; its ticket takes it back.
		_ = g.in.Close()
		g.over()
		witness := h.run("lobby --json --listen")
		if members := event[*rooms.Welcome](witness).Members; len(members) != 2 {
			t.Errorf("the place is gone: %+v", members)
		}
		witness.says(`{"t":"say","text":"meanwhile"}`)
		back := h.subsystem()
		back.says(`{"t":"join","ticket":"` + welcome.Ticket + `","seq":` + "2" + `,"wseq":0}`)
		if w := event[*rooms.Welcome](back); !w.Resumed || w.Ticket == welcome.Ticket {
			t.Errorf("back: %+v", w)
		}
		event[*rooms.Joined](back)
		if said := event[*rooms.Said](back); said.Text != "meanwhile" {
			t.Errorf("said: %+v", said)
		}
		back.says(`{"t":"leave"}`)
		back.over()
	})
}

// Who says nothing, or only half of something, is ended.
// A page that the client serves on its own machine comes by the subsystem too, and
// does what a page can: offer a file, for one.
func TestPageBySubsystem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		g := h.subsystem()
		g.says(`{"t":"join","room":"lobby","host":false}`)
		if you := event[*rooms.Welcome](g).You; you.Via != rooms.ViaWeb {
			t.Errorf("the page is in the room by %q", you.Via)
		}
		op := rooms.Offer{ID: "1", File: rooms.File{Name: "plan.pdf", Size: 3, Key: strings.Repeat("k", rooms.FileKeyBytes), Sum: strings.Repeat("s", 32)}}
		g.says(string(wire.AppendOp(nil, op)))
		if offered := event[*rooms.Offered](g); offered.ID != "1" {
			t.Errorf("offered: %+v", offered)
		}
	})
}

func TestSubsystemTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		begin := time.Now()
		silent := h.subsystem()
		if bye := silent.frame().Bye; bye == nil || bye.Code != rooms.Timeout || time.Since(begin).Round(time.Second) != wire.JoinTimeout {
			t.Errorf("after %v without a join: %+v", time.Since(begin), bye)
		}
		silent.over()

		slow := h.subsystem()
		slow.says(`{"t":"join","room":"lobby","host":false}`)
		event[*rooms.Welcome](slow)
		time.Sleep(time.Minute) // a place may be silent
		begin = time.Now()
		slow.typed(`{"t":"sa`)
		if bye := slow.frame().Bye; bye == nil || bye.Code != rooms.Timeout || time.Since(begin).Round(time.Second) != line.FrameTimeout {
			t.Errorf("after %v with half a frame: %+v", time.Since(begin), bye)
		}
		slow.over()
	})
}

// No other subsystem is let through, and none on a terminal.
func TestOtherSubsystems(t *testing.T) {
	h := open(t)
	for _, name := range []string{"sftp", "", "SOTTO", "sotto\x00"} {
		if err := session(t, h.dial()).session.RequestSubsystem(name); err == nil {
			t.Errorf("%q is let through", name)
		}
	}
	g := session(t, h.dial())
	g.terminal("xterm", 80, 24)
	if g.session.RequestSubsystem("sotto") == nil {
		t.Error("a terminal speaks frames")
	}
}

// A sealed room is refused in every mode but the subsystem, with the way in.
func TestSealedRoomIsRefused(t *testing.T) {
	h := open(t)
	room := "6d2f0c9b1e8a47359d0b1c2e3f4a5b6c"
	seat, err := h.hub.Join(t.Context(), rooms.Visitor{Room: room, Hello: "hello"})
	if err != nil {
		t.Fatal(err)
	}
	defer seat.Close()
	h.run(room).ends(exitEnded, "sotto join ssh://")
	h.run("s/").ends(exitEnded, "make a new room")
	h.run("s/#key lobby").ends(exitUsage, "a word too many")
	const link = "https://chat.example/s/#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_h8"
	const seen = "This server has now seen its key: make a new room."
	for _, words := range []string{link, "ssh://chat.example:2222/s/#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_h8", link + " --json", link + " lobby", "'" + link + "'", "lobby --nick " + link} {
		h.run(words).ends(exitEnded, seen)
	}
	h.linear(link+" --plain", "xterm").ends(exitEnded, seen)
	if _, err := h.hub.Join(t.Context(), rooms.Visitor{Room: link}); err == nil || !strings.Contains(err.Error(), seen) { // by a frame, or /join
		t.Error(err)
	}
	h.run(room+" --json").ends(exitEnded, "sotto join ssh://")
	g := h.linear(room+" --plain", "xterm")
	g.ends(exitEnded, "sotto join ssh://")
	g = h.linear("s/ --plain", "xterm")
	g.ends(exitEnded, "sotto join ssh://")
}
