//go:build !race

package rooms

import (
	"slices"
	"testing"
	"time"
)

// TestReplicasAgree holds that the same records make the same state and have the same
// effects, whether they are applied as they were made, as they were written and read, or
// from a snapshot on.
func TestReplicasAgree(t *testing.T) {
	seen := make(map[string]bool)
	for _, kind := range []string{
		"Said", "Whispered", "Sealed", "Offered", "Reacted", "Amended", "Retracted", "Renamed", "TopicSet", "Joined", "Left", "Away", "AsideSet", "RulesSet", "HostSet",
		"KeyShown", "Muted", "SpeakSet", "Voting", "Over:true", "Knocked", "Invited", "Leapt", "Synced", "Refused", "Why:calm", "Why:removed",
		errRoomFull.Message, errAbsent.Message, errGaveWay.Message, errNoInvite.Message, errAtTheDoor.Message, ErrBurned.Message, errBadTicket.Message,
	} {
		seen[kind] = false
	}
	for seed := range uint64(40) {
		for _, kind := range []Kind{KindOpen, KindSealed} {
			if where := differ(t, kind, seed, fault{}, seen); where != "" {
				t.Fatalf("seed %d in a room that is %s: %s", seed, kind, where)
			}
		}
	}
	for kind, was := range seen {
		if !was {
			t.Errorf("nothing led to %s", kind)
		}
	}
}

// TestReplicasThatDiffer holds that TestReplicasAgree would find what makes them differ.
func TestReplicasThatDiffer(t *testing.T) {
	for _, f := range []fault{
		{name: "the order of a map", effects: func(effects []effect) {
			byID := make(map[string]effect)
			for _, fx := range effects {
				byID[fx.id] = fx
			}
			if len(byID) < len(effects) {
				return
			}
			i := 0
			for _, fx := range byID {
				effects[i] = fx
				i++
			}
		}},
		{name: "a clock of its own", record: func(r *Record) { r.At = r.At.Add(time.Second) }},
		{name: "names of its own", record: func(r *Record) {
			if op, ok := r.Op.(enter); ok && len(op.nicks) > 0 {
				op.nicks = slices.Clone(op.nicks)
				slices.Reverse(op.nicks)
				r.Op = op
			}
		}, kinds: []Kind{KindOpen}},
		{name: "a snapshot one record early", late: 1},
		{name: "a record twice", again: true},
		{name: "a snapshot without who was let in", born: func(s *state) { clear(s.doorway.let) }},
		{name: "a snapshot without when people spoke", born: func(s *state) {
			for _, m := range s.roster.order {
				m.spokeAt = time.Time{}
			}
		}, kinds: []Kind{KindOpen}},
		{name: "a room size of its own", record: func(r *Record) {
			if op, ok := r.Op.(enter); ok {
				op.size++
				r.Op = op
			}
		}},
	} {
		kinds := f.kinds
		if kinds == nil {
			kinds = []Kind{KindOpen, KindSealed}
		}
		for _, kind := range kinds {
			found := false
			for seed := uint64(0); seed < 60 && !found; seed++ {
				found = differ(t, kind, seed, f, nil) != ""
			}
			if !found {
				t.Errorf("nothing shows %s in a room that is %s", f.name, kind)
			}
		}
	}
}
