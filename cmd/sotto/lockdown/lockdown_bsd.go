//go:build unix && !linux

package lockdown

import "syscall"

// Enforce locks the process down as far as this system can. There is nothing
// like Landlock here, so that nothing that is needed has to be left out.
func Enforce(Needed) (Enforced, error) {
	noCore, noDump := ForbidReading()
	return Enforced{NoCore: noCore, NoDump: noDump, Swappable: true}, nil // unknown; the careful answer
}

// ForbidReading forbids a core dump, and says that it did; of other processes of this user
// it can't keep this one's memory.
func ForbidReading() (noCore, noDump bool) {
	return syscall.Setrlimit(syscall.RLIMIT_CORE, new(syscall.Rlimit)) == nil, false
}
