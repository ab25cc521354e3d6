package sshsrv

import (
	"strings"
	"testing"
	"testing/synctest"
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
			g.hears("-- you are zoe in the open room lobby, with ear")
			g.typed("hello\r")
			g.hears("<zoe> hello") // as it was typed, and not again
			pipe.hears("<zoe> hello")
			g.typed("/me waves\r")
			pipe.hears("* zoe waves")
			pipe.says("heard you")
			g.hears("/me waves")
			if got := g.line(); got != "<ear> heard you" {
				t.Errorf("after own words comes %q", got)
			}
			g.typed("/nick kim\r")
			g.hears("-- zoe is now called kim")
			g.typed("/msg EAR psst\r")
			pipe.hears("-- kim whispers to ear: psst")
			g.hears("-- only ear was told that")
			g.typed("/frobnicate\r")
			g.hears("-- There is no such command; /help lists them.")
			g.typed("/topic tea\r")
			pipe.hears("-- kim set the topic: tea")
			g.hears("-- the topic is set")
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
			g.hears("-- you are kim in the open room cellar; nobody else is here")
			pipe.hears("-- kim left")
			g.typed("half a line\x03\x03") // the first drops it, the second warns
			g.hears("-- Once more leaves.")
			g.typed("\x03")
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
	g.hears("in the open room lobby; nobody else is here")
	g.typed("\x04\x04")
	g.ends(exitClean, "")
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
