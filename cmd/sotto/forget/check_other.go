//go:build !linux

package forget

import "errors"

// Check can't look into the own memory here; that clobberfree was asked for is
// all that it can say.
func Check() error {
	if !On() {
		return errors.New("freed memory is not overwritten: clobberfree is off")
	}
	return nil
}
