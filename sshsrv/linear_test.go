package sshsrv

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/sshsrv/line"
)

// typed sends keys as a terminal does.
func (g *guest) typed(keys string) {
	g.t.Helper()
	if _, err := g.in.Write([]byte(keys)); err != nil {
		g.t.Fatalf("typed: %v", err)
	}
}

// linear opens a session in linear mode.
func (h *house) linear(command, term string) *guest {
	h.t.Helper()
	g := session(h.t, h.dial())
	g.terminal(term, 80, 24)
	g.start(command)
	return g
}

func TestLinear(t *testing.T) {
	for name, start := range map[string][2]string{"--plain": {"lobby --plain --nick zoe", "xterm"}, "TERM=dumb": {"lobby --nick zoe", "dumb"}} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			pipe := h.run("lobby --listen --nick ear")
			pipe.hears("you are ear")
			g := h.linear(start[0], start[1])
			g.hears("-- you are zoe in lobby, with ear")
			g.typed("helo\x7flo\x1b[D\x1b[A\r") // arrows do nothing here
			g.hears("<zoe> hello")
			pipe.hears("<zoe> hello")
			g.typed("/me waves\r")
			pipe.hears("* zoe waves")
			g.typed("/nick kim\r")
			g.hears("-- zoe is now called kim")
			g.typed("/msg EAR psst\r")
			pipe.hears("-- kim whispers to ear: psst")
			g.typed("/frobnicate\r")
			g.hears("-- There is no such command; /help lists them.")
			g.typed("/topic tea\r")
			pipe.hears("-- kim set the topic: tea")
			g.typed("/who\r")
			g.hears("-- Here are ear (pipe), kim (ssh, you).")
			g.typed("/invite\r")
			g.hears("-- In a terminal: ssh -t -p ")
			g.typed("/privacy\r")
			g.hears("-- term: " + start[1])
			g.hears("-- What it never took:")
			g.typed("/ignore ear\r")
			g.hears("-- You no longer get anything of ear")
			pipe.says("unheard")
			pipe.hears("<ear> unheard")
			g.typed("/unignore ear\r")
			g.hears("-- You get what ear does again.")
			pipe.says("heard")
			if got := g.line(); got != "<ear> heard" {
				t.Errorf("after /unignore comes %q", got)
			}
			g.typed("/join cellar\r")
			g.hears("-- you are kim in cellar; nobody else is here")
			pipe.hears("-- kim left")
			g.typed("half a line\x03\x03") // the first drops it, the second leaves
			g.ends(exitClean, "")
		})
	}
}

func TestLinearFrontPage(t *testing.T) {
	h := open(t)
	g := h.linear("--plain", "xterm")
	g.hears("-- The key of this server is SHA256:")
	g.typed("not/a/room\r")
	g.hears("-- ")
	g.typed("/me waves\r")
	g.hears("-- That works in a room.")
	g.typed("/help\r")
	g.hears("-- /quit: Leave.")
	g.typed("lobby\r")
	g.hears("in lobby; nobody else is here")
	g.typed("\x04")
	g.ends(exitClean, "")
}

// What happens does not break into a line that is being typed; after a pause it
// is shown, and the line again below.
func TestLinearHoldsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		pipe := h.run("lobby --listen --nick ear")
		pipe.hears("you are ear")
		g := h.linear("lobby --plain --nick zoe", "xterm")
		g.hears("you are zoe")
		g.typed("hel")
		synctest.Wait()
		begin := time.Now()
		pipe.says("interruption")
		if got := g.line(); got != "hel" {
			t.Errorf("the line is left at %q", got)
		}
		if took := time.Since(begin); took < line.QuietFor-time.Second {
			t.Errorf("it was broken into after %v", took)
		}
		if got := g.line(); got != "<ear> interruption" {
			t.Errorf("then comes %q", got)
		}
		g.typed("lo\r")
		if got := g.line(); got != "hello" {
			t.Errorf("the line goes on as %q", got)
		}
		if got := g.line(); got != "<zoe> hello" {
			t.Errorf("and is said as %q", got)
		}
	})
}

// A paste of many lines is said whole, at the rate of the room.
func TestLinearPaste(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		pipe := h.run("lobby --listen")
		pipe.hears("you are")
		g := h.linear("lobby --plain --nick zoe", "xterm")
		pipe.hears("zoe is here")
		g.typed(strings.Repeat("line\r", 30))
		for range 30 {
			if got := pipe.line(); got != "<zoe> line" {
				t.Fatalf("heard %q", got)
			}
		}
	})
}
