//go:build e2e

package prove

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/coder/websocket"

	"sotto/cmd/sotto/e2e"
)

// citizen is one of the ten, who notes what reaches them.
type citizen struct {
	*person
	conn    *websocket.Conn
	removes atomic.Bool
	mu      sync.Mutex
	friends map[string]bool // ids of the ten
	lines   map[string]int  // of others, by kind
	here    map[string]bool // who else is in the room
	door    string
	id, key string
}

// settle makes a citizen of somebody who has come in as the nth of the ten.
func settle(s *e2e.Server, n int) (*citizen, error) {
	return settleAs(s, guest{nick: friend(n), source: fmt.Sprint("198.51.100.", n+1)})
}

// settleAs makes a citizen of somebody else.
func settleAs(s *e2e.Server, g guest) (*citizen, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := dialSocket(ctx, s, g)
	if err != nil {
		return nil, err
	}
	c := &citizen{person: &person{ears: newEars()}, conn: conn, friends: map[string]bool{}, lines: map[string]int{}, here: map[string]bool{}}
	c.say = func(text string) error { return c.ask(e2e.Frame{"t": "say", "text": text}) }
	go c.listen()
	return c, cmp.Or(c.ask(e2e.Frame{"t": "join", "room": "den", "nick": g.nick}), c.await(`"welcome"`))
}

func (c *citizen) ask(f e2e.Frame) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return c.conn.Write(ctx, websocket.MessageText, data)
}

func (c *citizen) listen() {
	defer c.end()
	for {
		_, data, err := c.conn.Read(context.Background())
		if err != nil {
			return
		}
		for line := range bytes.Lines(data) {
			var f e2e.Frame
			if json.Unmarshal(line, &f) == nil {
				c.note(f)
			}
		}
		c.Write(data)
	}
}

// note counts what comes of others than the ten, and removes them if it is told to.
func (c *citizen) note(f e2e.Frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	who := idIn(f["member"])
	switch kind := f.Type(); kind {
	case "vote":
		c.lines[kind]++ // about whomever it is
		return
	case "welcome":
		c.rules(f)
		c.id = idIn(f["you"])
		for _, id := range friendsIn(f) {
			c.friends[id] = true
		}
		return
	case "rules":
		c.rules(f)
		return
	case "key":
		c.key, _ = f["words"].(string)
		return
	case "said", "whispered", "topic", "typing":
		who = cmp.Or(idIn(f["from"]), who)
	case "joined":
		member, _ := f["member"].(map[string]any)
		if nick, _ := member["nick"].(string); slices.Contains(friends(), nick) {
			c.friends[who] = true
			return
		}
		c.here[who] = true
		if c.removes.Load() {
			go c.ask(e2e.Frame{"t": "remove", "to": who}) // they may have left
		}
	case "left":
		delete(c.here, who)
	case "error", "away":
		return // answers, and what stands in no line
	}
	if !c.friends[who] {
		c.lines[f.Type()]++
	}
}

func (c *citizen) rules(f e2e.Frame) {
	rules, _ := f["rules"].(map[string]any)
	c.door, _ = rules["door"].(string)
}

// sets sets the door, if it is another.
func (c *citizen) sets(door string) error {
	if c.doorIs(door) {
		return nil
	}
	return cmp.Or(c.ask(e2e.Frame{"t": "rules", "door": door}), c.until("that the door is "+door, func() bool { return c.doorIs(door) }))
}

// resigns makes a host none.
func (c *citizen) resigns() error {
	c.mu.Lock()
	id := c.id
	c.mu.Unlock()
	return cmp.Or(c.ask(e2e.Frame{"t": "host", "to": id, "on": false, "id": "resigns"}), c.await(`"id":"resigns"`))
}

// reclaims makes who was a host one again, by the key that they had when they made the room.
func (c *citizen) reclaims() error {
	c.mu.Lock()
	key := c.key
	c.mu.Unlock()
	return cmp.Or(c.ask(e2e.Frame{"t": "claim", "key": key, "id": "reclaims"}), c.await(`"id":"reclaims"`))
}

func (c *citizen) doorIs(door string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.door == door
}

func idIn(of any) string {
	person, _ := of.(map[string]any)
	id, _ := person["id"].(string)
	return id
}

func friends() []string {
	all := make([]string, besieged)
	for i := range all {
		all[i] = friend(i)
	}
	return all
}

// reached is what came of others since it was asked last, by kind, and in all.
func (c *citizen) reached() (lines map[string]int, sum int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines, c.lines = c.lines, map[string]int{}
	for _, n := range lines {
		sum += n
	}
	return lines, sum
}

// alone reports whether nobody but the ten is here.
func (c *citizen) alone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.here) == 0
}
