//go:build !race

package rooms_test

import (
	"fmt"
	"testing"

	"sotto/rooms"
)

func TestSealedFloodEndsNobody(t *testing.T) {
	for _, attackers := range []int{1, 8, 50} {
		t.Run(fmt.Sprint(attackers, " seats"), func(t *testing.T) { sealedFlood(t, attackers) })
	}
}

func TestFloodEndsNobody(t *testing.T) {
	for attackers, sizes := range map[int][]int{
		1: {rooms.MaxTextBytes}, 7: {rooms.MaxTextBytes}, 10: {rooms.MaxTextBytes}, 20: {rooms.MaxTextBytes},
		64: {rooms.MaxTextBytes, rooms.LightBytes - 128, rooms.LightBytes}, 400: {rooms.MaxTextBytes},
	} {
		for _, size := range sizes {
			t.Run(fmt.Sprint(attackers, " seats, ", size, " bytes"), func(t *testing.T) { openFlood(t, attackers, size) })
		}
	}
}
