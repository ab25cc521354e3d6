//go:build !unix

package forget

import "errors"

// Restart is not possible here: a process can't replace itself.
func Restart() error {
	if On() {
		return nil
	}
	return errors.New("this system can't restart a program in place; start it with GODEBUG=" + setting)
}
