package tui

import (
	"testing"

	"github.com/dlclark/regexp2/v2"

	"sotto/rooms/leaktest"
)

// The colouring of code keeps a clock running.
func TestMain(m *testing.M) { leaktest.Main(m, regexp2.StopTimeoutClock) }
