package rooms

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

// coder writes things into bytes, or reads them from such: each thing is described once,
// and the description serves both ways. It takes no more than the bounds of the
// description, either way, and reads nothing that it would have written differently. Its
// first error stays, and after it nothing means anything.
type coder struct {
	bytes   []byte // written so far, or not read yet
	reading bool
	err     error
}

// What can't be written or read. None says what was in it.
var (
	errCoded     = errors.New("that is not written as it should be")
	errLongCode  = errors.New("that is longer than it may be")
	errCodeSince = errors.New("that was written by another version")
)

func (c *coder) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.bytes = nil
}

// number is any number.
func (c *coder) number(n *uint64) {
	if !c.reading {
		c.bytes = binary.AppendUvarint(c.bytes, *n)
		return
	}
	v, size := binary.Uvarint(c.bytes)
	if size <= 0 || size > 1 && c.bytes[size-1] == 0 { // cut off, too large, or longer than it need be
		c.fail(errCoded)
		return
	}
	*n, c.bytes = v, c.bytes[size:]
}

// count is how many there are of something, of which there are at most so many.
func (c *coder) count(n *int, most int) {
	v := uint64(*n)
	c.number(&v)
	switch {
	case v > uint64(most):
		c.fail(errLongCode)
		*n = 0
	case c.err != nil:
		*n = 0
	default:
		*n = int(v)
	}
}

func (c *coder) flag(on *bool) {
	n := 0
	if *on {
		n = 1
	}
	c.count(&n, 1)
	*on = n == 1
}

// flags are several, in a byte for each.
func (c *coder) flags(on ...*bool) {
	for _, f := range on {
		c.flag(f)
	}
}

// time has no time zone, and no more than the nanoseconds that one may have.
func (c *coder) time(t *time.Time) {
	n := uint64(0)
	if !t.IsZero() {
		n = zigzag(t.UnixNano()) + 1
	}
	c.number(&n)
	switch {
	case !c.reading || c.err != nil:
	case n == 0:
		*t = time.Time{}
	default:
		*t = time.Unix(0, unzigzag(n-1))
	}
}

func (c *coder) duration(d *time.Duration) {
	n := zigzag(int64(*d))
	c.number(&n)
	*d = time.Duration(unzigzag(n))
}

func zigzag(n int64) uint64   { return uint64(n)<<1 ^ uint64(n>>63) }
func unzigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }

// raw is bytes, of which there are at most so many; nil of none.
func (c *coder) raw(b *[]byte, most int) {
	n := len(*b)
	c.count(&n, most)
	switch {
	case !c.reading:
		if c.err == nil {
			c.bytes = append(c.bytes, *b...)
		}
	case n > len(c.bytes):
		c.fail(errCoded)
	case c.err != nil || n == 0:
		*b = nil
	default:
		*b = slices.Clone(c.bytes[:n])
		c.bytes = c.bytes[n:]
	}
}

// fixed is bytes whose number is known.
func (c *coder) fixed(b []byte) {
	switch {
	case !c.reading:
		c.bytes = append(c.bytes, b...)
	case len(b) > len(c.bytes):
		c.fail(errCoded)
	default:
		c.bytes = c.bytes[copy(b, c.bytes):]
	}
}

// text is a string of at most so many bytes, whatever they are.
func text[T ~string](c *coder, s *T, most int) {
	n := len(*s)
	c.count(&n, most)
	switch {
	case !c.reading:
		if c.err == nil {
			c.bytes = append(c.bytes, *s...)
		}
	case n > len(c.bytes):
		c.fail(errCoded)
	case c.err == nil:
		*s = T(Apart(string(c.bytes[:n])))
		c.bytes = c.bytes[n:]
	}
}

// list is some of one thing, at most so many, each as item describes; nil of none.
func list[T any](c *coder, items *[]T, most int, item func(*T)) {
	n := len(*items)
	c.count(&n, most)
	if c.reading {
		*items = nil
	}
	for i := range n {
		if c.reading {
			if c.err != nil {
				return
			}
			*items = append(*items, *new(T))
		}
		item(&(*items)[i])
	}
}

// maybe is something, or nil.
func maybe[T any](c *coder, p **T, describe func(*T)) {
	there := *p != nil
	c.flag(&there)
	if !there {
		*p = nil
		return
	}
	if c.reading {
		*p = new(T)
	}
	describe(*p)
}

// version begins what is written, and ends the reading of what another began.
func (c *coder) version(v uint64) {
	n := v
	if c.number(&n); n != v {
		c.fail(errCodeSince)
	}
}

// end reports what was wrong, or that something is left.
func (c *coder) end() error {
	if c.err == nil && c.reading && len(c.bytes) > 0 {
		c.fail(errCoded)
	}
	return c.err
}
