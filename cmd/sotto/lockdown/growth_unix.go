//go:build unix

package lockdown

import "syscall"

// NoGrowth ends all writing to files, those already open among them: writes
// fail with EFBIG. Pipes, sockets and terminals are not files.
func NoGrowth() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, new(syscall.Rlimit)) }

// CanForbidGrowth says whether [NoGrowth] works on this system.
const CanForbidGrowth = true
