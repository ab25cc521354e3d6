//go:build e2e

package prove

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

const (
	// besiegers is how many connections one person has, and aliases how many names.
	besiegers, aliases = 64, 500
	// besieged is how many people are in the room, of whom the first is its host.
	besieged = 10
	// tenPace is how often each of the ten says something: all that people can read.
	tenPace = 1500 * time.Millisecond
)

// A sally is what one person does against a room with all their connections.
type sally struct {
	attack
	door    string
	removes bool   // the host removes whoever comes in
	resigns bool   // the host is none meanwhile, and nobody is
	never   string // the kind of line that reaches nobody
	most    int    // lines that may reach anybody; -1: as many as there are
	host    int    // and the host, beside those
}

// sallies are against an open door, to know what its limits let through, and against a
// closed one, through which nothing comes.
func sallies() []sally {
	open := func(name string, speak func(ids []string, n int) e2e.Frame) sally {
		return sally{attack: attack{name: "an open door: " + name, run: within(speak)}, door: "open", most: -1}
	}
	closed := func(door, name string, ask func(n int) e2e.Frame, told string, host int) sally {
		return sally{attack: attack{name: "a door that is " + door + ": " + name, run: without(ask, told)}, door: door, host: host}
	}
	all := []sally{
		{attack: attack{name: "an open door: votes, where a host is", run: stuff}, door: "open", never: "vote", most: -1},
		{attack: attack{name: "an open door: votes, where none is", run: stuff}, door: "open", resigns: true, never: "vote", most: -1},
		open("messages", func(_ []string, n int) e2e.Frame { return e2e.Frame{"t": "say", "text": fmt.Sprint("spam ", n)} }),
		open("whispers", func(ids []string, n int) e2e.Frame {
			return e2e.Frame{"t": "whisper", "to": ids[n%len(ids)], "text": "psst"}
		}),
		open("topics", func(_ []string, n int) e2e.Frame { return e2e.Frame{"t": "topic", "text": fmt.Sprint("mine ", n)} }),
		open("names", func(_ []string, n int) e2e.Frame { return e2e.Frame{"t": "nick", "nick": alias(n)} }),
		{attack: attack{name: "an open door: coming and going", run: comeAndGo}, door: "open", most: -1},
		closed("locked", "joins", joins, "locked", 0),
		closed("locked", "knocks", asksIn, "locked", 0),
		closed("locked", "forged places", forged, "bad_ticket", 0),
		closed("knock", "joins", joins, "knock", 0),
		closed("knock", "knocks", asksIn, "waiting", mostKnocks),
		{attack: attack{name: "an open door, and a host who removes whoever comes in", run: comeAndGo}, door: "open", removes: true, most: -1},
	}
	for i := range all {
		all[i].from = someOf("203.0.113.", 100+i, 1) // each a person whom nobody knows yet
	}
	return all
}

// mostKnocks is how many lines of one person's knocks reach a host while a sally goes on:
// thirty knocks at once and then one in four seconds, and for each that it is over.
const mostKnocks = 2 * (30 + 10)

// alias is one of the names of the person, of which some look like those of the ten.
func alias(n int) string {
	n %= aliases
	if n%5 == 0 {
		return strings.Replace(friend(n/5%besieged), "i", "і", 1) // a Cyrillic one
	}
	return fmt.Sprint("alias", n)
}

func friend(i int) string { return fmt.Sprint("friend", i) }

var sallied atomic.Int64

func joins(n int) e2e.Frame {
	return e2e.Frame{"t": "join", "room": "den", "nick": alias(n)}
}

func asksIn(n int) e2e.Frame {
	return e2e.Frame{"t": "knock", "room": "den", "nick": alias(n), "text": "let me in, it is me"}
}

func forged(n int) e2e.Frame {
	return e2e.Frame{"t": "join", "ticket": fmt.Sprint("Zm9yZ2Vk", n), "seq": 0, "wseq": 0}
}

// within comes in by all connections, and then speaks as fast as it is heard.
func within(speak func(ids []string, n int) e2e.Frame) func(context.Context, *e2e.Server) error {
	return func(ctx context.Context, s *e2e.Server) error {
		return together(besiegers, func(int) error {
			return again(ctx, s, func(c *frames) {
				if c.send(joins(int(sallied.Add(1)))) != nil {
					return
				}
				welcome, err := c.await("welcome")
				if err != nil {
					return
				}
				ids := friendsIn(welcome)
				go drain(c)
				for ctx.Err() == nil && c.send(speak(ids, int(sallied.Add(1)))) == nil {
					<-time.After(50 * time.Millisecond)
				}
			})
		})
	}
}

// stuff comes in by all connections, and has each vote to remove one of the ten after the
// other.
func stuff(ctx context.Context, s *e2e.Server) error {
	var met atomic.Bool
	err := together(besiegers, func(int) error {
		return again(ctx, s, func(c *frames) {
			n := int(sallied.Add(1))
			if c.send(joins(n)) != nil {
				return
			}
			welcome, err := c.await("welcome")
			if err != nil || c.send(e2e.Frame{"t": "say", "text": fmt.Sprint("hello ", n)}) != nil { // a silent crowd closes the door
				return
			}
			for _, id := range friendsIn(welcome) {
				if c.send(e2e.Frame{"t": "vote", "to": id, "yes": true}) != nil {
					return
				}
				if refused, err := c.await("error"); err != nil {
					return
				} else if refused["code"] == "not_allowed" {
					met.Store(true)
				}
			}
			drain(c)
		})
	})
	if err == nil && !met.Load() {
		err = errors.New("nobody is told that they may not vote")
	}
	return err
}

// drain reads what the attacker is sent, until it is no more.
func drain(c *frames) {
	for {
		if _, err := c.read(); err != nil {
			return
		}
	}
}

// friendsIn are the ids of the ten.
func friendsIn(welcome e2e.Frame) (ids []string) {
	members, _ := welcome["members"].([]any)
	for _, m := range members {
		m, _ := m.(map[string]any)
		if nick, _ := m["nick"].(string); strings.HasPrefix(nick, "friend") {
			id, _ := m["id"].(string)
			ids = append(ids, id)
		}
	}
	return ids
}

// without asks at the door, by all connections, as fast as it is answered, and is told why
// it doesn't come in.
func without(ask func(n int) e2e.Frame, told string) func(context.Context, *e2e.Server) error {
	return func(ctx context.Context, s *e2e.Server) error {
		var met atomic.Bool
		err := together(besiegers, func(int) error {
			return again(ctx, s, func(c *frames) {
				for ctx.Err() == nil && c.send(ask(int(sallied.Add(1)))) == nil {
					payload, err := c.read()
					if bytes.Contains(payload, fmt.Appendf(nil, "%q", told)) {
						met.Store(true)
					}
					if err != nil || bytes.Contains(payload, []byte(`"t":"waiting"`)) {
						drain(c)
						return
					}
				}
			})
		})
		if err == nil && !met.Load() {
			err = fmt.Errorf("nobody is told %q", told)
		}
		return err
	}
}

// comeAndGo comes in and leaves at once, under one name after the other.
func comeAndGo(ctx context.Context, s *e2e.Server) error {
	return together(besiegers, func(int) error {
		return again(ctx, s, func(c *frames) {
			if c.send(joins(int(sallied.Add(1)))) == nil {
				_, _ = c.read() // whatever the answer is
			}
		})
	})
}

// One person with 64 connections and 500 names besieges a room of ten: whatever they do,
// nobody of the ten hears the others late, and through a door that is closed nothing of it
// comes but knocks, to the host.
func TestOneAgainstTen(t *testing.T) {
	cmd := exec.Command(e2e.StaticBinary(t), e2e.ServeArgs("--trusted-proxy="+proxy)...)
	s := e2e.StartCommand(t, cmd)
	ten := &company{every: tenPace}
	var all []*citizen
	for i := range besieged {
		c, err := settle(s, i)
		must(t, err)
		all, ten.people = append(all, c), append(ten.people, c.person)
	}
	host := all[0]
	for _, a := range sallies() {
		t.Run(a.name, func(t *testing.T) {
			must(t, host.sets(a.door))
			host.removes.Store(a.removes)
			if a.resigns {
				must(t, host.resigns())
			}
			for _, c := range all {
				must(t, c.until("that all have left", c.alone))
				c.reached()
			}
			strike, err := elsewhere(s, a.name)
			must(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), attackFor())
			defer cancel()
			attacked := make(chan error, 1)
			began := time.Now()
			go func() { attacked <- strike(ctx) }()
			ten.delays = nil
			if err := ten.chat(ctx, attackPatience); err != nil {
				t.Errorf("the ten lost something: %v", err)
			}
			if err := <-attacked; err != nil {
				t.Errorf("the sally: %v", err)
			}
			host.removes.Store(false)
			if a.resigns {
				must(t, host.reclaims())
			}
			minutes := time.Since(began).Minutes()
			p99 := percentile(ten.delays, 99)
			hosts, sum := host.reached()
			t.Logf("%d words heard, p99 %v; at the host %v, %.0f a minute", len(ten.delays), p99, hosts, float64(sum)/minutes)
			if sum == 0 && (a.most < 0 || a.host > 0) && host.doorIs(a.door) { // a flood of the last sally may have closed it
				t.Error("the sally does nothing")
			}
			if a.most >= 0 && sum > a.most+a.host {
				t.Errorf("the host is told of %d things, at most %d may be", sum, a.most+a.host)
			}
			if a.never != "" && hosts[a.never] > 0 {
				t.Errorf("the host is told of %v", hosts)
			}
			for i, c := range all[1:] {
				lines, sum := c.reached()
				if a.never != "" && lines[a.never] > 0 {
					t.Errorf("%s is told of %v", friend(i+1), lines)
				}
				if i == 0 {
					t.Logf("at the others %v, %.0f a minute", lines, float64(sum)/minutes)
				}
				if a.most >= 0 && sum > a.most {
					t.Errorf("%s is told of %v", friend(i+1), lines)
				}
			}
			if p99 > noise || long && p99 > calm {
				t.Errorf("p99 is %v", p99)
			}
		})
	}
}
