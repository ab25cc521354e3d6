//go:build !unix

package native

import "context"

// watchSize can't be told here; the size at the start stays.
func watchSize(context.Context, func()) {}
