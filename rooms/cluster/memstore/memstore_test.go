package memstore_test

import (
	"testing"

	"sotto/rooms/cluster"
	"sotto/rooms/cluster/memstore"
	"sotto/rooms/cluster/storetest"
)

// TestStore holds that a store in memory does all that the real one does.
func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.World {
		m := memstore.New()
		return storetest.World{Node: m.Connect, Forget: m.Forget, Pass: m.Pass, ProposeFor: cluster.ProposeFor}
	})
}
