//go:build !race

package seal_test

import (
	"testing"

	"sotto/rooms/seal"
)

func TestFullRoomIsCalm(t *testing.T) { calm(t, seal.MaxMembers) }
