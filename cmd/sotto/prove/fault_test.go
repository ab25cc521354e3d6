//go:build e2e

package prove

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// Clients that are stopped in the middle of everything cost the others nothing;
// when they go on, they are here still or are told why not.
func TestFrozenClients(t *testing.T) {
	s := startStatic(t, nil, "--say-rate=0")
	five := newCompany(t, s)
	frozen := s.Pipe(t, "den", "--listen", "--nick", "frozen")
	frozen.WaitFor("you are frozen")
	frozen.Freeze()
	must(t, five.chat(t.Context(), attackFor()))
	five.check(t, s)
}

// At the end of its file descriptors the server refuses newcomers and goes on
// for those inside; when there are some again, it lets people in.
func TestNoFileDescriptorsLeft(t *testing.T) {
	s := e2e.StartCommand(t, exec.Command("prlimit", append([]string{"--nofile=64:64", e2e.StaticBinary(t)}, e2e.ServeArgs("--say-rate=0")...)...))
	five := newCompany(t, s)
	var hoard []net.Conn
	for range 200 {
		for _, door := range []string{s.SSH, s.Web} {
			c, err := net.Dial("tcp", door)
			must(t, err)
			hoard = append(hoard, c)
		}
	}
	s.WaitFor("could not be accepted")
	must(t, five.chat(t.Context(), attackFor()))
	for _, c := range hoard {
		abort(c)
	}
	five.check(t, s)
}

// Near its memory limit the server says so to newcomers, and those inside go on.
// When the memory is free again, it lets people in.
func TestMemoryLimitReached(t *testing.T) {
	s := startStatic(t, []string{"GOMEMLIMIT=24MiB"}, "--say-rate=0")
	five := newCompany(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var people []*person
	refused := ""
	for n := 0; refused == ""; n++ {
		if ctx.Err() != nil {
			t.Fatalf("nobody of %d was refused", n)
		}
		p, err := bySocket(s, guest{room: fmt.Sprint("hall", n/400), nick: fmt.Sprint("n", n)})
		switch {
		case err == nil:
			people = append(people, p)
		case strings.Contains(err.Error(), "short of memory"):
			refused = "in a browser"
		default:
			t.Fatal(err)
		}
	}
	if r := s.Run("", "den"); r.Code != 1 || !strings.Contains(r.Err, "short of memory") {
		t.Errorf("a pipe was not refused with a sentence: exit %d, %q", r.Code, r.Err)
	}
	t.Logf("%d people fit into 24 MiB", len(people)+len(five.people))
	must(t, five.chat(t.Context(), attackFor()))
	for _, p := range people {
		must(t, p.leave())
	}
	five.check(t, s)
}

// newCompany brings five people in, by five ways.
func newCompany(t *testing.T, s *e2e.Server) *company {
	t.Helper()
	five := new(company)
	for i, door := range []string{"screen", "screen", "socket", "socket", "pipe"} {
		p, err := doors[door](s, guest{room: "den", nick: fmt.Sprintf("friend%d", i)})
		must(t, err)
		five.people = append(five.people, p)
	}
	must(t, five.chat(t.Context(), time.Second)) // everything is in place
	return five
}

// check waits until a newcomer is let in, hears the five, and lets everybody
// leave as if nothing had been.
func (c *company) check(t *testing.T, s *e2e.Server) {
	t.Helper()
	deadline := time.Now().Add(patience)
	p, err := byPipe(s, guest{room: "den", nick: "late"})
	for err != nil && time.Now().Before(deadline) {
		p, err = byPipe(s, guest{room: "den", nick: "late"})
	}
	must(t, err)
	c.people = append(c.people, p)
	must(t, c.chat(t.Context(), time.Second))
	for i, p := range c.people {
		if err := p.leave(); err != nil {
			t.Errorf("person %d leaves: %v", i, err)
		}
	}
}
