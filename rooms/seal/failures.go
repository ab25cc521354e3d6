package seal

import "time"

// How much of a sender's that proves to be nothing is looked at: each costs up to 127
// hashes and a step of the pair, which is some two milliseconds in a browser. What
// comes beyond it is dropped unseen and shows as missing.
const (
	failureBurst = 256
	failureEvery = time.Second / 16
)

// failures counts what did not open of one sender's.
type failures struct {
	count int
	since time.Time // when one was taken off last
}

// tooMany reports whether to look no further for now.
func (f *failures) tooMany(now time.Time) bool {
	if off := int(now.Sub(f.since) / failureEvery); off > 0 {
		f.count, f.since = max(0, f.count-off), now
	}
	return f.count >= failureBurst
}
