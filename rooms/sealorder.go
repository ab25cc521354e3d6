package rooms

import (
	"sync"
	"time"
)

// sealOrder keeps what one place seals in the order in which it was sealed, since
// receivers open nothing that comes behind what was sealed later. When something has to
// wait, so does all that was on its way behind it, until its sender knows: a [Sync] names
// the newest of them, or [OrderFor] is over. Any other barrier may have left before its
// sender heard.
type sealOrder struct {
	refused time.Time  `held:"when something that you sealed had to wait, so that nothing overtakes it"`
	newest  string     `held:"the id that its program gave that"`
	mu      sync.Mutex `held:"a lock"`
}

// refuse notes that something has to wait, by the id that its sender gave it.
func (o *sealOrder) refuse(now time.Time, id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refused, o.newest = now, id
}

// resume says that whatever comes now was sealed by somebody who knows that this had to
// wait.
func (o *sealOrder) resume(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if id != "" && id == o.newest {
		o.refused, o.newest = time.Time{}, ""
	}
}

// begin says that nothing is on its way: the connection is another.
func (o *sealOrder) begin() { o.refuse(time.Time{}, "") }

// overtakes reports for how long what comes now, by that id, would be ahead of what has to
// wait; it then has to wait, too.
func (o *sealOrder) overtakes(now time.Time, id string) (wait time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.refused.IsZero() || now.Sub(o.refused) >= OrderFor {
		return 0
	}
	o.newest = id
	return OrderFor - now.Sub(o.refused)
}
