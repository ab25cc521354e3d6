//go:build e2e && prove

package prove

import (
	"testing"

	"sotto/cmd/sotto/e2e"
)

// Of servers that share their rooms, neither has a trace of people who left, though one of
// them kept what was said for those who might have come to it; and their Redis never has
// any, while they talk either. No server is stopped for a core while somebody is there: the
// others would take it for gone. That the search finds what is there, [TestNoTraceInMemory]
// shows.
func TestNoTraceInMemoryOfServersThatShare(t *testing.T) {
	redis := e2e.StartRedis(t)
	flags := []string{"--say-rate=0", "--redis=" + redis.URL(), "--cluster-key=" + e2e.ClusterKey(t)}
	s, other := startStatic(t, nil, flags...), startStatic(t, nil, flags...)
	stop := keepBusy(t, s)
	sign := newSign(staticProgram(t))
	elsewhere, err := doors["socket"](other, guest{room: sign + "0", nick: sign + "there"})
	must(t, err)
	needles := tellStoryOf(t, s, crowd{rooms: 5, people: 20, messages: 1000}, sign, func(needles []needle) {
		if live, shown := search(coreOf(t, redis.PID()), sign, needles); len(live) > 0 {
			t.Errorf("Redis has %v\n%s", live, lines(shown))
		}
		must(t, elsewhere.leave())
	})
	stop() // the servers are about to be stopped for longer than they are waited for
	for of, pid := range map[string]int{"the server where they were": s.PID(), "the other server": other.PID(), "Redis": redis.PID()} {
		if found, shown := search(coreOf(t, pid), sign, needles); len(found) > 0 {
			t.Errorf("in the memory of %s are still %v\n%s", of, found, lines(shown))
		}
	}
	if keys := redis.Do("keys", "*:log"); keys != "\n" && keys != "" {
		t.Errorf("Redis still has %s", keys)
	}
}
