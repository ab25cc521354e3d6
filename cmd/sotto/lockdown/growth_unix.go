//go:build unix

package lockdown

import "syscall"

// ForbidGrowth ends all writing to files, those already open among them: writes
// fail with EFBIG. Pipes, sockets and terminals are not files.
func ForbidGrowth() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, new(syscall.Rlimit)) }

// CanForbidGrowth says whether [ForbidGrowth] works on this system.
const CanForbidGrowth = true
