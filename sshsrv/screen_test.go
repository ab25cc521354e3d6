package sshsrv

import (
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// The real screen: it takes the terminal over and gives it back, however the
// session ends.
func TestFullScreen(t *testing.T) {
	const alternate, back = "\x1b[?1049h", "\x1b[?1049l"
	ends := map[string]struct {
		end      func(h *house, g *guest)
		code     int
		sentence string
	}{
		"by /quit":          {func(h *house, g *guest) { g.typed("/quit\r") }, exitClean, ""},
		"by end of input":   {func(h *house, g *guest) { g.in.Close() }, exitClean, ""},
		"by the server":     {func(h *house, g *guest) { go h.stop() }, exitEnded, "shutting down"},
		"by a flood of its": {func(h *house, g *guest) { g.floods() }, exitEnded, errFlood.Message},
	}
	for name, test := range ends {
		t.Run(name, func(t *testing.T) {
			h := build(t)
			h.server.screen = fullScreen
			h.serve()
			pipe := h.run("lobby --listen")
			pipe.hears("you are")
			g := session(t, h.dial())
			g.terminal("xterm-256color", 80, 24)
			g.start("lobby --nick zoe")
			pipe.hears("zoe is here")
			shown, done := &logBook{}, make(chan struct{})
			go func() {
				defer close(done)
				_, _ = io.Copy(shown, g.out)
			}()
			until(t, func() bool { return strings.Contains(ansi.Strip(shown.String()), "You are zoe here") })
			g.typed("hello\r")
			pipe.hears("<zoe> hello")
			test.end(h, g)
			if err := g.session.Wait(); exitStatus(err) != test.code || !strings.Contains(g.err.String(), test.sentence) {
				t.Errorf("the session ended by %v, stderr %q", err, g.err)
			}
			<-done
			if all := shown.String(); strings.Count(all, alternate) != 1 || !strings.Contains(all, back) ||
				strings.LastIndex(all, back) < strings.LastIndex(all, alternate) {
				t.Errorf("the terminal is not given back: …%q", all[max(0, len(all)-200):])
			}
		})
	}
}

// floods sends more requests than a session may.
func (g *guest) floods() {
	for range RequestBurst + 50 {
		_ = g.session.Signal("INT")
	}
}
