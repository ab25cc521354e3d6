//go:build e2e

package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// A terminal at one server, a browser and a native client at another and a pipe at a third
// are in one room, and in a sealed one. Redis sees no word and no name of it, and no server
// writes one down.
func TestOneRoomOverThreeServers(t *testing.T) {
	t.Parallel()
	redis := e2e.StartRedis(t)
	monitor := redis.Monitor()
	nodes := e2e.StartNodes(t, 3, redis, "--strict", "--allow-swap", "--say-rate=0", "--room-size=8", "--log-level=debug")
	a, b, c := nodes[0], nodes[1], nodes[2]
	for _, s := range nodes {
		if s.Health() != 200 {
			t.Errorf("a server says that it is ill: %d", s.Health())
		}
		if _, port, _ := strings.Cut(redis.Addr, ":"); !strings.Contains(s.Stderr(), "connect but to port "+port+")") {
			t.Errorf("the lock-down leaves another port than Redis's:\n%s", s.Stderr())
		}
	}

	term := a.Terminal(t, "denzebra", "--nick", "annazebra")
	term.WaitFor("denzebra", "annazebra")
	page := e2e.Open(t, b.RoomURL("denzebra"))
	page.WaitFor("annazebra")
	page.Say("/nick bertzebra")
	term.WaitFor("bertzebra")
	pipe := c.Pipe(t, "denzebra", "--listen", "--nick", "carlzebra")
	pipe.WaitFor("you are carlzebra")
	home := home(t, nodes...)
	nina := e2e.StartTerminal(t, 100, 30, native(t, home, b.RoomURL("denzebra"), "--nick", "ninazebra"))
	nina.WaitFor("You are ninazebra", "4 here")
	page.WaitFor("ninazebra")

	// One order, for witnesses at two servers too.
	first, _ := a.Join(t, "denzebra", "firstzebra")
	second, _ := c.Join(t, "denzebra", "secondzebra")
	for i := range 5 {
		term.Say(fmt.Sprintf("zebra-terminal-%d", i))
		page.Say(fmt.Sprintf("zebra-browser-%d", i))
		pipe.Send(fmt.Sprintf("zebra-pipe-%d\n", i))
		nina.Say(fmt.Sprintf("zebra-native-%d", i))
	}
	heard := func(s *e2e.Socket) (order []string) {
		for len(order) < 20 {
			f := s.AwaitFrame("what was said", func(f e2e.Frame) bool { return f.Type() == "said" })
			order = append(order, fmt.Sprint(f["seq"], f.Text()))
		}
		return order
	}
	if one, other := heard(first), heard(second); !slices.Equal(one, other) {
		t.Errorf("two servers say\n%v and\n%v", one, other)
	}
	for _, who := range []string{"terminal", "browser", "pipe", "native"} {
		last := fmt.Sprintf("zebra-%s-4", who)
		term.WaitFor(last)
		page.WaitFor(last)
		pipe.WaitFor(last)
		nina.WaitFor(last)
	}

	// Who has a name, and who fits, is so at all of them.
	third, welcome := b.Join(t, "denzebra", "annazebra")
	if you, _ := welcome["you"].(map[string]any); you["nick"] == "annazebra" {
		t.Error("two people are called annazebra")
	}
	if notice := third.Await("notice"); notice["code"] != "nick_taken" {
		t.Errorf("whoever asks for a name that is taken is told %v", notice)
	}
	for i := range 8 {
		nodes[i%3].Join(t, "fullzebra", "")
	}
	ninth := a.Dial(t)
	ninth.Send(e2e.Frame{"t": "join", "room": "fullzebra"})
	if refused, err := ninth.Next(); err != nil || refused["code"] != "room_full" {
		t.Errorf("the ninth in a room of eight: %v, %v", refused, err)
	}
	third.Send(e2e.Frame{"t": "leave"})
	second.AwaitFrame("that one left", func(f e2e.Frame) bool { return f.Type() == "left" })

	term.Say("/who")
	term.WaitFor("annazebra", "bertzebra", "carlzebra", "ninazebra", "firstzebra", "secondzebra")
	term.Type("\x1b")
	term.Say("/msg bertzebra zebra-between-us")
	page.WaitFor("zebra-between-us")
	page.Say("/msg ninazebra zebra-not-for-anna")
	nina.WaitFor("zebra-not-for-anna")
	page.Say("/topic stripes of a zebra")
	for _, each := range []*e2e.Terminal{term, nina} {
		each.WaitFor("stripes of a zebra")
	}
	pipe.WaitFor("stripes of a zebra")
	for _, s := range []*e2e.Socket{first, second} {
		s.AwaitFrame("the topic", func(f e2e.Frame) bool { return f.Type() == "topic" })
		for _, f := range s.Seen {
			if f.Type() == "whispered" {
				t.Errorf("a third person was given a whisper: %v", f)
			}
		}
	}

	// A sealed room, with ten megabytes that pass from one server to another.
	key := "/s/#" + seal.NewSecret().String()
	there := t.TempDir()
	olga := e2e.StartTerminal(t, 100, 30, native(t, home, a.URL+key, "--nick", "olgazebra"))
	olga.WaitFor("You are olgazebra")
	paul := e2e.StartTerminal(t, 100, 30, native(t, home, "ssh://"+c.SSH+key, "--nick", "paulzebra", "--downloads", there))
	paul.WaitFor("You are paulzebra", "2 here", "olgazebra")
	olga.WaitFor("paulzebra came in")
	plan, planned := tenMiB(t, "plan-of-a-zebra.pdf")
	olga.Say("/send " + plan)
	paul.WaitFor("olgazebra offers plan-of-a-zebra.pdf (10.0 MiB) · /take 1")
	paul.Say("/take")
	paul.Say("zebras overtake files")
	olga.WaitFor("zebras overtake files")
	awaitSaved(paul, "Saved as "+there)
	isAt(t, there, "plan-of-a-zebra.pdf", planned)

	seen := monitor()
	if !strings.Contains(seen, "sotto:{") {
		t.Errorf("what Redis did is not written down:\n%.500s", seen)
	}
	for _, canary := range []string{"zebra", "stripes", "welcome", "plan", key[4:], shown(planned)} {
		if strings.Contains(seen, canary) {
			t.Errorf("Redis has seen %q", canary)
		}
	}
	for i, s := range nodes {
		if strings.Contains(s.Stderr(), "zebra") {
			t.Errorf("the log of server %d:\n%s", i, s.Stderr())
		}
	}
}

// shown is a part of a file as MONITOR would show it.
func shown(content []byte) string {
	text := fmt.Sprintf("%q", content[:8])
	return text[1 : len(text)-1]
}

// Whoever sits at a server that dies is back at another, with everything that was said
// meanwhile, and nobody sees them leave; also when nothing was said, and when another server
// answers at once.
func TestBackAtAnotherServer(t *testing.T) {
	t.Parallel()
	redis := e2e.StartRedis(t)
	nodes := e2e.StartNodes(t, 3, redis, "--say-rate=0")
	cable := e2e.NewCable(t, nodes[1].Web) // leads to whichever server there is
	home := home(t, nodes...)
	watcher, _ := nodes[0].Join(t, "den", "watcher")
	page := e2e.Open(t, "http://"+cable.Addr+"/r/den")
	page.WaitFor("You are")
	nina := e2e.StartTerminal(t, 100, 30, native(t, home, "http://"+cable.Addr+"/r/den", "--nick", "nina"))
	nina.WaitFor("You are nina", "3 here")
	page.WaitFor("nina")
	page.Say("before the fire")
	watcher.AwaitSaid("before the fire")
	page.WaitFor("before the fire")

	cable.Set(e2e.Down)
	nodes[1].Die()
	speakers := []*e2e.Socket{watcher, join(t, nodes[2], "olga")}
	var want []string
	for i := range 300 {
		text := fmt.Sprintf("word-%03d", i)
		want = append(want, text)
		speakers[i%2].Say(text)
		watcher.AwaitSaid(text)
	}
	page.WaitUntil(`document.getElementById("banner").hidden === false`)
	cable.Lead(nodes[2].Web)
	cable.Set(e2e.Whole)
	page.WaitFor("word-299")
	page.WaitUntil(`document.getElementById("banner").hidden === true`)
	if got := words(page.Messages()); !slices.Equal(got, want) {
		t.Errorf("after the return the page has\n%v", got)
	}
	nina.WaitFor("word-299", "4 here")
	page.Say("after the fire")
	watcher.AwaitSaid("after the fire")

	// Once more, with nothing new in between, and another server at once.
	before, _ := cable.Connections()
	cable.Lead(nodes[0].Web)
	nodes[2].Die()
	waitConnections(t, cable, before+2)
	watcher.Say("and still here")
	watcher.AwaitSaid("and still here")
	page.WaitFor("and still here")
	nina.WaitFor("and still here")
	nina.Say("so am I")
	page.WaitFor("so am I")
	watcher.AwaitSaid("so am I")
	for _, f := range watcher.Seen {
		if f.Type() == "gap" || f.Type() == "left" && !strings.Contains(fmt.Sprint(f), "olga") {
			t.Errorf("somebody saw %v", f)
		}
	}
	if got := count(page.Messages(), "before the fire") + count(page.Messages(), "after the fire") + count(page.Messages(), "and still here"); got != 3 {
		t.Errorf("three messages stand on the page %d times", got)
	}
}

// A server that may not share, or can't, says why in a sentence and does not start.
func TestRefusesToShare(t *testing.T) {
	t.Parallel()
	redis := e2e.StartRedis(t)
	e2e.StartNodes(t, 1, redis)
	flags := e2e.ServeArgs("--redis="+redis.URL(), "--cluster-key="+e2e.ClusterKey(t))
	for _, c := range []struct {
		name string
		do   []string // by Redis, before
		says string
	}{
		{"another key than the others", nil, "another cluster key"},
		{"a Redis that throws things away", []string{"config", "set", "maxmemory-policy", "allkeys-lru"}, "noeviction"},
		{"a Redis that writes to its disk", []string{"config", "set", "appendonly", "yes"}, "appendonly"},
		{"a Redis with a password", []string{"config", "set", "requirepass", "hunter2"}, "password"},
	} {
		if c.do != nil {
			redis.Do(c.do...)
		}
		if r := sotto(t, nil, flags...); r.Code != 1 || strings.Count(r.Err, "\n") != 1 || !strings.Contains(r.Err, c.says) {
			t.Errorf("%s: exit %d, %q", c.name, r.Code, r.Err)
		}
		if c.do != nil && c.do[2] == "maxmemory-policy" {
			redis.Do("config", "set", "maxmemory-policy", "noeviction")
		}
	}
}

// The files of docs/deploy say what their programs understand, and ask sotto for nothing that
// it doesn't know.
func TestDeployFiles(t *testing.T) {
	const folder = "../../../docs/deploy/"
	dir := t.TempDir()
	file := func(name string, change ...string) string {
		text, err := os.ReadFile(folder + name)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, strings.Replace(name, "@", "@1", 1))
		if err := os.WriteFile(file, []byte(strings.NewReplacer(change...).Replace(string(text))), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	haproxy := file("haproxy.cfg", "ssl crt /etc/haproxy/sotto.pem", "ssl crt "+pemFile(t))
	if r := e2e.Run(t, exec.Command("/usr/sbin/haproxy", "-c", "-f", haproxy), ""); r.Code != 0 || strings.Contains(r.Out+r.Err, "WARNING") {
		t.Errorf("haproxy.cfg: %d\n%s%s", r.Code, r.Out, r.Err)
	}
	unit := file("sotto@.service", "/usr/local/bin/sotto", e2e.Binary(t))
	if r := e2e.Run(t, exec.Command("systemd-analyze", "verify", unit), ""); r.Code != 0 || r.Err != "" {
		t.Errorf("sotto@.service: %d\n%s%s", r.Code, r.Out, r.Err)
	}
	text, err := os.ReadFile(unit)
	if err != nil {
		t.Fatal(err)
	}
	_, command, _ := strings.Cut(string(text), "ExecStart="+e2e.Binary(t))
	command, _, _ = strings.Cut(strings.ReplaceAll(command, "\\\n", " "), "\n")
	takes(t, "sotto@.service", strings.Fields(strings.NewReplacer("%i", "1", "%d", dir).Replace(command)))

	compose := e2e.Run(t, exec.Command("/usr/bin/python3", "-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))", folder+"compose.yaml"), "")
	var all struct {
		Services map[string]struct {
			Image    string
			Command  []string
			Networks []string
		}
	}
	if err := json.Unmarshal([]byte(compose.Out), &all); err != nil {
		t.Fatalf("compose.yaml: %v\n%s", err, compose.Err)
	}
	nodes := 0
	for name, service := range all.Services {
		if service.Image == "sotto" {
			nodes++
			takes(t, "compose.yaml", service.Command)
			if !strings.Contains(textOf(t, haproxy), "server "+name+" ") {
				t.Errorf("HAProxy knows no server %s", name)
			}
		}
	}
	if nodes != 3 {
		t.Errorf("compose.yaml has %d nodes", nodes)
	}
	redis := exec.Command("redis-server", append(all.Services["redis"].Command[1:], "--port", "0", "--unixsocket", filepath.Join(dir, "redis"))...)
	redis.Dir = dir
	e2e.StartPipe(t, redis).WaitFor("ready to accept connections at")
	if r := sotto(t, []string{"SOTTO_CLUSTER_KEY=" + textOf(t, e2e.ClusterKey(t))}, "serve", "--ssh-addr=127.0.0.1:0", "--http-addr=999.0.0.1:0", "--host-key=memory",
		"--redis=unix://"+filepath.Join(dir, "redis")); r.Code != 1 || !strings.Contains(r.Err, "can't listen for web") {
		t.Errorf("a server at the Redis of compose.yaml: %d %s", r.Code, r.Err)
	}
}

// takes fails the test if the program does not know what it is asked for: with what is there
// missing it ends with 1, and with 2 for flags that make no sense.
func takes(t *testing.T, where string, args []string) {
	t.Helper()
	if r := sotto(t, []string{"CREDENTIALS_DIRECTORY="}, append(args, "--cluster-key=/nowhere/key")...); r.Code != 1 {
		t.Errorf("%s runs sotto %q: exit %d\n%s", where, args, r.Code, r.Err)
	}
}

// textOf is what a file holds.
func textOf(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// pemFile is a certificate for nobody, with its key, in one file as HAProxy wants it.
func pemFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sotto.pem")
	cert, key := selfSigned(t, filepath.Dir(file), "chat.example")
	if err := os.WriteFile(file, []byte(textOf(t, cert)+"\n"+textOf(t, key)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
