package cluster

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// missing are the nodes of which a store knows nothing any more that had them: it lost its
// memory while they were cut off or frozen. They may have rooms that nobody else has, and go on
// with them once they are back, for as long as a lease. Until then nobody makes a room that
// one of them may have.
type missing struct {
	mu    sync.Mutex
	known []string             // who was there at the last beat
	since map[string]time.Time // when it was first seen that they are not
	back  map[string]bool      // who was there again at the last beat
}

var errMissing = errors.New("a node may have that room which is not there just now")

// look takes what a beat has found.
func (m *missing) look(nodes Nodes, own string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, node := range m.known {
		_, gone := nodes.Gone[node]
		_, missed := m.since[node]
		if !gone && !missed && node != own && !slices.Contains(nodes.Live, node) {
			if m.since == nil {
				m.since = make(map[string]time.Time)
			}
			m.since[node] = now
		}
	}
	back := make(map[string]bool)
	for node, since := range m.since {
		_, gone := nodes.Gone[node]
		there := slices.Contains(nodes.Live, node)
		switch {
		case gone, now.Sub(since) >= LeaseFor:
			delete(m.since, node)
		case there && m.back[node]: // it has had the time to offer what it has
			delete(m.since, node)
		case there:
			back[node] = true
		}
	}
	m.known, m.back = nodes.Live, back
}

// any reports whether some are.
func (m *missing) any(now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, since := range m.since {
		if now.Sub(since) < LeaseFor {
			return true
		}
	}
	return false
}
