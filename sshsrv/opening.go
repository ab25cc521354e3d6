package sshsrv

import (
	"bytes"
	"encoding/binary"
	"sync/atomic"
	"time"
)

// The SSH library puts what it has read into a queue of sixteen packets. Where it
// ends a connection for what one of them says, nobody takes the rest out of that
// queue; whoever sent more than fit left two goroutines waiting there for ever, and
// all that they hold: 30 KiB for each connection, of anybody who can do a key
// exchange. Once the client has asked to be let in, the library says where its queue
// is, and [emptyQueue] empties it. Until then an opening sees to it that no more comes
// than the queue takes.
const (
	// OpeningBytes is how much may come between the key exchange and a client's first
	// request to be let in, in bytes: fifteen of the smallest packets that there are,
	// which with the last of the exchange are sixteen. What clients send is less, but
	// for one that signs by RSA before it was asked to.
	OpeningBytes = 15 * leastPacket
	// OpeningPause is how long such a client has to wait for each OpeningBytes more:
	// by then the library has ended a connection on which there was anything else.
	OpeningPause = 250 * time.Millisecond

	// leastPacket is the smallest packet under the ciphers that are offered, in
	// bytes: its length, the padding's, a message of one byte, four of padding, a tag.
	leastPacket = 4 + 1 + 1 + 4 + 16
)

// An opening follows the clear part of an SSH connection, from the version to the
// client's new keys (RFC 4253, sections 4.2, 6 and 7.3), and then only counts.
type opening struct {
	known atomic.Bool   // the client has asked to be let in: there is no limit any more
	over  chan struct{} // closed then, or when the connection is closed

	// Owned by whoever reads.
	stage stage
	line  []byte  // the beginning of the line that comes
	head  [6]byte // of the packet that comes: its length, the padding's, its kind
	have  int     // bytes of head
	left  int     // bytes of the packet after head
	more  int     // bytes that may come now
}

type stage uint8

const (
	version stage = iota
	inClear
	sealed
)

// versionStart is what the line with a client's version begins with; others may
// come before it.
var versionStart = []byte("SSH-")

// msgNewKeys is SSH_MSG_NEWKEYS.
const msgNewKeys = 21

// limit is how many bytes may be read next. It may wait.
func (o *opening) limit() int {
	switch {
	case o.stage == version:
		return 1
	case o.stage == inClear && o.have < len(o.head):
		return len(o.head) - o.have
	case o.stage == inClear:
		return o.left
	}
	if o.more == 0 {
		pause := time.NewTimer(OpeningPause)
		defer pause.Stop()
		select {
		case <-o.over:
		case <-pause.C:
		}
		o.more = OpeningBytes
	}
	return o.more
}

// note follows what was read, which is no more than limit.
func (o *opening) note(b []byte) {
	switch {
	case o.stage == version:
		o.noteLine(b)
	case o.stage == sealed:
		o.more -= len(b)
	case o.have < len(o.head):
		if o.have += copy(o.head[o.have:], b); o.have == len(o.head) {
			o.left = int(binary.BigEndian.Uint32(o.head[:])) - 2
			o.end()
		}
	default:
		o.left -= len(b)
		o.end()
	}
}

func (o *opening) noteLine(b []byte) {
	for _, c := range b {
		switch {
		case c != '\n':
			if len(o.line) < len(versionStart) {
				o.line = append(o.line, c)
			}
			continue
		case bytes.Equal(o.line, versionStart):
			o.stage = inClear
		}
		o.line = o.line[:0]
	}
}

// end ends the packet that comes if all of it has. One that can't be is the
// library's to refuse.
func (o *opening) end() {
	if o.left > 0 {
		return
	}
	if o.head[5] == msgNewKeys || o.left < 0 {
		o.stage, o.more = sealed, OpeningBytes
	}
	o.have = 0
}
