//go:build e2e

package prove

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
)

// forgottenAfter is how long after the last of them left nothing of a room and
// its people may be in memory.
const forgottenAfter = 10 * time.Second

// crowd is who talks in one run.
type crowd struct{ rooms, people, messages int }

// Nothing of people who left is in a core dump: not what they said, not their
// names, rooms, topics, login names, clients, keys, addresses, nor what they said in the
// room's voice. Other rooms are busy all the while.
func TestNoTraceInMemory(t *testing.T) {
	who := crowd{rooms: 10, people: 40, messages: 2000}
	if long {
		who = crowd{rooms: 50, people: 200, messages: 10_000}
	}
	way := newVoiceWay(t)
	s := startStatic(t, nil, "--say-rate=0", way.flag())
	way.Lead(s.Voice())
	stop := keepBusy(t, s)
	defer stop()
	for run := range times(t, 1) {
		found, shown := tellStory(t, s, way, who)
		t.Logf("run %d: %d messages of %d people in %d rooms; afterwards %d hits", run+1, who.messages, who.people, who.rooms, len(shown))
		if len(found) > 0 {
			t.Errorf("run %d: in memory are still %v\n%s", run+1, found, lines(shown))
		}
	}
}

// The proof above can fail: without clobberfree the same search finds words.
func TestMemoryKeepsTracesWithoutClobberfree(t *testing.T) {
	// The last setting wins, and the program believes the first.
	s := startStatic(t, []string{"GODEBUG=clobberfree=1,clobberfree=0"}, "--say-rate=0")
	s.WaitFor("NOT overwritten")
	stop := keepBusy(t, s)
	defer stop()
	found, _ := tellStory(t, s, nil, crowd{rooms: 10, people: 40, messages: 2000})
	t.Logf("without clobberfree are found: %v", found)
	if found["the sign as UTF-8"] == 0 {
		t.Errorf("nothing of what was said is left without clobberfree, so the search proves nothing: %v", found)
	}
}

// startStatic starts the program as it is released; a dump of it under the race
// detector would not be what people run.
func startStatic(t *testing.T, env []string, flags ...string) *e2e.Server {
	t.Helper()
	cmd := exec.Command(e2e.StaticBinary(t), e2e.ServeArgs(flags...)...)
	cmd.Env = append(os.Environ(), env...)
	return e2e.StartCommand(t, cmd)
}

// tellStory lets a crowd come in by all doors, talk and leave, and returns what
// of it is in a dump [forgottenAfter] later. While they talk a dump must have
// everything, or the search is blind. With a way for sound some of them use their voices.
func tellStory(t *testing.T, s *e2e.Server, way *voiceWay, who crowd) (map[string]int, []hit) {
	t.Helper()
	sign := newSign(staticProgram(t))
	var voices chatter
	needles := tellStoryOf(t, s, who, sign, func(needles []needle) {
		if way != nil {
			voices = *way.chat(t, s, sign+"0", sign)
			defer voices.end()
		}
		live, _ := dumpAndSearch(t, s, sign, slices.Concat(needles, voices.needles))
		for _, what := range append([]string{"the sign as UTF-8", "the offered key as binary", "the address 127.201.77.1 as syscall.SockaddrInet4"}, voices.holds...) {
			if live[what] == 0 {
				t.Errorf("while people talk the search does not find %s: %v", what, live)
			}
		}
		t.Logf("while they talk: %v", live)
	})
	return dumpAndSearch(t, s, sign, append(needles, voices.needles...))
}

// tellStoryOf is that story with a sign of the caller's, up to the moment of the dump. It
// calls meanwhile while they talk, and returns what is not to be found.
func tellStoryOf(t *testing.T, s *e2e.Server, who crowd, sign string, meanwhile func(needles []needle)) []needle {
	t.Helper()
	needles := signForms(sign)
	people, brought := enter(t, s, who, sign)
	needles = append(needles, brought...)
	terminal := e2e.StartTerminal(t, 80, 24, s.SSHCommand([]string{"-t", "-l", sign + "openssh"}, sign+"0", "--nick", sign+"t"))
	terminal.WaitFor(sign + "t")
	page := e2e.Open(t, s.RoomURL(sign+"0"))
	page.WaitFor(sign + "t")
	page.Say("/nick " + sign + "p")
	terminal.WaitFor(sign + "p")

	must(t, people[0].say("/topic topic of "+sign))
	page.WaitFor("topic of " + sign)
	talk(t, people, who.messages, sign)
	terminal.Say("said on a screen by " + sign)
	page.WaitFor("said on a screen by " + sign)
	page.Say("/away for tea, says " + sign)
	page.WaitFor("You are shown as away in this room: for tea, says " + sign)
	page.Say("said in a page by " + sign)
	terminal.WaitFor("said in a page by " + sign)

	meanwhile(needles)

	// A page that is left says so; one that just vanishes keeps its place for a
	// minute.
	page.Do(chromedp.Navigate("about:blank"))
	must(t, people[0].await(`"nick":"`+sign+`p","via":"web","aside":"for tea, says `+sign+`"},"reason":"quit"`))
	terminal.Say("/quit")
	terminal.Wait()
	var leaving sync.WaitGroup
	failed := make([]error, len(people))
	for i, p := range people {
		leaving.Go(func() { failed[i] = p.leave() })
	}
	leaving.Wait()
	must(t, errors.Join(failed...))
	<-time.After(forgottenAfter) // the promise itself
	return needles
}

// enter brings a crowd in, by each door in turn, from addresses of its own. It
// also returns what else they brought that must not be found.
func enter(t *testing.T, s *e2e.Server, who crowd, sign string) ([]*person, []needle) {
	t.Helper()
	var needles []needle
	people := make([]*person, who.people)
	names := slices.Sorted(maps.Keys(doors))
	for i := range people {
		from := net.IPv4(127, 201, 77, byte(1+i%8))
		if i < 8 {
			needles = append(needles, addressForms(from)...)
		}
		door := names[i%len(names)]
		if door == "paramiko" && i >= 2*len(names) {
			door = "screen" // Python is heavy; two of it are enough
		}
		p, err := doors[door](s, guest{
			room: fmt.Sprintf("%s%d", sign, i%who.rooms), nick: fmt.Sprintf("%s%d", sign, i),
			login: sign + "login", client: sign + "client", from: from,
		})
		if err != nil {
			t.Fatalf("person %d by %s: %v", i, door, err)
		}
		if door == "paramiko" {
			needles = append(needles, offeredKey(t, p)...)
		}
		people[i] = p
	}
	return people, needles
}

// offeredKey is the key that a paramiko said it offers.
func offeredKey(t *testing.T, p *person) []needle {
	t.Helper()
	must(t, p.await("offers "))
	p.mu.Lock()
	defer p.mu.Unlock()
	_, rest, _ := bytes.Cut(p.tail, []byte("offers "))
	coded, _, _ := strings.Cut(string(rest), "\n")
	wire, err := base64.StdEncoding.DecodeString(coded)
	must(t, err)
	return keyForms(wire)
}

// talk has people say so many messages in all, and waits until each person's
// last came back to them.
func talk(t *testing.T, people []*person, messages int, sign string) {
	t.Helper()
	var talking sync.WaitGroup
	failed := make([]error, len(people))
	for i, p := range people {
		talking.Go(func() {
			for n := range messages / len(people) {
				said := token(i, n)
				if err := p.say(fmt.Sprintf("%s **says** `%s` \"%s\" at https://%s.example/%d é🦦", said, sign, sign, sign, n)); err != nil {
					failed[i] = fmt.Errorf("person %d: %w", i, err)
					return
				}
				if n%20 == 19 || n == messages/len(people)-1 { // no more on the way than an outbox holds
					if err := p.awaitToken(said); err != nil {
						failed[i] = fmt.Errorf("person %d: %w", i, err)
						return
					}
				}
			}
		})
	}
	talking.Wait()
	must(t, errors.Join(failed...))
}

// keepBusy has people of no interest talk in other rooms by every door but
// paramiko, until the returned function is called.
func keepBusy(t *testing.T, s *e2e.Server) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var talking sync.WaitGroup
	var people []*person
	for i, door := range []string{"screen", "pipe", "json", "socket", "socket", "screen"} {
		p, err := doors[door](s, guest{room: fmt.Sprintf("busy%d", i%2), nick: fmt.Sprintf("busy%d", i)})
		must(t, err)
		people = append(people, p)
		talking.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				said := token(900+i, n)
				if p.say(said+" and so on") != nil || p.awaitToken(said) != nil {
					t.Errorf("a busy room fell silent by the door %s", door)
					return
				}
				select {
				case <-ctx.Done():
				case <-time.After(50 * time.Millisecond): // their pace
				}
			}
		})
	}
	return func() {
		cancel()
		talking.Wait()
		for _, p := range people {
			if err := p.leave(); err != nil {
				t.Errorf("leaving a busy room: %v", err)
			}
		}
	}
}

// dumpAndSearch searches a core of the server.
func dumpAndSearch(t *testing.T, s *e2e.Server, sign string, needles []needle) (map[string]int, []hit) {
	t.Helper()
	return search(coreOf(t, s.PID()), sign, needles)
}

// coreOf takes a core of a process with root's rights, and returns its memory.
func coreOf(t *testing.T, pid int) []byte {
	t.Helper()
	prefix := filepath.Join(t.TempDir(), "core")
	cmd := asRoot("gcore", "-o", prefix, fmt.Sprint(pid))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("gcore: %v\n%s", err, out)
	}
	file := fmt.Sprintf("%s.%d", prefix, pid)
	if os.Geteuid() != 0 {
		if out, err := asRoot("chown", fmt.Sprint(os.Geteuid()), file).CombinedOutput(); err != nil {
			t.Fatalf("chown: %v\n%s", err, out)
		}
	}
	memory, err := memoryIn(file)
	must(t, err)
	must(t, os.Remove(file)) // a browser's is large
	return memory
}

func asRoot(name string, args ...string) *exec.Cmd {
	if os.Geteuid() == 0 {
		return exec.Command(name, args...)
	}
	return exec.Command("sudo", append([]string{"-n", name}, args...)...)
}

func lines(hits []hit) string {
	var b strings.Builder
	for _, h := range hits {
		fmt.Fprintln(&b, "  ", h)
	}
	return b.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
