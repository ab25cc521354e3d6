package cluster

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"time"
)

// clock is the store's, as the last beat found it: never later than that.
type clock struct {
	mu   sync.Mutex
	now  time.Time // of the store
	read time.Time // when that was here
}

func (c *clock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.read = now, time.Now()
}

func (c *clock) is() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now.Add(time.Since(c.read))
}

// since is how long ago it was read.
func (c *clock) since() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.read)
}

// forgotten reports whether it is so long since the last beat that nobody may remember any
// more that this node was taken for gone.
func (c *clock) forgotten() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.read.IsZero() && time.Since(c.read) > GoneFor-LeaseFor
}

// probe is what a node publishes to hear itself: a store that takes what is published, and
// hands nothing out, is not noticed otherwise.
type probe struct {
	room string

	mu   sync.Mutex
	last time.Time // when it came round
}

// ProbeFor is how long a probe may not come round before the node is not healthy: two may
// be lost.
const ProbeFor = 5 * time.Second

func (p *probe) came(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = now
}

func (p *probe) silent() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Since(p.last) >= ProbeFor
}

func (p *probe) heard(n *Node, body []byte) {
	if _, _, err := n.sealing.unwrap(whatPassed, p.room, body, 8); err != nil {
		n.faults.of(err)
		return
	}
	p.came(time.Now())
}

// Healthy reports whether what this node publishes comes round, whether the others take it
// for there, and whether all rooms go on that people want to be in here.
func (n *Node) Healthy() bool {
	n.mu.Lock()
	runs := n.store != nil && !n.closed
	n.mu.Unlock()
	broken := n.brokenAt.Load()
	return runs && !n.probe.silent() && n.clock.since() < LeaseFor && (broken == 0 || time.Since(time.Unix(0, broken)) >= LeaseFor)
}

// beats says every now and then that this node is there, and looks whether the store still
// has its rooms, and whether it is heard.
func (n *Node) beats() {
	ticker := time.NewTicker(BeatEvery)
	defer ticker.Stop()
	for silent := false; ; {
		select {
		case <-ticker.C:
		case <-n.ctx.Done():
			return
		}
		var all sync.WaitGroup
		for _, call := range []func(context.Context) error{n.beat, n.touch, n.publishProbe, n.vacateAgain} {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(n.ctx, callFor)
				defer cancel()
				if call(ctx) != nil && n.ctx.Err() == nil {
					n.faults.add(FaultCall)
				}
			})
		}
		all.Wait()
		was := silent
		if silent = n.probe.silent(); silent && n.ctx.Err() == nil {
			n.listenAgain()
		}
		if silent != was {
			for _, t := range n.open() {
				t.silence(silent)
			}
		}
	}
}

// beat says once that this node is there. Where the others took it for gone, it goes on
// as another, and none of those who are here keep their seats.
func (n *Node) beat(ctx context.Context) error {
	nodes, err := n.store.Beat(ctx, n.Node())
	if errors.Is(err, ErrFenced) || err == nil && n.clock.forgotten() {
		n.fenced()
		nodes, err = n.store.Beat(ctx, n.Node())
	}
	if err != nil {
		return err
	}
	n.clock.set(nodes.Now)
	n.missing.look(nodes, n.Node(), time.Now())
	for _, t := range n.open() {
		t.beaten(nodes)
	}
	return nil
}

// fenced has this node go on as another.
func (n *Node) fenced() {
	n.life.Store(n.sealing.newLife())
	for _, t := range n.open() {
		t.fence()
	}
}

// maxTouched is how many rooms are touched at once.
const maxTouched = 500

// touch has the store keep all rooms, and finds those that it has lost.
func (n *Node) touch(ctx context.Context) error {
	all := map[string]Place{keyRoom: {}}
	var lost []string
	send := func() error {
		some, err := n.store.Touch(ctx, all)
		lost = append(lost, some...)
		clear(all)
		return err
	}
	for _, t := range n.open() {
		at, opened := t.place()
		if !opened {
			continue
		}
		if all[t.room] = at; len(all) >= maxTouched {
			if err := send(); err != nil {
				return err
			}
		}
	}
	err := send()
	if !slices.Contains(lost, keyRoom) {
		err = errors.Join(err, n.guardKey(ctx))
	}
	for _, room := range lost {
		if t := n.tail(room); t != nil {
			t.lost()
		}
		if room == keyRoom {
			err = errors.Join(err, n.keepKey(ctx))
		}
	}
	return err
}

// publishProbe publishes what this node listens to.
func (n *Node) publishProbe(ctx context.Context) error {
	count := binary.BigEndian.AppendUint64(nil, uint64(time.Now().UnixNano()))
	return n.store.Publish(ctx, n.probe.room, n.life.Load().wrap(whatPassed, n.probe.room, count))
}

// listenAgain has the store make anew what it listens by, and looks what was missed.
func (n *Node) listenAgain() {
	n.store.Reconnect()
	n.Missed()
}
