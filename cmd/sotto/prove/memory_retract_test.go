//go:build e2e

package prove

import (
	"fmt"
	"testing"
	"time"
)

// Words that were taken back are in the server's memory no more, though everybody who read
// them is still there, and somebody has acknowledged nothing since. Neither are those that
// they had been changed into.
func TestNoRetractedWordsInMemory(t *testing.T) {
	s := startStatic(t, nil, "--say-rate=0")
	stop := keepBusy(t, s)
	defer stop()
	var people []*person
	for i, door := range []string{"socket", "socket", "json", "pipe"} {
		p, err := doors[door](s, guest{room: "garden", nick: fmt.Sprint("p", i), owing: i == 1})
		must(t, err)
		people = append(people, p)
	}
	program := staticProgram(t)
	first, changed := newSign(program), newSign(program)
	say := func(command, sign, token string) {
		t.Helper()
		must(t, people[0].say(command+sign+" and "+token))
		for _, p := range people {
			must(t, p.awaitToken(token))
		}
	}
	re := len(people) + 1 // each came in
	say("", first, token(1, 1))
	say(fmt.Sprintf("/amend %d ", re), changed, token(1, 2))
	for _, sign := range []string{first, changed} {
		if live, _ := dumpAndSearch(t, s, sign, signForms(sign)); len(live) == 0 {
			t.Error("while it waits for somebody the search does not find it")
		}
	}
	must(t, people[0].say(fmt.Sprintf("/retract %d", re)))
	// What an ssh library has sent stands in its buffers until as much else was.
	must(t, people[0].say(token(1, 3)+" and this is as long as what was said before it"))
	for _, p := range people {
		must(t, p.awaitToken(token(1, 3)))
	}
	<-time.After(forgottenAfter) // the promise itself
	for _, sign := range []string{first, changed} {
		if found, where := dumpAndSearch(t, s, sign, signForms(sign)); len(found) > 0 {
			t.Errorf("in memory are still %v\n%s", found, lines(where))
		}
	}
}
