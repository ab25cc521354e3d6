package rooms

import (
	"fmt"
	"slices"
	"testing"
)

// BenchmarkRewind winds a full room back over as many comings and goings as an outbox
// holds: what somebody costs who takes a lost place back.
func BenchmarkRewind(b *testing.B) {
	member := func(i int) Member { return Member{ID: fmt.Sprintf("m%07d", i), arrived: uint64(i)} }
	var members []Member
	for i := range MaxRoomSize {
		members = append(members, member(i))
	}
	var entries []*entry
	for i := range OutboxBytes / overhead / 2 {
		entries = append(entries, newEntry(&Joined{Member: member(MaxRoomSize + i)}), newEntry(&Left{Member: member(MaxRoomSize + i)}))
	}
	for b.Loop() {
		v := view{members: slices.Clone(members)}
		v.rewind(entries)
		if len(v.members) != MaxRoomSize {
			b.Fatalf("%d are left", len(v.members))
		}
	}
}
