package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"unicode/utf8"

	"sotto/rooms"
)

// Split yields the frames of one message: objects separated by line breaks.
// Empty lines are nothing.
func Split(message []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for line := range bytes.SplitSeq(message, []byte{'\n'}) {
			if line = bytes.TrimSpace(line); len(line) > 0 && !yield(line) {
				return
			}
		}
	}
}

// object is a JSON object whose properties are cut out but not yet read. The
// first complaint about a property sticks in err; reading goes on with zeros.
type object struct {
	properties []property
	err        *rooms.Error
}

type property struct{ key, raw []byte }

// parse cuts a frame into its properties.
func parse(frame []byte) (*object, *rooms.Error) {
	if len(frame) > MaxFrameBytes {
		return nil, &rooms.Error{Code: rooms.TooLong, Message: "That frame is too long; 64 KiB is the most."}
	}
	s := scan{text: frame}
	if s.space(); s.peek() == '{' {
		o := &object{properties: s.properties(make([]property, 0, usualProperties))}
		if s.ended() {
			return o, nil
		}
	}
	return nil, badFrame(wrongWith(frame))
}

// usualProperties is how many most frames have at most.
const usualProperties = 8

// wrongWith says why something is no frame.
func wrongWith(frame []byte) string {
	switch {
	case !utf8.Valid(frame):
		return "That frame is not UTF-8."
	case !json.Valid(frame):
		return "That frame is not JSON."
	case bytes.TrimSpace(frame)[0] != '{':
		return "A frame is a JSON object."
	}
	return "That frame is nested too deeply."
}

// properties appends those of the object that is next.
func (s *scan) properties(to []property) []property {
	for more := s.open('}'); more; more = s.next('}') {
		key, value := s.key(), s.value()
		if !s.bad {
			to = append(to, property{unquote(key), value})
		}
	}
	return to
}

// unquote reads a JSON string, which is known to be valid, in place where it is written
// without escapes.
func unquote(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		panic("wire: valid JSON can't be read") // parse has checked it
	}
	return []byte(s)
}

// get finds a property. One that is null is as good as absent.
func (o *object) get(key string) []byte {
	var found []byte
	for _, p := range o.properties {
		if string(p.key) != key {
			continue
		}
		if found != nil {
			o.complain("A frame gives %q twice.", key)
		}
		found = p.raw
	}
	if string(found) == "null" {
		return nil
	}
	return found
}

// must complains if a property is absent.
func (o *object) must(key string) {
	if o.get(key) == nil {
		o.complain("This type of frame needs %q.", key)
	}
}

func (o *object) str(key string) string { return string(o.chars(key)) }

// chars is what stands in a string, in place where it is written without escapes.
func (o *object) chars(key string) []byte {
	raw := o.get(key)
	if raw == nil {
		return nil
	}
	if raw[0] != '"' {
		o.complain("In a frame, %q is a string.", key)
		return nil
	}
	return unquote(raw)
}

// id reads an id, which is a string of bounded length.
func (o *object) id(key string) string {
	id := o.str(key)
	if len(id) > rooms.MaxIDBytes {
		o.complain("In a frame, %q is at most 64 bytes long.", key)
		return ""
	}
	return id
}

// token reads what a server names a place by, or gives it to come back with. A client's
// own ids may be anything.
func (o *object) token(key string) string {
	id := o.id(key)
	for _, c := range []byte(id) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == ':') {
			o.complain("In a frame, %q is letters, digits, _, - and :.", key)
			return ""
		}
	}
	return id
}

func (o *object) uint(key string) uint64 {
	raw := o.get(key)
	if raw == nil {
		return 0
	}
	n, err := strconv.ParseUint(string(raw), 10, 64)
	if err != nil || n > maxNumber {
		o.complain("In a frame, %q is a whole number from 0 to 2⁵³−1.", key)
		return 0
	}
	return n
}

func (o *object) bool(key string) bool {
	switch raw := o.get(key); string(raw) {
	case "", "false":
		return false
	case "true":
		return true
	}
	o.complain("In a frame, %q is true or false.", key)
	return false
}

func (o *object) object(key string) *object {
	raw := o.get(key)
	if raw == nil || raw[0] != '{' {
		o.complain("In a frame, %q is an object.", key)
		return &object{}
	}
	inner := scan{text: raw}
	return &object{properties: inner.properties(nil)}
}

// list reads a list of objects; read is called with each, and may not keep it.
func (o *object) list(key string, read func(*object)) {
	var item object // one after the other
	s, more := o.items(key)
	for ; more; more = s.next(']') {
		if s.peek() != '{' {
			o.complain("In a frame, %q is a list of objects.", key)
			return
		}
		item.properties, item.err = s.properties(item.properties[:0]), nil
		read(&item)
		o.adopt(&item)
	}
}

// ids reads a list of ids.
func (o *object) ids(key string) (ids []string) {
	s, more := o.items(key)
	for ; more; more = s.next(']') {
		if s.peek() != '"' {
			o.complain("In a frame, %q is a list of ids.", key)
			return nil
		}
		id := string(unquote(s.str()))
		if len(id) > rooms.MaxIDBytes {
			o.complain("In a frame, %q has ids of at most 64 bytes.", key)
			return nil
		}
		ids = append(ids, id)
	}
	return ids
}

// items begins to read a list, and reports whether anything stands in it.
func (o *object) items(key string) (s scan, more bool) {
	raw := o.get(key)
	if raw == nil || raw[0] != '[' {
		o.complain("In a frame, %q is a list.", key)
		return s, false
	}
	s.text = raw
	more = s.open(']')
	return s, more
}

// adopt takes over the complaint about an object inside this one.
func (o *object) adopt(inner *object) {
	if o.err == nil {
		o.err = inner.err
	}
}

func (o *object) complain(format, key string) {
	if o.err == nil {
		o.err = badFrame(fmt.Sprintf(format, key))
	}
}

func badFrame(sentence string) *rooms.Error {
	return &rooms.Error{Code: rooms.BadFrame, Message: sentence}
}
