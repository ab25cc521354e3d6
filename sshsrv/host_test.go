package sshsrv

import (
	"testing"

	"sotto/rooms"
)

// Who makes a room by a screen or by --plain is its host, who makes one by a pipe or by
// frames is not.
func TestWhoseMakerIsHost(t *testing.T) {
	for name, door := range map[string]struct {
		enter func(h *house) *guest
		host  bool
	}{
		"screen":  {func(h *house) *guest { return h.screen("lobby") }, true},
		"--plain": {func(h *house) *guest { return h.linear("lobby --plain", "xterm") }, true},
		"dumb":    {func(h *house) *guest { return h.linear("lobby", "dumb") }, true},
		"pipe":    {func(h *house) *guest { return h.run("lobby --listen") }, false},
		"--json":  {func(h *house) *guest { return h.run("lobby --json --listen") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t)
			h.server.screen = fullScreen
			h.serve()
			door.enter(h)
			until(t, func() bool { return h.hub.Traffic() > 0 })
			w := event[*rooms.Welcome](h.run("lobby --json --listen"))
			if len(w.Members) != 2 || w.Members[0].Host != door.host || w.You.Host {
				t.Errorf("in the room are %+v", w.Members)
			}
		})
	}
}
