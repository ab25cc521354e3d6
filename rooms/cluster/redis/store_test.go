package redis

import (
	"testing"

	"sotto/rooms/cluster/storetest"
)

func TestStore(t *testing.T) {
	s := startServer(t)
	storetest.Run(t, func(*testing.T) storetest.World { return s.world() })
}
