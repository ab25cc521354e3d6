package sshsrv

import (
	"io"
	"strings"
	"testing"

	"sotto/sshsrv/tui/term"
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
			out := make(chan string, 1)
			go func() { // as a terminal does, it answers what the screen asks at its end
				var all strings.Builder
				buf := make([]byte, 4096)
				for {
					n, err := g.out.Read(buf)
					all.Write(buf[:n])
					if strings.Contains(string(buf[:n]), term.Fence) {
						_, _ = io.WriteString(g.in, "\x1b[0n")
					}
					if err != nil {
						out <- all.String()
						return
					}
				}
			}()
			g.typed("hello\r")
			pipe.hears("<zoe> hello")
			test.end(h, g)
			if err := g.session.Wait(); exitStatus(err) != test.code || !strings.Contains(g.err.String(), test.sentence) {
				t.Errorf("the session ended by %v, stderr %q", err, g.err)
			}
			if all := <-out; strings.Count(all, alternate) != 1 || !strings.Contains(all, back) ||
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
