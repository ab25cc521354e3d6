//go:build e2e && prove

package prove

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

const (
	// talksFor is how long people come and go in voice; PROVE_VOICE says another time.
	talksFor = 30 * time.Minute
	// talking is how many do so beside each other.
	talking = 6
	// speech is how long one of them speaks, and lostFor how long a client stands still whose
	// connection is lost: longer than the server waits for its sound.
	speech  = 4 * time.Second
	lostFor = 30 * time.Second
	// voiceLeaves is how much larger the server's memory may be afterwards than after one
	// visit of each kind: Go keeps the descriptors of as many goroutines as there ever were.
	voiceLeaves = 8 << 20
	// restsWithin is how soon after the last has left all is back: the place of somebody whose
	// connection was lost waits for a minute.
	restsWithin = 2 * time.Minute
)

// People join the voices of an open and of a sealed room, speak, mute, leave and lose their
// connections, for half an hour. When all have gone the server has as many goroutines and
// open files as one at which each of that happened once, and memory has come back.
func TestVoiceForHalfAnHour(t *testing.T) {
	lasts := talksFor
	if said, ok := os.LookupEnv("PROVE_VOICE"); ok {
		var err error
		lasts, err = time.ParseDuration(said)
		must(t, err)
	}
	var want []string
	files, memory := 0, 0
	for _, lasts := range []time.Duration{0, lasts} { // the first is what the other is held to
		s := startStatic(t, nil, "--say-rate=0")
		rest := openFiles(t, s)
		v := &comings{t: t, s: s, said: newRecording(t), open: s.RoomURL("den"), sealed: s.URL + "/s/#" + seal.NewSecret().String()}
		v.run(lasts)
		for late := time.Now().Add(restsWithin); openFiles(t, s) > rest; {
			if time.Now().After(late) {
				t.Fatalf("%d files are open, and %d were before anybody came", openFiles(t, s), rest)
			}
			<-time.After(time.Second)
		}
		if lasts == 0 {
			var err error
			<-time.After(forgottenAfter)
			memory, err = memoryOf(s)
			must(t, err)
			files, want = openFiles(t, s), goroutines(t, s)
			continue
		}
		after, err := settles(s, memory+voiceLeaves, restsWithin)
		must(t, err)
		left, have := openFiles(t, s), goroutines(t, s)
		t.Logf("after %v and %d visits: %d goroutines (%d after one of each), %d files (%d), %.1f MiB (%.1f)", lasts, v.visits.Load(), len(have), len(want), left, files, mib(after), mib(memory))
		if left != files || after > memory+voiceLeaves || !slices.Equal(have, want) {
			t.Errorf("not all has come back; of goroutines there are\n%s\nand were\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
		}
	}
}

// openFiles is how many files and connections the server has open.
func openFiles(t *testing.T, s *e2e.Server) int {
	t.Helper()
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.PID()))
	must(t, err)
	return len(open)
}

var madeBy = regexp.MustCompile(`(?m)^created by (\S+)`)

// goroutines ends the server and returns by whom its goroutines were made.
func goroutines(t *testing.T, s *e2e.Server) (all []string) {
	t.Helper()
	s.Signal(syscall.SIGQUIT)
	s.Wait()
	for _, made := range madeBy.FindAllStringSubmatch(s.Stderr(), -1) {
		all = append(all, made[1])
	}
	if len(all) == 0 {
		t.Fatalf("no goroutines are told:\n%s", s.Stderr())
	}
	slices.Sort(all)
	return all
}

// comings are people who come and go in two rooms' voices.
type comings struct {
	t            *testing.T
	s            *e2e.Server
	said         recording
	open, sealed string
	visits       atomic.Int64
}

// run has them do so for some time, and each of what they do once at least. Somebody in each
// room hears them all the while.
func (c *comings) run(lasts time.Duration) {
	c.t.Helper()
	ctx, stop := context.WithCancel(c.t.Context())
	defer stop()
	var ends []func() error
	ears := map[string]*soundEar{}
	for _, url := range []string{c.open, c.sealed} {
		ears[url] = listen(c.t, map[string]recording{"them": c.said})
		v, err := c.joins(url, ears[url], "ear", "--listen")
		must(c.t, err)
		v.says.pause()
		ends = append(ends, func() error { return v.interrupt() })
	}
	did := []func(context.Context, string) error{
		c.speaks(c.open), c.speaks(c.sealed), c.listensOn(c.open), c.listensOn(c.sealed), c.pipes, c.isCut,
		c.vanishes(c.open), c.vanishes(c.sealed), c.standsStill(c.open), c.standsStill(c.sealed), c.onlyAsks,
	}
	until := time.Now().Add(lasts)
	var next atomic.Int64
	var over atomic.Bool // nobody needs to be heard any more
	var running sync.WaitGroup
	for range talking {
		running.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1) - 1)
				if n >= len(did) && over.Load() {
					return
				}
				if err := did[n%len(did)](ctx, fmt.Sprint("v", n)); err != nil {
					c.t.Errorf("visit %d, of kind %d: %v", n, n%len(did), err)
					stop()
				}
				c.visits.Add(1)
			}
		})
	}
	heard := func() {
		for url, ear := range ears {
			if err := ear.hears("them", 50); err != nil {
				c.t.Errorf("in %s: %v", url, err)
				stop()
			}
		}
	}
	for heard(); time.Now().Before(until) && ctx.Err() == nil; heard() {
		<-time.After(speech)
	}
	over.Store(true)
	running.Wait()
	for _, end := range ends {
		must(c.t, end())
	}
}

// voiceVisit is somebody by the native client.
type voiceVisit struct {
	cmd  *exec.Cmd
	says *speaker
	err  bytes.Buffer
}

// joins has somebody join a room's voice and speak.
func (c *comings) joins(url string, out io.Writer, nick string, flags ...string) (*voiceVisit, error) {
	v := &voiceVisit{cmd: native(c.t, append([]string{url, "--voice", "--nick", nick}, flags...)...)}
	v.cmd.Stdout, v.cmd.Stderr = out, &v.err
	in, err := v.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := v.cmd.Start(); err != nil {
		return nil, err
	}
	v.says = c.said.speak(in)
	return v, nil
}

// interrupt ends the visit by its person.
func (v *voiceVisit) interrupt() error {
	err := v.cmd.Process.Signal(os.Interrupt)
	v.says.pause()
	return v.wait(err)
}

func (v *voiceVisit) wait(err error) error {
	if err == nil {
		err = v.cmd.Wait()
	}
	if err != nil {
		return fmt.Errorf("%w: %s", err, v.err.String())
	}
	return nil
}

// kill ends it without a word.
func (v *voiceVisit) kill() {
	_ = v.cmd.Process.Kill()
	v.says.hangUp()
	_ = v.cmd.Wait() // the error is the signal
}

// whileHeard lets time pass in which the visit's voice is heard.
func whileHeard(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func (c *comings) speaks(url string) func(context.Context, string) error {
	return func(ctx context.Context, nick string) error {
		v, err := c.joins(url, nil, nick)
		if err != nil {
			return err
		}
		whileHeard(ctx, speech)
		v.says.hangUp()
		return v.wait(nil)
	}
}

// listensOn speaks, is muted then, and leaves.
func (c *comings) listensOn(url string) func(context.Context, string) error {
	return func(ctx context.Context, nick string) error {
		v, err := c.joins(url, nil, nick, "--listen")
		if err != nil {
			return err
		}
		whileHeard(ctx, speech)
		v.says.hangUp()
		whileHeard(ctx, speech)
		return v.interrupt()
	}
}

// vanishes is a client that is killed.
func (c *comings) vanishes(url string) func(context.Context, string) error {
	return func(ctx context.Context, nick string) error {
		v, err := c.joins(url, nil, nick)
		if err != nil {
			return err
		}
		whileHeard(ctx, speech)
		v.kill()
		return nil
	}
}

// standsStill is a client that answers nothing any more.
func (c *comings) standsStill(url string) func(context.Context, string) error {
	return func(ctx context.Context, nick string) error {
		v, err := c.joins(url, nil, nick)
		if err != nil {
			return err
		}
		whileHeard(ctx, speech)
		err = v.cmd.Process.Signal(syscall.SIGSTOP)
		whileHeard(ctx, lostFor)
		v.kill()
		return err
	}
}

// pipes speaks over ssh, and isCut loses the connection meanwhile.
func (c *comings) pipes(ctx context.Context, nick string) error {
	l, says, err := c.dials(nick)
	if err != nil {
		return err
	}
	defer l.client.Close()
	whileHeard(ctx, speech)
	says.hangUp()
	return l.session.Wait()
}

func (c *comings) isCut(ctx context.Context, nick string) error {
	l, says, err := c.dials(nick)
	if err != nil {
		return err
	}
	whileHeard(ctx, speech)
	l.client.Close()
	says.hangUp()
	return nil
}

func (c *comings) dials(nick string) (*line, *speaker, error) {
	l, err := overSSH(c.s, io.Discard, "den", "--voice", "--nick", nick)
	if err != nil {
		return nil, nil, err
	}
	return l, c.said.speak(l.in), nil
}

// onlyAsks offers a connection and makes none of it, talks and mutes, and leaves.
func (c *comings) onlyAsks(ctx context.Context, nick string) error {
	p, err := bySocket(c.s, guest{room: "den", nick: nick})
	if err != nil {
		return err
	}
	for n, f := range []e2e.Frame{{"offer": offerOf(nick + "asksandasks")}, {"muted": false}, {"muted": true}, {"muted": false}} {
		id := fmt.Sprint("ask", n)
		if err := p.send(f.With("t", "voice").With("on", true).With("id", id)); err != nil {
			return err
		}
		if err := p.await(`"id":"` + id + `"`); err != nil {
			return err
		}
		whileHeard(ctx, time.Second)
	}
	return p.leave()
}
