//go:build e2e

package prove

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// soonHeard is within what time after a fault everybody hears again, nearly always.
const soonHeard = 5 * time.Second

// cluster is several servers over one Redis, each of which reaches it by a cable of its own,
// and people who talk there.
type cluster struct {
	t       *testing.T
	random  *rand.Rand
	redis   *e2e.Redis
	key     string
	cables  []*e2e.Cable // to Redis
	nodes   []*e2e.Server
	talkers []*talker
}

func newCluster(t *testing.T, seed uint64, nodes, talkers int) *cluster {
	t.Helper()
	c := &cluster{t: t, random: rand.New(rand.NewPCG(seed, 0)), redis: e2e.StartRedis(t), key: e2e.ClusterKey(t)}
	for i := range nodes {
		c.cables = append(c.cables, e2e.NewCable(t, c.redis.Addr))
		c.nodes = append(c.nodes, c.start(i))
	}
	for i := range talkers {
		c.talkers = append(c.talkers, newTalker(t, fmt.Sprintf("talker%d", i), c.nodes[i%nodes]))
	}
	return c
}

// start starts the server of one cable.
func (c *cluster) start(i int) *e2e.Server {
	c.t.Helper()
	return e2e.Start(c.t, "--redis=redis://"+c.cables[i].Addr, "--cluster-key="+c.key, "--say-rate=0")
}

// replace has whoever sits at a server led to another, does something to it, and starts it
// anew.
func (c *cluster) replace(i int, end func(*e2e.Server)) {
	next := (i + 1) % len(c.nodes)
	for _, w := range c.talkers {
		w.cable.Lead(c.nodes[next].Web)
	}
	end(c.nodes[i])
	c.nodes[i] = c.start(i)
	for n, w := range c.talkers {
		w.cable.Lead(c.nodes[n%len(c.nodes)].Web)
	}
}

// wait waits for as long as a fault lasts.
func (c *cluster) wait(least, most time.Duration) {
	<-time.After(least + time.Duration(c.random.Int64N(int64(most-least)))) // the fault itself is what is tested
}

// faults are what is done to servers and to Redis. Each is over when it returns.
var faults = []struct {
	name string
	do   func(*cluster, int)
}{
	{"a server dies", func(c *cluster, i int) { c.replace(i, (*e2e.Server).Die) }},
	{"a server is stopped and started anew", func(c *cluster, i int) {
		c.replace(i, func(s *e2e.Server) {
			s.Signal(syscall.SIGTERM)
			if code := s.Wait(); code != 0 {
				c.t.Errorf("a server that was stopped exited with %d:\n%s", code, s.Stderr())
			}
		})
	}},
	{"a server freezes", func(c *cluster, i int) {
		c.nodes[i].Signal(syscall.SIGSTOP)
		c.wait(time.Second, 3*time.Second)
		c.nodes[i].Signal(syscall.SIGCONT)
	}},
	{"Redis dies and comes back empty", func(c *cluster, _ int) {
		c.redis.Kill()
		c.wait(10*time.Millisecond, time.Second)
		c.redis.Start()
	}},
	{"Redis freezes", func(c *cluster, _ int) {
		c.redis.Signal(syscall.SIGSTOP)
		c.wait(time.Second, 3*time.Second)
		c.redis.Signal(syscall.SIGCONT)
	}},
	{"subscriptions are cut", func(c *cluster, _ int) { c.redis.Do("client", "kill", "type", "pubsub") }},
	{"connections are cut", func(c *cluster, _ int) { c.redis.Do("client", "kill", "type", "normal") }},
	{"Redis pauses", func(c *cluster, _ int) {
		c.redis.Do("client", "pause", "1500", "all")
		c.wait(1500*time.Millisecond, 1600*time.Millisecond)
	}},
	{"Redis is flushed", func(c *cluster, _ int) { c.redis.Do("flushall") }},
	{"scripts are flushed", func(c *cluster, _ int) { c.redis.Do("script", "flush") }},
	{"Redis is full", func(c *cluster, _ int) {
		c.redis.Do("config", "set", "maxmemory", "1")
		c.wait(500*time.Millisecond, 1500*time.Millisecond)
		c.redis.Do("config", "set", "maxmemory", "0")
	}},
	{"a cable is cut", func(c *cluster, i int) { c.cables[i].CutClients() }},
	{"a cable is cut in one direction", func(c *cluster, i int) { c.cables[i].Mute() }},
	{"a cable is dead for a while", func(c *cluster, i int) {
		c.cables[i].Set(e2e.Down)
		c.cables[i].CutClients()
		c.wait(time.Second, 3*time.Second)
		c.cables[i].Set(e2e.Whole)
	}},
}

// hear has the one of the talkers who doesn't talk say something until it is said, and waits
// until everybody has heard it, or was told that they miss it. It returns how long that took.
func (c *cluster) hear(text string) time.Duration {
	c.t.Helper()
	began := time.Now()
	speaker := c.talkers[0]
	said, seq := "", uint64(0)
	for n := 0; said == ""; n++ {
		try := fmt.Sprintf("%s, try %d", text, n)
		speaker.await(c.t, "their turn", func() bool { return speaker.open == "" })
		if speaker.say(c.t.Context(), try) {
			speaker.await(c.t, "the fate of "+try, func() bool {
				if number, happened := speaker.fates.happened[try]; happened {
					said, seq = try, number
				}
				return said != "" || speaker.open != try
			})
		}
	}
	for _, w := range c.talkers {
		w.await(c.t, said, func() bool { return w.now.last >= seq })
	}
	return time.Since(began)
}

// Whatever dies, freezes, is cut, flushed or full, among servers that share their rooms and
// at their Redis: what was acknowledged is at everybody who was there, once and in one order,
// what was told as not said is nowhere, nobody misses anything untold, and soon everybody
// hears again.
func TestFaultsOfServersAndRedis(t *testing.T) {
	seed := uint64(16)
	if long {
		seed = rand.Uint64()
	}
	t.Logf("the seed is %d", seed)
	c := newCluster(t, seed, 3, clusterTalkers)
	ctx, stop := context.WithCancel(t.Context())
	var talking sync.WaitGroup
	defer talking.Wait()
	defer stop()
	for _, w := range c.talkers[1:] {
		talking.Go(func() { w.talk(ctx) })
	}
	var took []time.Duration
	for round := 0; round < clusterRounds || c.acknowledged() < clusterSaid; round++ {
		for _, n := range c.random.Perm(len(faults)) {
			fault := faults[n]
			i := c.random.IntN(len(c.nodes))
			began := time.Now()
			fault.do(c, i)
			lasted := time.Since(began)
			heard := c.hear(fmt.Sprintf("round %d, after %s", round, fault.name))
			t.Logf("%s: %s: %v; heard again after %v", time.Now().Format("05.000"), fault.name, lasted.Round(time.Millisecond), heard.Round(time.Millisecond))
			took = append(took, heard)
		}
	}
	stop()
	talking.Wait()
	c.hear("the end")
	slices.Sort(took)
	if p99 := took[(len(took)-1)*99/100]; long && p99 > soonHeard {
		t.Errorf("after one in a hundred faults it took %v until everybody heard again", p99)
	}
	c.compare()
}

// acknowledged is how many messages were, of all talkers.
func (c *cluster) acknowledged() (n int) {
	for _, w := range c.talkers {
		w.mu.Lock()
		n += len(w.fates.happened)
		w.mu.Unlock()
	}
	return n
}

// compare looks at what everybody saw.
func (c *cluster) compare() {
	c.t.Helper()
	var all, going []*chronicle
	together := fates{happened: make(map[string]uint64), not: make(map[string]string)}
	unknown, gaps := 0, 0
	for _, w := range c.talkers {
		w.mu.Lock()
		defer w.mu.Unlock()
		all, going = append(all, w.all...), append(going, w.now)
		for text, seq := range w.fates.happened {
			together.happened[text] = seq
		}
		for text, why := range w.fates.not {
			together.not[text] = why
		}
		unknown += w.unknown
		for _, each := range w.all {
			gaps += len(each.gaps)
		}
	}
	c.t.Logf("%d acknowledged, %d told as not said, %d of which nobody knows, %d places, %d gaps",
		len(together.happened), len(together.not), unknown, len(all), gaps)
	for n, wrong := range compare(all, going, together) {
		if n == 20 {
			c.t.Error("and more")
			break
		}
		c.t.Error(wrong)
	}
}
