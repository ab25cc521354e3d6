package sshsrv

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"sotto/rooms"
)

// What makes no sense is answered a few times at the doors for programs too, then
// the session ends with a bye.
func TestAskingInVain(t *testing.T) {
	for name, lines := range map[string]string{
		"no JSON":          "hello\n",
		"an unknown type":  `{"t":"dance"}` + "\n",
		"a second join":    `{"t":"join","room":"a b"}` + "\n",
		"only line breaks": "\n",
		"only air":         " \t\n",
		"frames too long":  strings.Repeat("x", 70_000) + "\n",
	} {
		for mode, enter := range map[string]func(h *house) *guest{
			"--json": func(h *house) *guest {
				g := h.run("lobby --json --listen")
				event[*rooms.Welcome](g)
				return g
			},
			"the subsystem": func(h *house) *guest {
				g := h.subsystem()
				g.says(`{"t":"join","room":"lobby","resume":true,"host":false}`)
				event[*rooms.Welcome](g)
				return g
			},
			"the subsystem before the join": (*house).subsystem,
		} {
			t.Run(name+" to "+mode, func(t *testing.T) {
				h := open(t)
				began := time.Now()
				g := enter(h)
				go func() {
					for {
						if _, err := io.WriteString(g.in, strings.Repeat(lines, max(1, 2000/len(lines)))); err != nil {
							return
						}
					}
				}()
				answers := 0
				for {
					f := g.frame()
					if f.Bye != nil {
						if f.Bye.Code != rooms.ErrInVain.Code || !strings.HasSuffix(f.Bye.Message, rooms.ErrInVain.Message) {
							t.Errorf("bye: %+v", f.Bye)
						}
						break
					}
					answers++
				}
				if answers > rooms.VainBurst+1+int(time.Since(began).Seconds()*rooms.VainRate) {
					t.Errorf("%d answers", answers)
				}
				_ = g.session.Close()
			})
		}
	}
}

// A program that asks for much is read more slowly, and is answered in the end.
func TestAskingForMuch(t *testing.T) {
	h := open(t)
	g := h.run("lobby --json --listen")
	event[*rooms.Welcome](g)
	const asked = rooms.AskBurst + rooms.AskRate/2
	go io.WriteString(g.in, strings.Repeat(`{"t":"sync","id":"x"}`+"\n", asked)+`{"t":"sync","id":"last"}`+"\n")
	for range asked {
		if s := event[*rooms.Synced](g); s.ID != "x" {
			t.Fatalf("synced %q", s.ID)
		}
	}
	if s := event[*rooms.Synced](g); s.ID != "last" {
		t.Errorf("synced %q", s.ID)
	}
	g.says(`{"t":"leave"}`)
	g.ends(exitClean, "")
}

// offended is a listener that is told of broken limits.
type offended struct {
	net.Listener
	times chan struct{}
}

type offendedConn struct {
	net.Conn
	times chan struct{}
}

func (c offendedConn) Offend() { c.times <- struct{}{} }

func (o offended) Accept() (net.Conn, error) {
	raw, err := o.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return offendedConn{raw, o.times}, nil
}

// To ask in vain too often before there is a place is held against the connection.
// With one it is the room's affair, which knows the source.
func TestAskingInVainIsAnOffence(t *testing.T) {
	ln := newMemListener()
	o := offended{ln, make(chan struct{}, 1)}
	h := buildOn(t, o, func() (net.Conn, error) { return ln.dial(), nil }).serve()
	g := h.subsystem()
	go io.WriteString(g.in, strings.Repeat("x\n", 2*rooms.VainBurst))
	for g.frame().Bye == nil {
	}
	<-o.times
}
