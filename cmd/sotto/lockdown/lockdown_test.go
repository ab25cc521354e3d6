package lockdown

import (
	"strings"
	"testing"
)

func TestEnforcedSaysWhatIsMissing(t *testing.T) {
	whole := Enforced{Landlock: 7, NoCore: true, NoDump: true, NoGrowth: true}
	if err := whole.Strict(); err != nil {
		t.Errorf("everything is there, and yet: %v", err)
	}
	for _, c := range []struct {
		e     Enforced
		names string
	}{
		{Enforced{Landlock: 2, NoCore: true, NoDump: true, NoGrowth: true}, "Landlock 3"},
		{Enforced{Landlock: 7, NoDump: true, NoGrowth: true}, "RLIMIT_CORE"},
		{Enforced{Landlock: 7, NoCore: true, NoGrowth: true}, "PR_SET_DUMPABLE"},
		{Enforced{Landlock: 7, NoCore: true, NoDump: true}, "RLIMIT_FSIZE"},
	} {
		if err := c.e.Strict(); err == nil || !strings.Contains(err.Error(), c.names) {
			t.Errorf("%+v: %v", c.e, err)
		}
	}
	if s := (Enforced{Landlock: 7, Ports: []uint16{6379, 26379}}).String(); !strings.Contains(s, "connect but to port 6379, 26379)") {
		t.Errorf("with two ports left it says %q", s)
	}
	if s := (Enforced{}).String(); !strings.HasPrefix(s, "nothing") {
		t.Errorf("with nothing enforced it says %q", s)
	}
}
