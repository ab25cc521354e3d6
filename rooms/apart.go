package rooms

import "strings"

// blockBytes is what Go's runtime allocates at once for values that are smaller
// and hold no pointer: several of them share such a block.
const blockBytes = 16

// Apart returns s in memory that it shares with nothing else. The runtime keeps
// a block whole as long as anything in it is held, so a name of somebody who
// stays for hours would keep, and save from being overwritten, whatever of
// somebody else happened to be put beside it. What is held for long and may be
// short goes through here.
func Apart(s string) string {
	if len(s) == 0 || len(s) >= blockBytes {
		return s
	}
	var b strings.Builder
	b.Grow(blockBytes)
	b.WriteString(s)
	return b.String()
}
