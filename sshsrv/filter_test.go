package sshsrv

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sotto/sshsrv/tui/settings"
)

// visits makes a server hand its screens' visits to the test; each lasts until
// its channel ends.
func visits(h *house) <-chan visit {
	seen := make(chan visit, 8)
	h.server.screen = func(ctx context.Context, v visit) error {
		seen <- v
		<-ctx.Done()
		return context.Cause(ctx)
	}
	return seen
}

type ptyRequest struct {
	Term                        string
	Columns, Rows, Width, Depth uint32
	Modes                       string
}

// ask sends a request on a session and reports the answer.
func (g *guest) ask(kind string, payload any) bool {
	g.t.Helper()
	var bytes []byte
	if payload != nil {
		bytes = gossh.Marshal(payload)
	}
	ok, err := g.session.SendRequest(kind, true, bytes)
	if err != nil {
		g.t.Fatalf("%s: %v", kind, err)
	}
	return ok
}

func TestTerminalIsClamped(t *testing.T) {
	const huge = 1<<32 - 1
	modes := string([]byte{128, 0, 0, 150, 0, 3, 0, 0, 0, 17, 0})
	tests := map[string]struct {
		req  ptyRequest
		term string
		size Window
	}{
		"usual":            {ptyRequest{"xterm-kitty", 120, 40, 0, 0, modes}, "xterm-kitty", Window{Width: 120, Height: 40}},
		"giant":            {ptyRequest{"xterm", huge, huge, huge, huge, ""}, "xterm", Window{Width: MaxColumns, Height: MaxRows}},
		"unknown":          {ptyRequest{"xterm", 0, 0, 0, 0, ""}, "xterm", Window{Width: 80, Height: 24}},
		"width unknown":    {ptyRequest{"xterm", 0, 50, 0, 0, ""}, "xterm", Window{Width: 80, Height: 50}},
		"height unknown":   {ptyRequest{"xterm", 132, 0, 0, 0, ""}, "xterm", Window{Width: 132, Height: 24}},
		"TERM of 200 kB":   {ptyRequest{strings.Repeat("x", 200_000), 80, 24, 0, 0, ""}, "xterm-256color", Window{Width: 80, Height: 24}},
		"TERM with escape": {ptyRequest{"xterm\x1b[2J", 80, 24, 0, 0, ""}, "xterm-256color", Window{Width: 80, Height: 24}},
		"TERM empty":       {ptyRequest{"", 80, 24, 0, 0, ""}, "xterm-256color", Window{Width: 80, Height: 24}},
	}
	h := build(t)
	seen := visits(h)
	h.serve()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g := session(t, h.dial())
			if !g.ask("pty-req", test.req) {
				t.Fatal("the terminal was refused")
			}
			g.start("")
			v := <-seen
			if v.term != test.term || v.size != test.size {
				t.Errorf("the screen got %.40q %v, want %q %v", v.term, v.size, test.term, test.size)
			}
			if g.ask("pty-req", test.req) {
				t.Error("a second terminal was granted")
			}
		})
	}
}

func TestOnlyColoursPassFromTheEnvironment(t *testing.T) {
	h := build(t)
	seen := visits(h)
	h.serve()
	g := session(t, h.dial())
	for name, value := range map[string]string{
		"COLORTERM": "truecolor", "NO_COLOR": "1", "LANG": "canary", "LC_ALL": "canary", "SOTTO_SSH_ADDR": "canary",
	} {
		if g.ask("env", struct{ Name, Value string }{name, value}) {
			t.Errorf("env %s was granted: the client learns what is used", name)
		}
	}
	if g.ask("env", struct{ Name, Value string }{"COLORTERM", strings.Repeat("x", 33)}) {
		t.Error("a long COLORTERM was granted")
	}
	g.terminal("xterm", 80, 24)
	g.start("lobby")
	if v := <-seen; v.colorTerm != "truecolor" || !v.noColor {
		t.Errorf("the screen got COLORTERM %q, NO_COLOR %v", v.colorTerm, v.noColor)
	}
}

// TestSettingsPassFromTheEnvironment: the five that there are, checked; what is none of
// theirs is left out and told, and the command line comes first.
func TestSettingsPassFromTheEnvironment(t *testing.T) {
	h := build(t)
	seen := visits(h)
	h.serve()
	g := session(t, h.dial())
	for _, env := range [][2]string{
		{"SOTTO_THEME", "light"}, {"SOTTO_NOTIFY", "all"}, {"SOTTO_TIMES", "on"}, {"SOTTO_FOLD", "../on"}, {"SOTTO_TZ", "Europe/Berlin"},
		{"SOTTO_TZ", "../../etc/canary"}, {"SOTTO_TZ", strings.Repeat("x", 33)}, {"SOTTO_NICK", "canary"}, {"SOTTO_", "canary"}, {"sotto_times", "off"},
	} {
		if g.ask("env", struct{ Name, Value string }{env[0], env[1]}) {
			t.Errorf("env %s was granted: the client learns what is used", env[0])
		}
	}
	g.terminal("xterm", 80, 24)
	g.start("lobby --notify off")
	v := <-seen
	if want := (settings.Settings{Theme: "light", Notify: "off", Times: "on", Zone: "Europe/Berlin"}); v.Settings != want {
		t.Errorf("the screen got %+v, want %+v", v.Settings, want)
	}
	if told, want := v.missetWords(), "SOTTO_FOLD was left out: it takes on or off. SOTTO_TZ was left out: it takes a time zone as Europe/Berlin is one, or UTC."; told != want {
		t.Errorf("it is told %q, want %q", told, want)
	}
	for _, f := range v.held() {
		if strings.Contains(f.Value, "canary") {
			t.Errorf("%s holds %q", f.Name, f.Value)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	h := open(t)
	g := session(t, h.dial())
	for _, kind := range []string{"auth-agent-req@openssh.com", "x11-req", "subsystem", "signal", "break", "xon-xoff", "canary"} {
		if g.ask(kind, struct{ Name string }{"sftp"}) {
			t.Errorf("%s was granted", kind)
		}
	}
	client := h.dial()
	for _, kind := range []string{"direct-tcpip", "x11", "forwarded-tcpip", "tun@openssh.com", "canary"} {
		_, _, err := client.OpenChannel(kind, nil)
		var refused *gossh.OpenChannelError
		if !errors.As(err, &refused) {
			t.Errorf("channel %s: %v, want a refusal", kind, err)
		}
	}
	for _, kind := range []string{"tcpip-forward", "keepalive@openssh.com", "no-more-sessions@openssh.com"} {
		if ok, _, err := client.SendRequest(kind, true, nil); ok || err != nil {
			t.Errorf("request %s: %v %v, want a refusal", kind, ok, err)
		}
	}
	if log := h.log.String(); log != "" {
		t.Errorf("something was logged: %s", log)
	}
}

func TestFourSessionsAConnection(t *testing.T) {
	h := open(t)
	client := h.dial()
	var guests []*guest
	for range MaxChannels {
		g := session(t, client)
		g.terminal("xterm", 80, 24)
		g.start("lobby")
		g.hears("xterm lobby")
		guests = append(guests, g)
	}
	_, err := client.NewSession()
	var refused *gossh.OpenChannelError
	if !errors.As(err, &refused) || refused.Reason != gossh.ResourceShortage {
		t.Fatalf("a fifth session: %v", err)
	}
	// One ends, by itself; the others go on, and there is room again.
	guests[1].says("q")
	guests[1].ends(exitClean, "")
	guests[0].says("still here")
	guests[0].hears("still here")
	var again *guest
	until(t, func() bool { // the server has to hear of the end first
		s, err := client.NewSession()
		if err == nil {
			again = meet(t, s)
		}
		return err == nil
	})
	again.terminal("xterm", 80, 24)
	again.start("lobby")
	again.hears("xterm lobby")
}

// A channel that is closed while its connection lives takes its session along.
func TestClosedChannelEndsItsSession(t *testing.T) {
	h := build(t)
	ended := make(chan error, 1)
	h.server.screen = func(ctx context.Context, v visit) error {
		_, err := io.Copy(v.out, v.in)
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return err
	}
	h.serve()
	client := h.dial()
	for range 20 {
		g := session(t, client)
		g.terminal("xterm", 80, 24)
		g.start("lobby")
		_ = g.session.Close()
		select {
		case cause := <-ended:
			if cause != errGone {
				t.Errorf("the session ended by %v", cause)
			}
		case <-time.After(patience):
			t.Fatal("the session goes on")
		}
	}
	if _, _, err := client.SendRequest("keepalive@openssh.com", true, nil); err != nil {
		t.Errorf("the connection went with the channel: %v", err)
	}
	// Nothing of them is left but the connection.
	until(t, func() bool {
		h.server.mu.Lock()
		defer h.server.mu.Unlock()
		for c := range h.server.open {
			c.mu.Lock()
			defer c.mu.Unlock()
			return h.server.running == 0 && len(c.channels) == 0
		}
		return false
	})
}

// What the reader of our output does not want ends the session: a "| head -1".
func TestEndOfWriteEndsTheSession(t *testing.T) {
	h := open(t)
	g := h.run("lobby --listen")
	g.hears("you are")
	if _, err := g.session.SendRequest("eow@openssh.com", false, nil); err != nil {
		t.Fatal(err)
	}
	g.ends(exitClean, "")
}

func TestPanicIsContained(t *testing.T) {
	h := build(t)
	h.server.screen = func(ctx context.Context, v visit) error {
		if v.nick == "bad" {
			panic(errors.New("canary-" + v.room))
		}
		return echoScreen(ctx, v)
	}
	h.serve()
	client := h.dial()
	good, bad := session(t, client), session(t, client)
	good.terminal("xterm", 80, 24)
	good.start("lobby")
	good.hears("xterm lobby")
	bad.terminal("xterm", 80, 24)
	bad.start("cellar --nick bad")
	bad.ends(exitEnded, "Something broke here")
	good.says("still here")
	good.hears("still here")
	log := h.log.String()
	if !strings.Contains(log, "*errors.errorString") || !strings.Contains(log, "TestPanicIsContained") {
		t.Errorf("type and stack are not logged: %s", log)
	}
	if strings.Contains(log, "canary") || strings.Contains(log, "cellar") {
		t.Errorf("the value is logged: %s", log)
	}
}

// Whatever a request carries, what is kept of it is small and harmless.
func FuzzRequests(f *testing.F) {
	f.Add(gossh.Marshal(ptyRequest{"xterm", 80, 24, 640, 480, "\x00"}))
	f.Add(gossh.Marshal(struct{ Name, Value string }{"COLORTERM", "truecolor"}))
	f.Add(gossh.Marshal(struct{ Line string }{"lobby"}))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	h := build(f)
	f.Cleanup(func() { _ = h.listener.Close() })
	f.Fuzz(func(t *testing.T, payload []byte) {
		ch := newChannel(newConn(h.server, memConn{}))
		defer ch.end(errGone)
		defer ch.resize.stop()
		if w, ok := parseWindow(payload); ok && !fits(w) {
			t.Errorf("a window of %v", w)
		}
		if ch.setTerminal(payload) && (!plainWord(ch.term, MaxTermBytes) || !fits(ch.size)) {
			t.Errorf("a terminal %q of %v", ch.term, ch.size)
		}
		ch.setEnv(payload)
		if ch.colorTerm != "" && !plainWord(ch.colorTerm, MaxEnvBytes) {
			t.Errorf("COLORTERM %q", ch.colorTerm)
		}
		if ch.setCommand(payload) && len(ch.command) > MaxCommandBytes {
			t.Errorf("a command line of %d bytes", len(ch.command))
		}
	})
}

func fits(w Window) bool {
	return 1 <= w.Width && w.Width <= MaxColumns && 1 <= w.Height && w.Height <= MaxRows
}
