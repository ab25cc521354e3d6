//go:build !unix

package lockdown

import "errors"

// Enforce can't take anything away here.
func Enforce(Needed) (Enforced, error) { return Enforced{Swappable: true}, nil }

// ForbidReading is not possible here.
func ForbidReading() (noCore, noDump bool) { return false, false }

// ForbidGrowth is not possible here.
func ForbidGrowth() error { return errors.ErrUnsupported }

// CanForbidGrowth says whether [ForbidGrowth] works on this system.
const CanForbidGrowth = false
