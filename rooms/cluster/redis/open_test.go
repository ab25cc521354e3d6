package redis

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"sotto/rooms/cluster/storetest"
)

const secret = "s3cret-canary"

// refused is what Open says of a URL, which is never the password in it.
func refused(t *testing.T, c Config) string {
	t.Helper()
	c.Hearer = new(storetest.Ear)
	if c.StartFor == 0 {
		c.StartFor = 20 * time.Second
	}
	began := time.Now()
	s, err := Open(t.Context(), c)
	if err == nil {
		_ = s.Close()
		t.Fatal("it was taken")
	}
	if time.Since(began) >= c.StartFor && c.StartFor > time.Second {
		t.Errorf("tried until the end what does not mend itself: %v", err)
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("the password is in %q", err)
	}
	return err.Error()
}

func says(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("%q does not say %q", got, part)
		}
	}
}

func TestServersThatKeepThingsAreRefused(t *testing.T) {
	s := startServer(t)
	for _, c := range []struct{ name, value, well string }{
		{"save", "3600 1", ""},
		{"appendonly", "yes", "no"},
		{"maxmemory-policy", "allkeys-lru", "noeviction"},
	} {
		s.cli("CONFIG", "SET", c.name, c.value)
		says(t, refused(t, Config{URL: s.url()}), c.name, c.value, "redis-cli CONFIG SET "+c.name)
		s.cli("CONFIG", "SET", c.name, c.well)
	}
	s.node(Config{})
}

func TestServersThatDoNotTell(t *testing.T) {
	s := startServer(t)
	s.cli("ACL", "SETUSER", "sotto", "on", ">"+secret, "~sotto:*", "&sotto:*", "+@all", "-config")
	url := "unix://sotto:" + secret + "@" + s.socket
	says(t, refused(t, Config{URL: url, Strict: true}), "CONFIG GET is forbidden", "save", "+config|get")
	var warned []string
	n, err := Open(t.Context(), Config{URL: url, Hearer: new(storetest.Ear), Warn: func(w string) { warned = append(warned, w) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if len(warned) != 1 || !strings.Contains(warned[0], "CONFIG GET is forbidden") {
		t.Fatalf("warned of %q", warned)
	}
	s.cli("CONFIG", "SET", "appendonly", "yes") // which others tell as well
	says(t, refused(t, Config{URL: url}), "appendonly is yes")
	s.cli("CONFIG", "SET", "appendonly", "no")
	s.cli("ACL", "SETUSER", "sotto", "-evalsha")
	says(t, refused(t, Config{URL: url}), "does not let this user", "evalsha")
}

// TestWhatAUserNeeds: the rights that a refusal names are enough.
func TestWhatAUserNeeds(t *testing.T) {
	s := startServer(t)
	s.cli(append([]string{"ACL", "SETUSER", "sotto", "on", ">" + secret}, strings.Fields(userRights)...)...)
	n, err := Open(t.Context(), Config{URL: "unix://sotto:" + secret + "@" + s.socket, Hearer: new(storetest.Ear), ProposeFor: proposeFor, Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	listen(t, n, "room")
	s.pass(proposeFor)
	kept := storetest.Opened(t, n, "room", "")
	storetest.Said(t, n, "room", kept.Last, storetest.Draft(1, 1, "one"))
	if _, err := n.Beat(t.Context(), "node"); err != nil {
		t.Fatal(err)
	}
}

func TestPasswords(t *testing.T) {
	s := startServer(t, "--requirepass", secret+"-right")
	says(t, refused(t, Config{URL: s.url()}), "wants a password")
	says(t, refused(t, Config{URL: "unix://:" + secret + "@" + s.socket}), "refuses the user or the password")
	n, err := Open(t.Context(), Config{URL: "unix://:" + secret + "-right@" + s.socket, Hearer: new(storetest.Ear)})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestURLsThatAreNone(t *testing.T) {
	for _, url := range []string{
		"", "redis", "http://user:" + secret + "@host", "redis://", "redis://:" + secret + "@", "unix://", "unix://:" + secret + "@host/x",
		"redis://:" + secret + "@host/x", "redis://:" + secret + "@host/-1", "redis://host?password=" + secret,
		"redis://host?sentinel_password=" + secret, "redis://host?master=rooms&sentinel_username=" + secret, "redis://:" + secret + "@ho st:%zz",
		"redis://host?addr=", "redis://:" + secret + "#x@host:port", "unix:///x?master=" + secret,
	} {
		says(t, refused(t, Config{URL: url}), "the URL of Redis", "rediss://")
	}
}

func TestServerThatIsNotThere(t *testing.T) {
	dir := t.TempDir()
	says(t, refused(t, Config{URL: "unix://:" + secret + "@" + dir + "/none", StartFor: 300 * time.Millisecond}), "can be reached", "300ms")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, Config{URL: "unix://" + dir + "/none"}); err == nil {
		t.Fatal("opened")
	}
}

// TestServerThatComesLater: a machine may start both at once.
func TestServerThatComesLater(t *testing.T) {
	s := startServer(t)
	s.kill()
	opened := make(chan error, 1)
	go func() {
		n, err := Open(context.Background(), Config{URL: s.url(), Hearer: new(storetest.Ear)})
		if err == nil {
			err = n.Close()
		}
		opened <- err
	}()
	s.start()
	if err := <-opened; err != nil {
		t.Fatal(err)
	}
}

// TestServersOfAnotherKind answers as little as a client asks, of a version that there is no
// server of here, or what is not TLS where TLS was promised.
func TestServersOfAnotherKind(t *testing.T) {
	addr := fakeServer(t, "6.2.14")
	says(t, refused(t, Config{URL: "redis://:" + secret + "@" + addr}), addr, `"6.2.14"`, "Redis 7 or newer, or Valkey")
	says(t, refused(t, Config{URL: "rediss://:" + secret + "@" + addr}), "does not speak TLS", "redis://")
}

// fakeServer says that it is some version of Redis.
func fakeServer(t *testing.T, version string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // nothing is left to do
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				lines := bufio.NewScanner(c)
				for lines.Scan() {
					switch line := strings.ToUpper(lines.Text()); {
					case line == "HELLO":
						fmt.Fprintf(c, "%%3\r\n+server\r\n+redis\r\n+version\r\n+%s\r\n+proto\r\n:3\r\n", version)
					case line == "INFO":
						text := "redis_version:" + version + "\r\n"
						fmt.Fprintf(c, "$%d\r\n%s\r\n", len(text), text)
					case line == "CLUSTER":
						fmt.Fprint(c, "-ERR This instance has cluster support disabled\r\n")
					case line == "PING":
						fmt.Fprint(c, "+PONG\r\n")
					case strings.HasPrefix(line, "\x16\x03"): // TLS
						fmt.Fprint(c, "-ERR what is that\r\n")
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

// TestNothingIsSaidOfTheClient: no name, no library.
func TestNothingIsSaidOfTheClient(t *testing.T) {
	s := startServer(t)
	s.node(Config{})
	out, err := exec.Command("redis-cli", "-s", s.socket, "CLIENT", "LIST").Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "rueidis") || strings.Contains(string(out), "sotto ") {
		t.Errorf("Redis knows: %s", out)
	}
}
