package redis

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sotto/rooms/cluster"
	"sotto/rooms/cluster/storetest"
	"sotto/rooms/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// server is a real redis-server on a socket of its own, which a test starts, stops and looks
// into.
type server struct {
	t      testing.TB
	dir    string
	socket string
	port   string // where a test has it listen to one as well
	args   []string
	cmd    *exec.Cmd
}

// startServer starts one. It is needed: where it is missing, .ci/peers says how to get it.
func startServer(t testing.TB, args ...string) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "sotto-redis-") // shorter than t.TempDir: names of sockets have to be
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, dir: dir, socket: filepath.Join(dir, "redis.sock"), args: args}
	t.Cleanup(func() {
		s.kill()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	s.start()
	return s
}

func (s *server) start() {
	s.t.Helper()
	args := append([]string{"--port", "0", "--unixsocket", s.socket, "--dir", s.dir, "--save", "", "--appendonly", "no"}, s.args...)
	s.cmd = exec.Command("redis-server", args...)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("the tests need redis-server (Debian: redis-server): %v", err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial("unix", s.socket); err == nil {
			_ = c.Close() // it answers, which is all
			return
		} else if time.Now().After(end) {
			s.t.Fatal(err)
		}
	}
}

// startSentinel starts a Sentinel of a master that has a copy.
func startSentinel(t *testing.T, master string) *server {
	t.Helper()
	s := runSentinel(t, master, "")
	eventually(t, "a Sentinel that knows the copy", func() bool {
		out, err := exec.Command("redis-cli", "-p", s.port, "SENTINEL", "REPLICAS", "rooms").Output()
		return err == nil && strings.Contains(string(out), "runid") && !strings.Contains(string(out), "s-down-time")
	})
	return s
}

// startGuarded starts a Sentinel that wants a password, of a master that has one as well.
func startGuarded(t *testing.T, master string) *server {
	t.Helper()
	password := secret + "/&%-sentinel"
	s := runSentinel(t, master, "sentinel auth-pass rooms "+secret+"-master\n"+
		"requirepass \""+password+"\"\nuser watcher on +@all ~* &* \">"+password+"\"\n")
	eventually(t, "a Sentinel that reaches the master", func() bool {
		out, err := exec.Command("redis-cli", "--no-auth-warning", "-a", password, "-p", s.port, "SENTINEL", "MASTER", "rooms").Output()
		return err == nil && strings.Contains(string(out), "runid") && !strings.Contains(string(out), "disconnected")
	})
	return s
}

func runSentinel(t *testing.T, master, more string) *server {
	t.Helper()
	s := &server{t: t, dir: t.TempDir(), port: freePort(t)}
	file := filepath.Join(s.dir, "sentinel.conf")
	lines := "port " + s.port + "\nbind 127.0.0.1\nsentinel monitor rooms 127.0.0.1 " + master + " 1\n" +
		"sentinel down-after-milliseconds rooms 2000\nsentinel failover-timeout rooms 5000\n" + more
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command("redis-server", file, "--sentinel")
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	return s
}

func (s *server) kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill() // it is gone already, then
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

func (s *server) url() string { return "unix://" + s.socket }

// cli asks the server something.
func (s *server) cli(args ...string) string {
	s.t.Helper()
	out, err := exec.Command("redis-cli", append([]string{"-s", s.socket}, args...)...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("redis-cli %v: %v %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// node is a node of the store.
func (s *server) node(c Config) *Store {
	s.t.Helper()
	c.URL = s.url()
	return s.opened(c)
}

func (s *server) opened(c Config) *Store {
	s.t.Helper()
	if c.Hearer == nil {
		c.Hearer = new(storetest.Ear)
	}
	if c.ProposeFor == 0 {
		c.ProposeFor = proposeFor
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	n, err := Open(ctx, c)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = n.Close() }) // once more is no harm
	return n
}

const proposeFor = time.Minute

// pass makes all times that the server keeps older, as if time had gone by.
func (s *server) pass(d time.Duration) {
	s.t.Helper()
	c, err := net.Dial("unix", s.socket)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	call := []string{"EVAL", passText, "0", micros(d), millis(d)}
	request := fmt.Sprintf("*%d\r\n", len(call))
	for _, arg := range call {
		request += fmt.Sprintf("$%d\r\n%s\r\n", len(arg), arg)
	}
	if _, err := c.Write([]byte(request)); err != nil {
		s.t.Fatal(err)
	}
	if answer, err := bufio.NewReader(c).ReadString('\n'); err != nil || answer != "$-1\r\n" {
		s.t.Fatal(answer, err)
	}
}

const passText = `
local us, ms = tonumber(ARGV[1]), tonumber(ARGV[2])
local function shift(n) return string.format('%.0f', math.max(0, tonumber(n) - us)) end
local function shiftAt(s, i)
  return string.sub(s, 1, i - 1) .. struct.pack('>I8', math.max(0, struct.unpack('>I8', s, i) - us)) .. string.sub(s, i + 8)
end
local function field(key, name)
  local v = redis.call('HGET', key, name)
  if v then redis.call('HSET', key, name, shift(v)) end
end
for _, key in ipairs(redis.call('KEYS', '*')) do
  if string.match(key, ':room$') then
    redis.call('SET', key, shiftAt(shiftAt(redis.call('GET', key), 25), 49), 'KEEPTTL')
  elseif string.match(key, ':log$') then
    for i, entry in ipairs(redis.call('LRANGE', key, 0, -1)) do redis.call('LSET', key, i - 1, shiftAt(entry, 22)) end
  elseif string.match(key, ':ids$') then
    local all = redis.call('GET', key)
    for i = 17, #all, 48 do all = shiftAt(all, i) end
    redis.call('SET', key, all, 'KEEPTTL')
  elseif string.match(key, ':snap$') then
    redis.call('HSET', key, 'list', (string.gsub(redis.call('HGET', key, 'list'), '(%d+) (%d+) (%d+) (%d+);', function(e, n, at, b)
      return e .. ' ' .. n .. ' ' .. shift(at) .. ' ' .. b .. ';'
    end)))
  elseif string.match(key, ':offer$') then field(key, 'since')
  elseif string.match(key, ':clock$') then field(key, 'at')
  elseif string.match(key, ':generation$') then
    local since, of = string.match(redis.call('GET', key), '^(%d+) (.*)$')
    redis.call('SET', key, shift(since) .. ' ' .. of, 'KEEPTTL')
  end
  local left = redis.call('PTTL', key)
  if left < 0 then error('no end: ' .. key) end
  redis.call('PEXPIRE', key, left - ms)
end`

// world makes the server an empty store that is past its beginning.
func (s *server) world() storetest.World {
	s.t.Helper()
	s.cli("FLUSHALL")
	_ = s.node(Config{}).Close() // whatever it says, the store has begun
	s.pass(2 * proposeFor)
	s.cli("PEXPIRE", generationKey, millis(cluster.RoomFor))
	return storetest.World{
		Node:       func(h cluster.Hearer) cluster.Store { return s.node(Config{Hearer: h}) },
		Forget:     func() { s.cli("FLUSHALL") },
		Pass:       func(d time.Duration) { s.pass(d) },
		ProposeFor: proposeFor,
	}
}
