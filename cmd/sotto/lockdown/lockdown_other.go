//go:build !unix

package lockdown

import "errors"

// Enforce can't take anything away here.
func Enforce(readable ...string) (Enforced, error) { return Enforced{Swappable: true}, nil }

// Unreadable is not possible here.
func Unreadable() (noCore, noDump bool) { return false, false }

// NoGrowth is not possible here.
func NoGrowth() error { return errors.ErrUnsupported }

// CanForbidGrowth says whether [NoGrowth] works on this system.
const CanForbidGrowth = false
