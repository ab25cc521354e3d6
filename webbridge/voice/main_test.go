package voice

import (
	"testing"

	"sotto/rooms/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }
