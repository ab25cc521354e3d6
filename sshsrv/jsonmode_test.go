package sshsrv

import (
	"strings"
	"testing"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// frame reads the next frame of a program.
func (g *guest) frame() wire.ServerFrame {
	g.t.Helper()
	line := g.line()
	f, err := wire.DecodeServer([]byte(line))
	if err != nil {
		g.t.Fatalf("frame %s: %v", line, err)
	}
	return f
}

func TestFrames(t *testing.T) {
	h := open(t)
	g := h.run("lobby --json --nick bot")
	welcome, ok := g.frame().Event.(*rooms.Welcome)
	if !ok || welcome.You.Nick != "bot" || welcome.You.Via != rooms.ViaPipe || welcome.Ticket != "" {
		t.Fatalf("welcome: %+v", welcome)
	}
	g.says(`{"t":"say","text":"one","id":"a"}`, ``, `{"t":"sync","id":"b"}`)
	if said, ok := g.frame().Event.(*rooms.Said); !ok || said.Text != "one" || said.ID != "a" || said.Seq != welcome.Seq+1 {
		t.Errorf("said: %+v", said)
	}
	if synced, ok := g.frame().Event.(*rooms.Synced); !ok || synced.ID != "b" {
		t.Errorf("synced: %+v", synced)
	}
	for _, test := range []struct {
		frame string
		code  rooms.Code
	}{
		{`{"t":"join","room":"cellar"}`, rooms.NotAllowed},
		{`{"t":"join","ticket":"x","seq":0,"wseq":0}`, rooms.NotAllowed},
		{`{"t":"dance"}`, rooms.UnknownType},
		{`{"t":"say"`, rooms.BadFrame},
		{`[]`, rooms.BadFrame},
		{"\xff\xfe", rooms.BadFrame},
		{strings.Repeat("[", 10_000), rooms.BadFrame},
		{`{"t":"say","text":"` + strings.Repeat("x", wire.MaxFrameBytes) + `"}`, rooms.TooLong},
		{strings.Repeat("x", 200_000), rooms.TooLong},
		{`{"t":"say","text":"` + strings.Repeat("x", 4001) + `","id":"c"}`, rooms.TooLong},
		{`{"t":"whisper","to":"nobody","text":"x"}`, rooms.UnknownMember},
	} {
		g.says(test.frame)
		if refused, ok := g.frame().Event.(*rooms.Refused); !ok || refused.Err.Code != test.code {
			t.Errorf("%.40q is answered by %+v, want %s", test.frame, refused, test.code)
		}
	}
	g.says(`{"t":"say","text":"last"}`)
	g.in.Close()
	if said, ok := g.frame().Event.(*rooms.Said); !ok || said.Text != "last" {
		t.Errorf("said: %+v", said)
	}
	if rest := g.rest(); len(rest) != 1 || rest[0] != "" {
		t.Errorf("after the end of input came %q", rest)
	}
	g.ends(exitClean, "")
}

func TestFramesLeave(t *testing.T) {
	h := open(t)
	g := h.run("lobby --json --listen")
	g.frame()
	g.says(`{"t":"leave"}`)
	g.ends(exitClean, "")
}

func TestFramesBye(t *testing.T) {
	h := open(t)
	g := h.run("lobby --json --listen")
	g.frame()
	g.in.Close()
	go h.stop()
	if f := g.frame(); f.Bye == nil || f.Bye.Code != rooms.Shutdown || !f.Bye.Retry {
		t.Errorf("the last frame is %+v", f)
	}
	g.ends(exitEnded, "shutting down")
}
