package cluster

import (
	"errors"
	"maps"
	"sync"
)

// Fault is something that a node was given that it should not have been. Its name says
// nothing of what was in it.
type Fault string

// The faults.
const (
	FaultSealed  Fault = "not sealed with this key, for this place"
	FaultVersion Fault = "sealed by another version"
	FaultLong    Fault = "longer than it may be"
	FaultRead    Fault = "not readable"
	FaultTwice   Fault = "heard twice, or too late"
	FaultOrder   Fault = "not in its order"
	FaultKey     Fault = "a node with another key"
	FaultQueue   Fault = "more than may wait"
	FaultCall    Fault = "a call whose outcome is not known"
)

// faults counts what was wrong.
type faults struct {
	mu     sync.Mutex
	counts map[Fault]uint64
}

func (f *faults) add(what Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.counts == nil {
		f.counts = make(map[Fault]uint64)
	}
	f.counts[what]++
}

// of counts an error of a thing that could not be opened or read.
func (f *faults) of(err error) {
	switch {
	case errors.Is(err, errVersion):
		f.add(FaultVersion)
	case errors.Is(err, errLong):
		f.add(FaultLong)
	case errors.Is(err, errSealed):
		f.add(FaultSealed)
	default:
		f.add(FaultRead)
	}
}

// Faults is how often what was wrong, since the node was made.
func (n *Node) Faults() map[Fault]uint64 {
	n.faults.mu.Lock()
	defer n.faults.mu.Unlock()
	return maps.Clone(n.faults.counts)
}
