package rooms

import (
	"sync"
	"time"
)

// sealOrder keeps what one place seals in the order in which it was sealed, since
// receivers open nothing that comes behind what was sealed later. When something has to
// wait, so does all that was on its way behind it, until its sender knows: a [Sync] says
// so, or [OrderFor] is over.
type sealOrder struct {
	refused time.Time  `held:"when something that you sealed had to wait, so that nothing overtakes it"`
	mu      sync.Mutex `held:"a lock"`
}

// refuse notes that something has to wait.
func (o *sealOrder) refuse(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refused = now
}

// resume says that whatever comes now was sealed by somebody who knows what has to wait.
func (o *sealOrder) resume() { o.refuse(time.Time{}) }

// overtakes reports for how long whatever comes now would be ahead of what has to wait.
func (o *sealOrder) overtakes(now time.Time) (wait time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.refused.IsZero() {
		return 0
	}
	return max(0, OrderFor-now.Sub(o.refused))
}
