package seal

import (
	"testing"
	"time"
)

// Who is not shown is sealed no step: they neither take the turn of those who are, nor
// have this end look again at once, and again.
func TestStrangersAreNotDue(t *testing.T) {
	all := meeting(t, StepsAtOnce+3)
	host := all[0]
	say := func(now time.Time) {
		for _, newcomer := range all[1:] {
			m, err := newcomer.Compose([]byte("x"), false, host.me.ID)
			if err != nil {
				t.Fatal(err)
			}
			sealed := newcomer.Seal(m, now)
			if _, err := host.Open(sealed.Body, sealed.Wraps[host.me.ID], now); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range 3 { // the second has them step, each with a message of its own
		say(noon.Add(time.Duration(i) * StepEvery))
	}
	now := noon.Add(4 * StepEvery)
	if due, _ := host.Due(now, func(ID) bool { return true }); len(due) != StepsAtOnce {
		t.Fatalf("%d are due of all: this proves nothing", len(due))
	}
	one := all[1].me.ID
	if due, next := host.Due(now, func(id ID) bool { return id == one }); len(due) != 1 || due[0] != one || !next.IsZero() {
		t.Errorf("%d are due of one, and again at %v", len(due), next)
	}
	if due, next := host.Due(now, func(ID) bool { return false }); len(due) > 0 || !next.IsZero() {
		t.Errorf("%d are due of none, and again at %v", len(due), next)
	}
}
