package timeline

import (
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// start is when every test begins.
var start = time.Date(2026, 3, 14, 20, 14, 0, 0, time.UTC)

var (
	you   = rooms.Member{ID: "00", Nick: "quiet-otter", Via: rooms.ViaSSH}
	lynx  = rooms.Member{ID: "02", Nick: "brave-lynx", Via: rooms.ViaWeb}
	heron = rooms.Member{ID: "07", Nick: "late-heron", Via: rooms.ViaPipe}
)
