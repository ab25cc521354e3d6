//go:build e2e

package prove

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/chromedp"

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

// A screen and a browser that are stopped while there is more to hear than is kept
// for anybody are ended, and told so when they go on. Whoever is with them hears
// everything and waits for nobody.
func TestFrozenScreenAndBrowser(t *testing.T) {
	s := startStatic(t, nil, "--say-rate=0")
	page := e2e.Open(t, s.RoomURL("den"))
	page.WaitFor("You are")
	page.Say("/nick icepage")
	cmd := s.SSHCommand([]string{"-t"}, "den", "--nick", "icescreen")
	screen := e2e.StartTerminal(t, 300, 100, cmd)
	screen.WaitFor("icescreen", "icepage")
	observer, _ := s.Join(t, "den", "observer")
	var speakers []*person
	for i := range 4 {
		p, err := bySocket(s, guest{room: "den", nick: fmt.Sprint("speaker", i)})
		must(t, err)
		speakers = append(speakers, p)
	}
	all, err := chromedp.CallBrowser(page.Ctx, systeminfo.GetProcessInfo, cdp.Empty{})
	must(t, err)
	pids := []int{cmd.Process.Pid}
	for _, process := range all.ProcessInfo {
		pids = append(pids, int(process.ID))
	}
	signal := func(sig syscall.Signal) {
		for _, pid := range pids {
			_ = syscall.Kill(pid, sig) // a helper of the browser may be gone
		}
	}
	signal(syscall.SIGSTOP)
	t.Cleanup(func() { signal(syscall.SIGCONT) })

	// Enough for every buffer on the way: the kernels' and the outbox.
	ctx, cancel := context.WithCancel(t.Context())
	flooding := make(chan error, 1)
	begin := time.Now()
	go func() {
		filler := strings.Repeat("what there is to hear ", 40)
		for n := 0; ctx.Err() == nil; n++ {
			word := token(n%len(speakers), n)
			if err := speakers[n%len(speakers)].say(word + " " + filler); err != nil {
				flooding <- err
				return
			}
			for _, p := range speakers { // nobody waits for the frozen
				if err := p.awaitToken(word); err != nil {
					flooding <- err
					return
				}
			}
		}
		flooding <- nil
	}()
	for range 2 {
		if left := observer.Await("left"); left["reason"] != "slow" {
			t.Errorf("%v left for the reason %v", left["member"], left["reason"])
		}
	}
	t.Logf("the frozen were ended after %v", time.Since(begin))
	cancel()
	must(t, <-flooding)
	signal(syscall.SIGCONT)
	if code := screen.Wait(); code != 1 || !strings.Contains(screen.Screen(), "could not keep up") {
		t.Errorf("the screen ended with %d:\n%s", code, screen.Screen())
	}
	page.WaitFor("You were away", "is not here")
	for _, p := range speakers {
		must(t, p.leave())
	}
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
	for i, door := range []string{"screen", "screen", "socket", "socket", "json"} {
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
