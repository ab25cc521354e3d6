package lockdown

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// Enforce locks the process down as far as this kernel can; readable are the
// only folders that stay readable. What [ForbidGrowth] adds is left to the caller,
// who may have something to print first.
func Enforce(readable ...string) (Enforced, error) {
	e := Enforced{Swappable: swappable()}
	var rules []landlock.Rule
	if len(readable) > 0 {
		rules = append(rules, landlock.RODirs(readable...))
	}
	if err := landlock.V11.BestEffort().Restrict(rules...); err != nil {
		return e, fmt.Errorf("can't lock the process down: %w", err)
	}
	if version, err := ll.LandlockGetABIVersion(); err == nil {
		e.Landlock = version
	}
	e.NoCore, e.NoDump = ForbidReading()
	return e, nil
}

// ForbidReading forbids a core dump, and other processes of this user to look into this
// one's memory. It says what this system forbids.
func ForbidReading() (noCore, noDump bool) {
	return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) == nil, unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) == nil
}

// swappable reports whether the kernel may write this process's memory to a
// disk: there is swap, or that can't be found out, and no control group around
// the process forbids it.
func swappable() bool {
	swaps, err := os.ReadFile("/proc/swaps")
	if err == nil && strings.Count(strings.TrimSpace(string(swaps)), "\n") == 0 {
		return false // one line of headings
	}
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return true
	}
	for line := range strings.Lines(string(groups)) {
		if group, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok {
			return !swapForbidden("/sys/fs/cgroup", group)
		}
	}
	return true
}

// swapForbidden looks for a limit of 0 in a group and all around it.
func swapForbidden(root, group string) bool {
	for {
		most, err := os.ReadFile(filepath.Join(root, group, "memory.swap.max"))
		if err == nil && strings.TrimSpace(string(most)) == "0" {
			return true
		}
		if group == "/" || group == "." {
			return false
		}
		group = filepath.Dir(group)
	}
}
