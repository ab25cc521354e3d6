//go:build unix

package forget

import (
	"os"
	"syscall"
)

// Restart replaces the process by itself with clobberfree on: the same process
// id, arguments and open files. It returns only if that is not needed, or not
// possible.
func Restart() error {
	if On() {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return syscall.Exec(self, os.Args, restarted(os.Environ()))
}
