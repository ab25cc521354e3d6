package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"sotto/cmd/sotto/lockdown"
	"sotto/rooms/cluster"
	"sotto/rooms/cluster/redis"
)

// joinFor is how long the others have to answer at the start, once Redis does.
const joinFor = 30 * time.Second

// faultsEvery is how often it is told what was wrong with what came from the others.
const faultsEvery = 10 * time.Second

// peers are the servers that this one shares its rooms with.
type peers struct {
	node  *cluster.Node
	store *redis.Store
}

// agreed is what all servers have to be started with alike, in words: how large a room is,
// which whoever makes it decides for all, and, where there is one name for all of them, the
// host key, since to ssh another key under that name is an attack.
func (c *serveCommand) agreed(key ssh.PublicKey) string {
	words := fmt.Sprintf("--room-size %d", c.RoomSize)
	if c.PublicSSH != "" {
		words += " and, for --public-ssh, the host key " + ssh.FingerprintSHA256(key)
	}
	return words
}

// joinPeers becomes one of the nodes of a Redis, as a server that has this host key. The caller
// leaves them.
func joinPeers(ctx context.Context, c *serveCommand, hostKey ssh.PublicKey, stderr io.Writer) (*peers, error) {
	key, err := readClusterKey(c.ClusterKey)
	if err != nil {
		return nil, err
	}
	agreed := c.agreed(hostKey)
	node := cluster.New(cluster.Config{Key: key, Agreed: agreed})
	store, err := redis.Open(ctx, redis.Config{
		URL: c.Redis, Hearer: node, Strict: c.Strict,
		Warn: func(sentence string) { fmt.Fprintf(stderr, "sotto: warning: %s\n", sentence) },
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, joinFor)
	defer cancel()
	if err := node.Start(ctx, store); err != nil {
		_ = node.Close() // nothing was shared yet
		var other *cluster.ErrAgreed
		switch {
		case errors.As(err, &other):
			return nil, fmt.Errorf("the servers that share %s were started with %s, and this one with %s: start all of them alike", strings.Join(store.Addresses(), ", "), other.Theirs, agreed)
		case errors.Is(err, cluster.ErrKey):
			return nil, fmt.Errorf("the servers that share %s have another cluster key: give this one theirs, or stop them all, run FLUSHALL in that Redis and start them with this one", strings.Join(store.Addresses(), ", "))
		case errors.Is(err, cluster.ErrVersion):
			return nil, fmt.Errorf("the servers that share %s are of another version: stop them all, and start them with one", strings.Join(store.Addresses(), ", "))
		}
		return nil, err
	}
	return &peers{node, store}, nil
}

// needed is how the nodes' Redis is reached again, under the lock-down.
func (p *peers) needed() (n lockdown.Needed) {
	for _, address := range p.store.Addresses() {
		host, port, err := net.SplitHostPort(address)
		if filepath.IsAbs(address) || err != nil {
			n.Sockets = append(n.Sockets, address)
			continue
		}
		if number, err := strconv.ParseUint(port, 10, 16); err == nil {
			n.Ports = append(n.Ports, uint16(number))
		}
		n.Names = n.Names || net.ParseIP(host) == nil
	}
	slices.Sort(n.Ports)
	n.Ports = slices.Compact(n.Ports)
	return n
}

// watch tells the log when the others are out of reach, and what was wrong with what came
// from them, until ctx ends.
func (p *peers) watch(ctx context.Context, log *slog.Logger) {
	health, faults := time.NewTicker(cluster.BeatEvery), time.NewTicker(faultsEvery)
	defer health.Stop()
	defer faults.Stop()
	told := make(map[cluster.Fault]uint64)
	for healthy := true; ; {
		select {
		case <-ctx.Done():
			return
		case <-health.C:
			if now := p.node.Healthy(); now != healthy {
				healthy = now
				if healthy {
					log.Info("Redis is in reach again")
				} else {
					log.Error("Redis does not hand on what is said, which waits; is it running, and reached from here?")
				}
			}
		case <-faults.C:
			for fault, count := range p.node.Faults() {
				if more := count - told[fault]; more > 0 {
					log.Warn("something of Redis or the other servers was wrong", "code", string(fault), "count", more)
				}
				told[fault] = count
			}
		}
	}
}

// hideClusterKey takes the key from the environment of what this process asks about it; the
// kernel's copy is shown to root alone once the process is locked down.
func hideClusterKey() { os.Unsetenv(clusterKeyEnv) }
