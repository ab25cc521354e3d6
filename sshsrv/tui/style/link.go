package style

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// Hyperlinks as terminals know them: OSC 8 ; parameters ; target ST. Rows of
// one link share an id, so that a terminal shows it as one.
const (
	closeLink   = "\x1b]8;;\x1b\\"
	linkIDBytes = len("id=00000000;")
	// maxTarget is the longest target that is sent, in bytes; terminals refuse
	// longer ones (VTE from 2083 on).
	maxTarget = 2000
	// linkBytesPerColumn is how long the targets in a row may be together, in
	// bytes for each of its columns: half of what styles may cost. In 63 columns
	// that is the longest target, or five of ordinary length.
	linkBytesPerColumn = 32
)

// target is the address of a link in a form that holds nothing but visible
// ASCII: every other byte is percent-encoded (RFC 3986, section 2.1). It is
// empty if that is too long.
func target(address string) string {
	if printable(address) && !strings.Contains(address, " ") && len(address) <= maxTarget {
		return address
	}
	var b strings.Builder
	for i := range len(address) {
		if c := address[i]; '!' <= c && c <= '~' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	if b.Len() > maxTarget {
		return ""
	}
	return b.String()
}

// Link makes the rows of an address one link to it.
func Link(rows []string, address string) []string {
	to := target(address)
	if to == "" {
		return rows
	}
	linked := make([]string, len(rows))
	for i, row := range rows {
		var b strings.Builder
		openLink(&b, to)
		linked[i] = b.String() + row + closeLink
	}
	return linked
}

func openLink(b *strings.Builder, target string) {
	id := fnv.New32a()
	id.Write([]byte(target))
	fmt.Fprintf(b, "\x1b]8;id=%08x;%s\x1b\\", id.Sum32(), target)
}
