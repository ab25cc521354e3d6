//go:build unix && !linux

package lockdown

import "syscall"

// Enforce locks the process down as far as this system can. There is nothing
// like Landlock here, so readable is not needed.
func Enforce(readable ...string) (Enforced, error) {
	return Enforced{
		NoCore:    syscall.Setrlimit(syscall.RLIMIT_CORE, new(syscall.Rlimit)) == nil,
		Swappable: true, // unknown; the careful answer
	}, nil
}
