//go:build e2e && prove

package prove

import (
	"testing"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
	"sotto/rooms/seal"
)

// A native client whose connection is lost keeps its keys as long as its place can be
// taken back, and not longer, though its person does nothing and no server answers.
func TestNativeClientLosesKeysWithItsPlace(t *testing.T) {
	s := startStatic(t, nil)
	sign, secret := newSign(staticProgram(t)), seal.NewSecret()
	web, ssh := e2e.NewCable(t, s.Web), e2e.NewCable(t, s.SSH)
	clients, knows := twoNatives(t, s, "http://"+web.Addr, ssh.Addr, sign, secret)
	gone := make(map[string]keys)
	for nick, c := range clients {
		gone[nick] = knows.gone(nick)
		c.loses(t, knows.old(nick), knows.needed(nick), lostWithin)
	}
	needed := make(map[string]keys)
	for nick := range clients {
		needed[nick] = knows.needed(nick)
	}
	for _, cable := range []*e2e.Cable{web, ssh} {
		cable.Set(e2e.Down)
		cable.CutClients()
	}
	for nick, c := range clients {
		c.loses(t, keys{}, needed[nick], 0) // the place waits, and its keys
	}
	for nick, c := range clients {
		c.loses(t, gone[nick], keys{}, rooms.ResumeWindow+lostWithin)
	}
}
