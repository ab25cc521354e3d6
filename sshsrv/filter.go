package sshsrv

import (
	"slices"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/settings"
)

// A requestFilter stands between a session channel and the server library. It answers
// every request of the client itself and lets two through, cleaned: one
// terminal and one shell. The library never sees an environment, a command
// line, a terminal mode, a signal, a window change, an agent, X11 or a
// subsystem.
type requestFilter struct {
	gossh.NewChannel
	ch *channel
}

// Accept accepts the channel and starts filtering its requests. It satisfies
// [gossh.NewChannel], which is how the library gets the filtered ones.
func (f *requestFilter) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	raw, requests, err := f.NewChannel.Accept()
	if err != nil {
		return nil, nil, err
	}
	f.ch.accepted(raw)
	passed := make(chan *gossh.Request)
	go func() {
		defer close(passed)
		defer f.ch.hangUp(errGone)
		rooms.Survive(f.ch.conn.server.log, broke, func() { f.filter(requests, passed) })
	}()
	return f.ch, passed, nil
}

// filter answers requests until the client closes the channel. Replies carry no
// number, so their order counts (RFC 4254, section 5.4): every one is given
// here, and what is passed on wants none.
func (f *requestFilter) filter(requests <-chan *gossh.Request, passed chan<- *gossh.Request) {
	ch := f.ch
	before := 0
	defer ch.begin() // or never will
	after := bucket{rate: RequestRate, burst: RequestBurst}
	windows := bucket{rate: WindowRate, burst: WindowBurst}
	for req := range requests {
		ch.conn.intake.Handled(len(req.Payload))
		if req.Type == "window-change" {
			if w, ok := parseWindow(req.Payload); ok {
				ch.resize.set(w)
			}
			_ = req.Reply(true, nil)
			if ch.started && windows.take(time.Now(), 1) {
				continue
			}
		}
		count := countOf(len(req.Payload))
		if before += count; !ch.started && before > MaxRequestsBeforeShell || ch.started && !after.take(time.Now(), count) {
			ch.conn.cut(errFlood)
			ch.tellUnstarted()
			<-ch.conn.closed
			continue // the library closes requests next
		}
		switch req.Type {
		case "window-change": // counted before the shell, answered above
		case "pty-req":
			ok := !ch.started && ch.term == "" && ch.setTerminal(req.Payload)
			_ = req.Reply(ok, nil)
			if ok {
				passed <- &gossh.Request{Type: "pty-req", Payload: ch.cleanTerminal()}
			}
		case "env":
			if !ch.started {
				ch.setEnv(req.Payload)
			}
			_ = req.Reply(false, nil) // the client learns nothing about what is used
		case "shell", "exec", "subsystem":
			ok := !ch.started && ch.begins(req.Type, req.Payload)
			_ = req.Reply(ok, nil)
			if ok {
				ch.start()
				ch.conn.sessionBegun()
				passed <- &gossh.Request{Type: "shell"}
			}
		case "eow@openssh.com": // OpenSSH: whoever read our output is gone
			_ = req.Reply(false, nil)
			ch.hangUp(errGone)
		default:
			_ = req.Reply(false, nil)
		}
	}
}

// setTerminal takes what a screen needs from a pty-req (RFC 4254, section 6.2):
// TERM and the window. The terminal modes, fifty numbers which tell one
// computer from another, are not looked at.
func (ch *channel) setTerminal(payload []byte) bool {
	var req struct {
		Term                        string
		Columns, Rows, Width, Depth uint32
		Modes                       string
	}
	if gossh.Unmarshal(payload, &req) != nil {
		return false
	}
	ch.term = rooms.Apart(req.Term)
	if !plainWord(req.Term, MaxTermBytes) {
		ch.term = "xterm-256color"
	}
	ch.resize.set(clamp(req.Columns, req.Rows))
	ch.size = clamp(req.Columns, req.Rows)
	return true
}

// cleanTerminal is the pty-req that is passed on.
func (ch *channel) cleanTerminal() []byte {
	return gossh.Marshal(struct {
		Term                        string
		Columns, Rows, Width, Depth uint32
		Modes                       string
	}{Term: ch.term, Columns: uint32(ch.size.Width), Rows: uint32(ch.size.Height)})
}

// setEnv keeps the two variables that say something about colours, and the settings that
// somebody has their ssh send on purpose. What no setting takes is told to them.
func (ch *channel) setEnv(payload []byte) {
	var env struct{ Name, Value string }
	if gossh.Unmarshal(payload, &env) != nil {
		return
	}
	switch env.Name {
	case "COLORTERM":
		if plainWord(env.Value, MaxEnvBytes) {
			ch.colorTerm = rooms.Apart(env.Value)
		}
	case "NO_COLOR":
		ch.noColor = env.Value != "" // https://no-color.org
	default:
		name, ok := strings.CutPrefix(env.Name, settingsPrefix)
		at := slices.IndexFunc(settings.Names, func(each string) bool { return strings.ToUpper(each) == name })
		if !ok || at < 0 || len(env.Value) <= MaxEnvBytes && ch.settings.Set(settings.Names[at], env.Value) {
			return
		}
		ch.misset |= 1 << at
	}
}

// settingsPrefix begins the names of variables that are settings.
const settingsPrefix = "SOTTO_"

// missetWords say in one line which variables were left out since they hold nothing that
// their settings take; empty: none was.
func (ch *channel) missetWords() string {
	var words []string
	for i, name := range settings.Names {
		if ch.misset&(1<<i) != 0 {
			words = append(words, settingsPrefix+strings.ToUpper(name)+" was left out: it takes "+settings.Takes(name)+".")
		}
	}
	return strings.Join(words, " ")
}

// begins takes what a session is asked for with, and reports whether it begins.
func (ch *channel) begins(kind string, payload []byte) bool {
	switch kind {
	case "exec":
		return ch.setCommand(payload)
	case "subsystem":
		return ch.setSubsystem(payload)
	}
	return true
}

// setCommand keeps the command line of an exec. One that is too long is marked
// so, and answered by the session with a sentence.
func (ch *channel) setCommand(payload []byte) bool {
	var req struct{ Line string }
	if gossh.Unmarshal(payload, &req) != nil {
		return false
	}
	if ch.tooLong = len(req.Line) > MaxCommandBytes; !ch.tooLong {
		ch.command = rooms.Apart(strings.Clone(req.Line))
	}
	return true
}

// setSubsystem takes the one subsystem that there is. A terminal has no place in
// it.
func (ch *channel) setSubsystem(payload []byte) bool {
	var req struct{ Name string }
	if gossh.Unmarshal(payload, &req) != nil || req.Name != subsystem || ch.term != "" {
		return false
	}
	ch.frames = true
	return true
}

// parseWindow reads a window-change (RFC 4254, section 6.7).
func parseWindow(payload []byte) (Window, bool) {
	var req struct{ Columns, Rows, Width, Depth uint32 }
	if gossh.Unmarshal(payload, &req) != nil {
		return Window{}, false
	}
	return clamp(req.Columns, req.Rows), true
}

// clamp bounds a window. A side of zero is unknown (RFC 4254, section 6.2), as on
// a serial line or in a container: no terminal has no cells.
func clamp(columns, rows uint32) Window {
	w := Window{Width: int(min(columns, MaxColumns)), Height: int(min(rows, MaxRows))}
	if columns == 0 {
		w.Width = run.UnknownSize.Width
	}
	if rows == 0 {
		w.Height = run.UnknownSize.Height
	}
	return w
}

// plainWord reports whether s has one to limit bytes of [A-Za-z0-9+._-].
func plainWord(s string, limit int) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for _, b := range []byte(s) {
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9':
		case strings.IndexByte("+._-", b) >= 0:
		default:
			return false
		}
	}
	return true
}
