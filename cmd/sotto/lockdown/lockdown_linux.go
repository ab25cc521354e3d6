package lockdown

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// Enforce locks the process down as far as this kernel can, but for what is needed.
// What [ForbidGrowth] adds is left to the caller, who may have something to print first.
func Enforce(needed Needed) (Enforced, error) {
	e := Enforced{Swappable: swappable()}
	config := landlock.V11
	if needed.Datagrams { // there is no rule for all ports
		config.HandledAccessNet &^= landlock.AccessNetSet(ll.AccessNetConnectSendUDP)
	}
	if err := config.BestEffort().Restrict(needed.rules(&e)...); err != nil {
		return e, fmt.Errorf("can't lock the process down: %w", err)
	}
	if version, err := ll.LandlockGetABIVersion(); err == nil {
		e.Landlock = version
	}
	e.NoCore, e.NoDump = ForbidReading()
	return e, nil
}

// dns is the port that names are looked up at.
const dns = 53

// lookedUpIn are the files in which a name, and whom to ask for it, are looked up.
var lookedUpIn = []string{"/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf"}

// rules are what stays possible, and note in e which ports that is.
func (n Needed) rules(e *Enforced) (rules []landlock.Rule) {
	if len(n.Folders) > 0 {
		rules = append(rules, landlock.RODirs(n.Folders...))
	}
	e.Ports = slices.Clone(n.Ports)
	if n.Names {
		e.Ports = append(e.Ports, dns) // for what is too long for a datagram
		rules = append(rules, landlock.ROFiles(lookedUpIn...).IgnoreIfMissing(), landlock.BindUDP(0))
		if !n.Datagrams {
			rules = append(rules, landlock.ConnectSendUDP(dns))
		}
	}
	slices.Sort(e.Ports)
	e.Ports = slices.Compact(e.Ports)
	for _, port := range e.Ports {
		rules = append(rules, landlock.ConnectTCP(port))
	}
	// A rule for a socket sticks to the file, and whoever listens there makes a new one
	// when it starts again: so the rule is for its folder.
	for _, socket := range n.Sockets {
		rules = append(rules, landlock.PathAccess(0, filepath.Dir(socket)).WithResolveUnix())
	}
	return rules
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
