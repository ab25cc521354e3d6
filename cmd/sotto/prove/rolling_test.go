//go:build e2e && prove

package prove

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// rollers is how many native clients, and rollingPages how many browsers, see every server
// restarted.
const (
	rollers      = 36
	rollingPages = 4
)

// Three servers behind a real HAProxy, as docs/deploy has it, are restarted one after the
// other while people talk: nobody misses anything, and nobody is seen leaving but who was in
// a terminal. That one is told to come again.
func TestRollingRestart(t *testing.T) {
	redis := e2e.StartRedis(t)
	flags := []string{"--redis=" + redis.URL(), "--cluster-key=" + e2e.ClusterKey(t), "--say-rate=0", "--trusted-proxy=127.0.0.1"}
	nodes := make([]*e2e.Server, 3)
	web, ssh := make([]*e2e.Cable, 3), make([]*e2e.Cable, 3)
	for i := range nodes {
		nodes[i] = e2e.Start(t, flags...)
		web[i], ssh[i] = e2e.NewCable(t, nodes[i].Web), e2e.NewCable(t, nodes[i].SSH)
	}
	front := &e2e.Server{Web: freeAddr(t), SSH: freeAddr(t)}
	startHAProxy(t, front, web, ssh)

	c := &cluster{t: t, nodes: nodes}
	for i := range rollers {
		c.talkers = append(c.talkers, newTalker(t, fmt.Sprintf("talker%d", i), front))
	}
	var pages []*e2e.Page
	for i := range rollingPages {
		page := e2e.Open(t, "http://"+front.Web+"/r/den")
		page.WaitFor("You are")
		page.Say(fmt.Sprintf("/nick page%d", i))
		pages = append(pages, page)
	}
	ctx, stop := context.WithCancel(t.Context())
	var talking sync.WaitGroup
	defer talking.Wait()
	defer stop()
	for _, w := range c.talkers[1:4] {
		talking.Go(func() { w.talk(ctx) })
	}
	for i, node := range nodes {
		term := node.Terminal(t, "den", "--nick", fmt.Sprint("term", i))
		term.WaitFor(fmt.Sprint("term", i))
		node.Signal(syscall.SIGTERM)
		if code := node.Wait(); code != 0 {
			t.Errorf("server %d exited with %d:\n%s", i, code, node.Stderr())
		}
		if term.Wait(); !strings.Contains(term.Screen(), "come again") {
			t.Errorf("a terminal was not told to come again:\n%s", term.Screen())
		}
		nodes[i] = e2e.Start(t, flags...)
		web[i].Lead(nodes[i].Web)
		ssh[i].Lead(nodes[i].SSH)
		t.Logf("server %d restarted; heard again after %v", i, c.hear(fmt.Sprint("after restart ", i)))
	}
	stop()
	talking.Wait()
	c.hear("the end")
	for i, page := range pages {
		page.WaitFor("the end")
		if text := page.Text(); strings.Contains(text, "missing") || strings.Contains(text, "talker1 left") {
			t.Errorf("page %d misses something, or saw somebody leave:\n%s", i, text)
		}
	}
	for _, w := range c.talkers {
		w.mu.Lock()
		if len(w.all) != 1 || len(w.now.gaps) > 0 {
			t.Errorf("%s had %d places, and %d gaps", w.nick, len(w.all), len(w.now.gaps))
		}
		for _, nick := range w.now.gone {
			if !strings.HasPrefix(nick, "term") {
				t.Errorf("%s saw %s leave", w.nick, nick)
			}
		}
		w.mu.Unlock()
	}
	c.compare()
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// startHAProxy runs docs/deploy/haproxy.cfg without TLS, for servers at the ends of cables.
func startHAProxy(t *testing.T, front *e2e.Server, web, ssh []*e2e.Cable) {
	t.Helper()
	text, err := os.ReadFile("../../../docs/deploy/haproxy.cfg")
	must(t, err)
	change := []string{"maxconn 40000", "maxconn 1000", "bind :443 ssl crt /etc/haproxy/sotto.pem alpn h2,http/1.1", "bind " + front.Web, "bind :22", "bind " + front.SSH}
	for i := range web {
		_, port, _ := strings.Cut(web[i].Addr, ":")
		change = append(change,
			fmt.Sprintf("10.0.0.1%d:2222 send-proxy-v2 check port 3000", i+1), ssh[i].Addr+" send-proxy-v2 check port "+port,
			fmt.Sprintf("10.0.0.1%d:3000", i+1), web[i].Addr)
	}
	cfg := strings.NewReplacer(change...).Replace(string(text))
	if strings.Contains(cfg, "10.0.0.") || strings.Contains(cfg, ":443") {
		t.Fatalf("the configuration is another than this test knows:\n%s", cfg)
	}
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	must(t, os.WriteFile(file, []byte(cfg), 0o600))
	cmd := exec.Command("/usr/sbin/haproxy", "-f", file, "-db")
	var said strings.Builder
	cmd.Stderr = &said
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it is gone already, then
		_ = cmd.Wait()         // the error is the signal
		if t.Failed() {
			t.Logf("HAProxy said\n%s", said.String())
		}
	})
	e2e.WaitListening(t, front.Web)
}
