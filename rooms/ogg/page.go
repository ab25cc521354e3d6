package ogg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

const (
	// headerBytes is what a page has before its table of segments.
	headerBytes = 27
	// MaxPage is the largest page that there can be, in bytes: 255 segments of 255.
	MaxPage = headerBytes + 255 + 255*255
	// readBytes is how much is read at once: about a second of speech.
	readBytes = 4 << 10
)

// Flags of a page.
const (
	flagContinued = 1 << iota // its first packet began on the page before
	flagFirst                 // of its logical stream
	flagLast
)

var capture = []byte("OggS")

// page is one page. Its slices are good until the next is read.
type page struct {
	flags    byte
	granule  uint64
	serial   uint32
	sequence uint32
	lacing   []byte
	body     []byte
}

// appendTo appends the page as it is written.
func (p page) appendTo(b []byte) []byte {
	at := len(b)
	b = append(b, capture...)
	b = append(b, 0, p.flags)
	b = binary.LittleEndian.AppendUint64(b, p.granule)
	b = binary.LittleEndian.AppendUint32(b, p.serial)
	b = binary.LittleEndian.AppendUint32(b, p.sequence)
	b = append(b, 0, 0, 0, 0, byte(len(p.lacing)))
	b = append(b, p.lacing...)
	b = append(b, p.body...)
	binary.LittleEndian.PutUint32(b[at+22:], checksum(b[at:]))
	return b
}

// table is of the CRC of RFC 3533: the polynomial 0x04c11db7, highest bit first.
var table = func() (t [256]uint32) {
	for i := range t {
		r := uint32(i) << 24
		for range 8 {
			if r&(1<<31) != 0 {
				r = r<<1 ^ 0x04c11db7
			} else {
				r <<= 1
			}
		}
		t[i] = r
	}
	return t
}()

// checksum is of a page's bytes, with its own field taken as zero.
func checksum(b []byte) (sum uint32) {
	for i, c := range b {
		if i >= 22 && i < 26 {
			c = 0
		}
		sum = sum<<8 ^ table[byte(sum>>24)^c]
	}
	return sum
}

// pages finds the pages in a stream of bytes.
type pages struct {
	from io.Reader
	buf  []byte // what was read and not used yet
	held []byte // the array behind it
	used int    // of buf by the page that was handed out last
	read int    // bytes that were used since the caller set it to zero
	err  error  // of from
}

// next is the next whole page, past whatever is none. Its error is that of the
// stream, io.EOF at its end, wherever that is.
func (p *pages) next() (page, error) {
	p.drop(p.used)
	p.used = 0
	for {
		if !p.fill(headerBytes) {
			return page{}, p.err
		}
		if !bytes.HasPrefix(p.buf, capture) {
			if i := bytes.Index(p.buf, capture); i > 0 {
				p.drop(i)
			} else {
				p.drop(len(p.buf) - len(capture) + 1)
			}
			if p.read > MaxBarren {
				return page{}, errBarren
			}
			continue
		}
		if size := p.size(); size > 0 && checksum(p.buf[:size]) == binary.LittleEndian.Uint32(p.buf[22:]) {
			p.used = size
			return parsePage(p.buf[:size]), nil
		}
		if p.err != nil && !errors.Is(p.err, io.EOF) {
			return page{}, p.err
		}
		p.drop(len(capture)) // it only looked like one, or is broken
		if p.read > MaxBarren {
			return page{}, errBarren
		}
	}
}

// size is that of the page that seems to begin here, once it is there whole; 0 if
// it is none.
func (p *pages) size() int {
	segments := int(p.buf[26])
	if p.buf[4] != 0 || !p.fill(headerBytes+segments) {
		return 0
	}
	size := headerBytes + segments
	for _, n := range p.buf[headerBytes:size] {
		size += int(n)
	}
	if !p.fill(size) {
		return 0
	}
	return size
}

func parsePage(b []byte) page {
	end := headerBytes + int(b[26])
	return page{
		flags:    b[5],
		granule:  binary.LittleEndian.Uint64(b[6:]),
		serial:   binary.LittleEndian.Uint32(b[14:]),
		sequence: binary.LittleEndian.Uint32(b[18:]),
		lacing:   b[headerBytes:end],
		body:     b[end:],
	}
}

// drop is done with n bytes.
func (p *pages) drop(n int) {
	p.buf = p.buf[n:]
	p.read += n
}

// fill has n bytes be there, which are no more than [MaxPage]. It waits for no more.
func (p *pages) fill(n int) bool {
	for len(p.buf) < n {
		if p.err != nil {
			return false
		}
		if len(p.held) < n+readBytes {
			grown := make([]byte, min(2*n, MaxPage)+readBytes)
			p.buf = grown[:copy(grown, p.buf)]
			p.held = grown
		} else {
			p.buf = p.held[:copy(p.held, p.buf)]
		}
		k, err := p.from.Read(p.held[len(p.buf):min(len(p.held), len(p.buf)+readBytes)])
		p.buf, p.err = p.held[:len(p.buf)+k], err
	}
	return true
}
