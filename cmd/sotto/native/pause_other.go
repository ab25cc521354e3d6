//go:build !unix

package native

import "context"

// watchOver has nothing to watch here: the size at the start stays.
func (t *terminal) watchOver(context.Context) {}

// suspend does nothing where programs are not stopped.
func (t *terminal) suspend() {}
