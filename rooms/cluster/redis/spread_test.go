package redis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	neturl "net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sotto/rooms/cluster"
	"sotto/rooms/cluster/storetest"
)

// freePort is a port that nobody has, below those that the system gives to connections: one
// of these could take it before a server does.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(10000 + rand.IntN(20000))
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return port
	}
	t.Fatal("no port is free")
	return ""
}

// spread are the three masters of a Redis Cluster.
type spread []*server

func startSpread(t *testing.T) spread {
	t.Helper()
	var all spread
	var ports, buses []string
	for range 3 {
		port, bus := freePort(t), freePort(t)
		ports, buses = append(ports, port), append(buses, bus)
		all = append(all, startServer(t, "--port", port, "--cluster-enabled", "yes", "--cluster-port", bus, "--bind", "127.0.0.1"))
	}
	for i, slots := range [][2]string{{"0", "5460"}, {"5461", "10922"}, {"10923", "16383"}} {
		all[i].port = ports[i]
		all[i].cli("CLUSTER", "ADDSLOTSRANGE", slots[0], slots[1])
		all[i].cli("CLUSTER", "SET-CONFIG-EPOCH", strconv.Itoa(i+1))
		all[0].cli("CLUSTER", "MEET", "127.0.0.1", ports[i], buses[i])
	}
	for _, s := range all {
		eventually(t, "one cluster", func() bool {
			info := parseInfo(s.cli("CLUSTER", "INFO"))
			return info["cluster_state"] == "ok" && info["cluster_known_nodes"] == "3" && info["cluster_size"] == "3"
		})
	}
	return all
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never came: %s", what)
		}
	}
}

func (all spread) node(c Config) *Store {
	all[0].t.Helper()
	c.URL = "redis://127.0.0.1:" + all[0].port
	return all[0].opened(c)
}

func (all spread) world() storetest.World {
	each := func(f func(s *server)) {
		for _, s := range all {
			f(s)
		}
	}
	each(func(s *server) { s.cli("FLUSHALL") })
	return storetest.World{
		Node:       func(h cluster.Hearer) cluster.Store { return all.node(Config{Hearer: h}) },
		Forget:     func() { each(func(s *server) { s.cli("FLUSHALL") }) },
		Pass:       func(d time.Duration) { each(func(s *server) { s.pass(d) }) },
		ProposeFor: proposeFor,
		Apart:      true,
	}
}

// TestStoreIsSpread: a Redis Cluster is a store as well, and rooms that move from one of its
// servers to another are heard there.
func TestStoreIsSpread(t *testing.T) {
	all := startSpread(t)
	t.Run("Store", func(t *testing.T) { storetest.Run(t, func(*testing.T) storetest.World { return all.world() }) })

	t.Run("Key", func(t *testing.T) {
		all.world()
		start := func(key byte) error {
			n := cluster.New(cluster.Config{Key: [32]byte{key}})
			t.Cleanup(func() { _ = n.Close() }) // its store may be flushed
			return n.Start(t.Context(), all.node(Config{Hearer: n, ProposeFor: cluster.ProposeFor}))
		}
		for range 2 { // the first makes it, and the second has seen it
			if err := start(1); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range all {
			s.cli("FLUSHALL")
		}
		if err := start(2); !errors.Is(err, cluster.ErrKey) {
			t.Errorf("another key right after all was flushed: %v", err)
		}
	})

	t.Run("RoomsMove", func(t *testing.T) {
		w := all.world()
		ear := new(storetest.Ear)
		from, to := w.Node(new(storetest.Ear)).(*Store), w.Node(ear).(*Store)
		var names []string
		for i := range 20 {
			name := fmt.Sprint("room", i)
			names = append(names, name)
			storetest.Opened(t, from, name, "")
			listen(t, to, name)
			roundTrip(t, from, ear, name, 1)
		}
		slot := all[0].cli("CLUSTER", "KEYSLOT", "{"+names[0]+"}")
		has := all.owner(slot)
		other := (has + 1) % len(all)
		before := ear.Misses()
		all.move(slot, has, other)
		ear.Until(t, "that something was missed", func() bool { return ear.Misses() > before })
		for _, name := range names {
			roundTrip(t, from, ear, name, 2)
		}
		if len(from.Addresses()) != len(all) {
			t.Errorf("addresses %q", from.Addresses())
		}
	})
}

// owner is which server has a slot: the one that does not send elsewhere.
func (all spread) owner(slot string) int {
	for i, s := range all {
		for line := range strings.Lines(s.cli("CLUSTER", "NODES")) {
			if !strings.Contains(line, "myself") {
				continue
			}
			for _, field := range strings.Fields(line)[8:] {
				first, last, _ := strings.Cut(field, "-")
				n, lo, hi := number(slot), number(first), number(last)
				if last == "" {
					hi = lo
				}
				if lo <= n && n <= hi {
					return i
				}
			}
		}
	}
	all[0].t.Fatal("nobody has the slot")
	return 0
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// move gives a slot to another server, with all that is in it.
func (all spread) move(slot string, from, to int) {
	id := func(i int) string { return all[i].cli("CLUSTER", "MYID") }
	all[to].cli("CLUSTER", "SETSLOT", slot, "IMPORTING", id(from))
	all[from].cli("CLUSTER", "SETSLOT", slot, "MIGRATING", id(to))
	for _, key := range strings.Fields(all[from].cli("CLUSTER", "GETKEYSINSLOT", slot, "100")) {
		all[from].cli("MIGRATE", "127.0.0.1", all[to].port, key, "0", "5000")
	}
	for _, i := range []int{to, from} {
		all[i].cli("CLUSTER", "SETSLOT", slot, "NODE", id(to))
	}
}

// TestSentinelsPassword: Sentinels have a password of their own, with a user or without, and
// whoever lacks it is told so.
func TestSentinelsPassword(t *testing.T) {
	port := freePort(t)
	master := startServer(t, "--port", port, "--bind", "127.0.0.1", "--requirepass", secret+"-master")
	sentinel := startGuarded(t, port)
	url := "redis://:" + secret + "-master@127.0.0.1:" + sentinel.port + "?master=rooms"
	right := secret + "/&%-sentinel"
	says(t, refused(t, Config{URL: url}), "wants a password", "?sentinel_password=PASSWORD")
	says(t, refused(t, Config{URL: url + "&sentinel_password=" + secret}), "refuses the user or the password", "?sentinel_password=PASSWORD")
	for _, user := range []string{"", "&sentinel_username=watcher"} {
		n := master.opened(Config{URL: url + user + "&sentinel_password=" + neturl.QueryEscape(right)})
		if !slices.Contains(n.Addresses(), "127.0.0.1:"+port) {
			t.Errorf("the master is missing in %q", n.Addresses())
		}
		if _, err := n.Beat(t.Context(), "node"); err != nil {
			t.Error(err)
		}
	}
}

// TestSentinelPromotes: when the master dies, its copy is the store, once the nodes had time
// to say what they know.
func TestSentinelPromotes(t *testing.T) {
	port := freePort(t)
	master := startServer(t, "--port", port, "--bind", "127.0.0.1", "--repl-diskless-sync-delay", "0")
	replica := startServer(t, "--port", freePort(t), "--bind", "127.0.0.1", "--replicaof", "127.0.0.1 "+port)
	eventually(t, "a copy", func() bool { return parseInfo(replica.cli("INFO"))["master_link_status"] == "up" })
	sentinel := startSentinel(t, port)

	c := Config{URL: "redis://127.0.0.1:" + sentinel.port + "?master=rooms", Hearer: new(storetest.Ear)}
	c.URL = strings.Replace(c.URL, "rooms", "others", 1)
	says(t, refused(t, c), "no master of the name")
	c.URL = strings.Replace(c.URL, "others", "rooms", 1)
	replica.cli("CONFIG", "SET", "appendonly", "yes")
	says(t, refused(t, c), replica.args[1], "appendonly is yes")
	replica.cli("CONFIG", "SET", "appendonly", "no")
	ear := new(storetest.Ear)
	n := master.opened(Config{URL: "redis://127.0.0.1:" + sentinel.port + "?master=rooms", Hearer: ear})
	for _, port := range []string{sentinel.port, port, replica.args[1]} {
		if at := "127.0.0.1:" + port; !slices.Contains(n.Addresses(), at) {
			t.Errorf("%s is missing in %q", at, n.Addresses())
		}
	}
	master.pass(2 * proposeFor)
	master.cli("PEXPIRE", generationKey, millis(cluster.RoomFor))
	storetest.Opened(t, n, "room", "")
	listen(t, n, "room")
	roundTrip(t, n, ear, "room", 1)
	eventually(t, "the entry at the copy", func() bool { return replica.cli("EXISTS", "sotto:{room}:log") == "1" })
	was := storetest.Opened(t, n, "room", "").Last

	before := ear.Misses()
	master.kill()
	ear.Until(t, "that something was missed", func() bool { return ear.Misses() > before })
	eventually(t, "that the copy asks what nodes know", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, _, err := n.Append(ctx, "room", was, []cluster.Draft{storetest.Draft(1, 2, "two")})
		if err == nil {
			t.Fatal("a copy takes what is said as if nothing had happened")
		}
		return err == cluster.ErrRecovering
	})
	replica.pass(proposeFor)
	at := storetest.Said(t, n, "room", was, storetest.Draft(1, 2, "two"))
	if at[0].Number != was.Number+1 || at[0].Epoch <= was.Epoch {
		t.Fatalf("goes on at %+v after %+v", at[0], was)
	}
	roundTrip(t, n, ear, "room", 3)
}
