//go:build e2e

package prove

import (
	"regexp"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// shownKey is a key of a room as a card of the full screen shows it.
var shownKey = regexp.MustCompile(`│ ((?:[a-z]{3,8} ){4}[a-z]{3,8}) +│`)

// A key of a room is in the server's memory while a screen shows it, and no more once
// that is closed, though the room lives and the key is good; and what somebody at the door
// said of themselves is gone with the room.
func TestNoKeyInMemory(t *testing.T) {
	s := startStatic(t, nil, "--say-rate=0")
	stop := keepBusy(t, s)
	defer stop()
	sign := newSign(staticProgram(t))
	terminal := func(nick string) *e2e.Terminal {
		return e2e.StartTerminal(t, 80, 24, s.SSHCommand([]string{"-t"}, sign, "--nick", nick))
	}
	host := terminal("anna")
	host.WaitFor("You made this room")
	host.Say("/key")
	host.WaitFor("Whoever types /host")
	key := shownKey.FindStringSubmatch(host.Screen())
	if key == nil {
		t.Fatalf("no key is shown:\n%s", host.Screen())
	}
	keyForms := signForms(key[1])
	if live, _ := dumpAndSearch(t, s, sign, keyForms); len(live) == 0 {
		t.Error("while the key is shown the search does not find it")
	}
	host.Type("\x1b")
	host.WaitGone("a key of this room")
	<-time.After(forgottenAfter) // the promise itself
	if found, shown := dumpAndSearch(t, s, sign, keyForms); found["the sign as UTF-8"] > 0 {
		t.Errorf("the key is in memory though nobody is shown it:\n%s", lines(shown))
	}

	guest := terminal("bob") // the key is good all the same
	guest.WaitFor("bob")
	guest.Say("/host " + key[1])
	host.WaitFor("bob is a host now")
	guest.Say("/door knock")
	host.WaitFor("newcomers have to knock")
	late := terminal(sign + "l")
	late.WaitFor("you have to knock")
	late.Say("it is " + sign)
	host.WaitFor(sign + "l knocks: it is " + sign)
	late.Type("\x03", "\x03")
	late.Wait()
	guest.Say("/quit")
	guest.Wait()
	host.Say("/quit")
	host.Wait()
	<-time.After(forgottenAfter)
	if found, shown := dumpAndSearch(t, s, sign, append(signForms(sign), keyForms...)); len(found) > 0 {
		t.Errorf("in memory are still %v\n%s", found, lines(shown))
	}
}
