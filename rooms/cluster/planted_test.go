package cluster_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
)

// The faults that are planted, to see that the simulation finds them.
const (
	plantNone     plant = ""
	plantUnfenced plant = "nobody is taken for gone"
	plantLate     plant = "a snapshot is one entry late"
	plantHoles    plant = "what is missing is not fetched"
	plantSilent   plant = "a store that lost something does not say so"
	plantNewID    plant = "what has no answer is sent under another id"
	plantFailed   plant = "a call whose outcome is not known is taken for failed"

	// This is none: nodes make up for it.
	plantForgetful plant = "the store does not know what it appended"
)

// in plants what is wrong with the log as a hub has it.
func (p plant) in(n *cluster.Node) rooms.Log {
	switch p {
	case plantLate, plantNewID:
		return plantedLog{n, p}
	}
	return n
}

type plantedLog struct {
	*cluster.Node
	plant plant
}

func (l plantedLog) Open(ctx context.Context, kind rooms.Kind, name rooms.RoomName, to rooms.Follower) (rooms.Tail, error) {
	f := &plantedFollower{Follower: to, asked: make(map[string]*time.Timer)}
	if l.plant == plantLate {
		f.late = func() []byte { b, _, _, _ := to.Snapshot(); return b }
	}
	tail, err := l.Node.Open(ctx, kind, name, f)
	if err != nil || l.plant != plantNewID {
		return tail, err
	}
	return plantedTail{tail, f}, nil
}

type plantedFollower struct {
	rooms.Follower
	late func() []byte
	was  []byte // before the last record

	mu    sync.Mutex
	asked map[string]*time.Timer
}

func (f *plantedFollower) Deliver(r rooms.Record, own bool) {
	if f.late != nil {
		f.was = f.late()
	}
	if op, ok := r.Op.(rooms.Say); ok {
		f.mu.Lock()
		if t := f.asked[op.Text]; t != nil {
			t.Stop()
		}
		f.mu.Unlock()
	}
	f.Follower.Deliver(r, own)
}

func (f *plantedFollower) Snapshot() ([]byte, uint64, uint64, error) {
	b, epoch, number, err := f.Follower.Snapshot()
	if f.was != nil {
		b = f.was
	}
	return b, epoch, number, err
}

type plantedTail struct {
	rooms.Tail
	f *plantedFollower
}

func (t plantedTail) Append(r rooms.Record) {
	t.Tail.Append(r)
	if op, ok := r.Op.(rooms.Say); ok {
		t.f.mu.Lock()
		defer t.f.mu.Unlock()
		t.f.asked[op.Text] = time.AfterFunc(200*time.Millisecond, func() { t.Tail.Append(r) })
	}
}

// TestPlantedFaults holds that the simulation finds what is wrong.
func TestPlantedFaults(t *testing.T) {
	for _, wrong := range []plant{plantUnfenced, plantLate, plantHoles, plantSilent, plantNewID, plantFailed} {
		t.Run(string(wrong), func(t *testing.T) {
			for seed := range uint64(300) {
				if broken, _ := simulate(t, seed, wrong, usual); len(broken) > 0 {
					t.Logf("seed %d: %s", seed, broken[0])
					return
				}
			}
			t.Error("three hundred seeds have not found it")
		})
	}
}

// TestForgetfulStore has a store that appends once more what it appended already: every node
// sees that it is no news.
func TestForgetfulStore(t *testing.T) {
	for seed := range uint64(20) {
		if broken, trace := simulate(t, seed, plantForgetful, usual); len(broken) > 0 {
			t.Fatalf("seed %d:\n%s\n%s", seed, strings.Join(trace, "\n"), broken[0])
		}
	}
}
