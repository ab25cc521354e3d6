package pipe_test

import (
	"testing"

	"sotto/rooms/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }
