package rooms

// A Bell wakes whoever waits for it, and whoever rings it does not wait. Rung before
// it is heard, it is heard once.
type Bell chan struct{}

// NewBell returns a bell.
func NewBell() Bell { return make(Bell, 1) }

// Ring rings it.
func (b Bell) Ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}
