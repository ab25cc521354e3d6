package sshsrv

import (
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// watcher is somebody in front of a full screen.
type watcher struct {
	*guest
	t     *testing.T
	shown *logBook
	done  chan struct{}
}

// watches opens a full screen.
func (h *house) watches(t *testing.T, command string) *watcher {
	w := &watcher{guest: session(t, h.dial()), t: t, shown: &logBook{}, done: make(chan struct{})}
	w.terminal("xterm-256color", 100, 30)
	w.start(command)
	go func() {
		defer close(w.done)
		_, _ = io.Copy(w.shown, w.out)
	}()
	return w
}

// sees waits until it shows something.
func (w *watcher) sees(words string) {
	w.t.Helper()
	until(w.t, func() bool { return strings.Contains(ansi.Strip(w.shown.String()), words) })
}

// TestGovernedScreens: a door is closed, knocked at and opened, somebody is removed, and
// the room burned, all from screens.
func TestGovernedScreens(t *testing.T) {
	const f7 = "\x1b[18~"
	h := build(t)
	h.server.screen = fullScreen
	h.serve()
	host := h.watches(t, "lobby --nick anna")
	host.sees("You made this room and are its host.")
	host.typed("/door knock\r")
	host.sees("newcomers have to knock now")

	other := h.watches(t, "lobby --nick zoe")
	other.sees("#lobby is there, and you have to knock.")
	other.typed("it is me\r")
	other.sees("are the first at the door")
	host.sees("zoe knocks: it is me")
	host.typed("not for the door\r")
	host.sees("not for the door")
	host.typed(f7)
	other.sees("You are zoe here")
	host.typed("/remove zoe spam\r")
	other.sees("You were removed from this room: spam")
	other.sees("Your place in #lobby is gone")
	host.sees("zoe was removed: spam")
	if strings.Contains(ansi.Strip(other.shown.String()), "not for the door") {
		t.Error("what is said inside reaches who knocks")
	}
	other.typed("\x03")
	if err := other.session.Wait(); exitStatus(err) != exitEnded || !strings.Contains(other.err.String(), "You were removed from this room: spam") {
		t.Errorf("the session of who was removed ended by %v, stderr %q", err, other.err)
	}
	<-other.done

	host.typed("/burn\r")
	host.sees("burn this room?")
	host.typed("\x1b[B\r")
	host.sees("Nothing of #lobby is left")
	host.typed("\x03")
	if err := host.session.Wait(); exitStatus(err) != exitEnded {
		t.Errorf("the session of a burned room ended by %v", err)
	}
	<-host.done
}
