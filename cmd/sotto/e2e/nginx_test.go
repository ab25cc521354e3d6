//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"sotto/cmd/sotto/e2e"
)

// The nginx example of OPERATING.md works as it stands there, but for ports and
// certificates, and keeps no trace of a room.
func TestBehindNginx(t *testing.T) {
	s := e2e.Start(t, "--public-url=https://example.org/chat", "--trusted-proxy=127.0.0.1/32")
	proxy, logs := startNginx(t, s.Web)
	ask := func(path, host string) (int, string) {
		t.Helper()
		r, err := http.NewRequest("GET", "http://"+proxy+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
	if code, page := ask("/chat/r/den", "example.org"); code != 200 || !strings.Contains(page, "/chat/assets/") {
		t.Errorf("the room's page: %d\n%.500s", code, page)
	}
	if code, _ := ask("/chat/r/den", "evil.example"); code != http.StatusForbidden {
		t.Errorf("another Host is answered with %d", code)
	}
	if code, _ := ask("/elsewhere", "example.org"); code != http.StatusNotFound {
		t.Errorf("nginx's own page: %d", code)
	}

	ctx, cancel := context.WithTimeout(t.Context(), e2e.Patience)
	defer cancel()
	dial := func(origin string) (*websocket.Conn, *http.Response, error) {
		return websocket.Dial(ctx, "ws://"+proxy+"/chat/ws", &websocket.DialOptions{
			Host: "example.org", Subprotocols: []string{"sotto.v1"}, HTTPHeader: http.Header{"Origin": {origin}},
		})
	}
	if _, answer, err := dial("https://evil.example"); err == nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign Origin: %v", err)
	}
	socket, _, err := dial("https://example.org")
	if err != nil {
		t.Fatal(err)
	}
	defer socket.CloseNow()
	if err := socket.Write(ctx, websocket.MessageText, []byte(`{"t":"join","room":"den"}`)); err != nil {
		t.Fatal(err)
	}
	if _, data, err := socket.Read(ctx); err != nil || !strings.Contains(string(data), `"welcome"`) {
		t.Fatalf("through nginx came %q, %v", data, err)
	}
	if r := s.Run("over ssh\n", "den"); r.Code != 0 {
		t.Errorf("ssh: %d %s", r.Code, r.Err)
	}
	for {
		_, data, err := socket.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "over ssh") {
			break
		}
	}
	socket.Close(websocket.StatusNormalClosure, "")

	access := logs()
	if !strings.Contains(access, "/elsewhere") || strings.Contains(access, "/chat") || strings.Contains(access, "den") {
		t.Errorf("nginx's logs hold:\n%s", access)
	}
}

// startNginx runs nginx with the example of OPERATING.md in front of web. It
// returns where it listens, and what its logs hold once it has stopped.
func startNginx(t *testing.T, web string) (addr string, logs func() string) {
	t.Helper()
	doc, err := os.ReadFile("../../../docs/OPERATING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(doc), "map $request_uri")
	example, _, ended := strings.Cut(rest, "```")
	if !found || !ended {
		t.Fatal("OPERATING.md has no nginx example")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr = free.Addr().String()
	free.Close()
	dir := t.TempDir()
	example = strings.NewReplacer("listen 443 ssl", "listen "+addr, "127.0.0.1:3000", web, "/var/log/nginx", dir).Replace("map $request_uri" + example)
	config := filepath.Join(dir, "nginx.conf")
	text := fmt.Sprintf("daemon off; pid %[1]s/pid; error_log %[1]s/error.log info; worker_processes 1;\nevents {}\nhttp {\n"+
		"client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;\n%s\n}\n", dir, example)
	if os.Geteuid() == 0 {
		text = "user root;\n" + text
	}
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	path := "nginx"
	if _, err := exec.LookPath(path); err != nil {
		path = "/usr/sbin/nginx" // not in everybody's path
	}
	nginx := e2e.StartPipe(t, exec.Command(path, "-c", config, "-e", dir+"/error.log"))
	e2e.WaitListening(t, addr)
	return addr, func() string {
		nginx.Terminate()
		nginx.Wait()
		var all strings.Builder
		for _, name := range []string{"access.log", "error.log"} {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
		return all.String()
	}
}
