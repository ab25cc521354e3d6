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
	switch {
	case len(frame) > MaxFrameBytes:
		return nil, &rooms.Error{Code: rooms.TooLong, Message: "That frame is too long; 64 KiB is the most."}
	case !utf8.Valid(frame):
		return nil, badFrame("That frame is not UTF-8.")
	case !json.Valid(frame):
		return nil, badFrame("That frame is not JSON.")
	}
	frame = bytes.TrimSpace(frame)
	if frame[0] != '{' {
		return nil, badFrame("A frame is a JSON object.")
	}
	if depth(frame) > maxDepth {
		return nil, badFrame("That frame is nested too deeply.")
	}
	return cut(frame), nil
}

// cut splits an object that is known to be valid JSON.
func cut(raw []byte) *object {
	return &object{properties: appendProperties(make([]property, 0, min(12, bytes.Count(raw, []byte{':'}))), raw)}
}

func appendProperties(properties []property, raw []byte) []property {
	for i := skipTo(raw, 1, '"'); i < len(raw); i = skipTo(raw, i, '"') {
		keyEnd := stringEnd(raw, i)
		key := raw[i+1 : keyEnd-1]
		if bytes.IndexByte(key, '\\') >= 0 {
			key = unquote(raw[i:keyEnd])
		}
		start := skipTo(raw, keyEnd, ':') + 1
		for isSpace(raw[start]) {
			start++
		}
		end := valueEnd(raw, start)
		properties = append(properties, property{key, raw[start:end]})
		i = end
	}
	return properties
}

func skipTo(raw []byte, i int, b byte) int {
	if found := bytes.IndexByte(raw[i:], b); found >= 0 {
		return i + found
	}
	return len(raw)
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

// stringEnd returns the index after the string that begins at i.
func stringEnd(raw []byte, i int) int {
	i++
	if end := skipTo(raw, i, '"'); bytes.IndexByte(raw[i:end], '\\') < 0 {
		return end + 1
	}
	for ; raw[i] != '"'; i++ {
		if raw[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// valueEnd returns the index after the value that begins at i.
func valueEnd(raw []byte, i int) int {
	for open := 0; ; {
		switch raw[i] {
		case '"':
			i = stringEnd(raw, i)
		case '{', '[':
			open++
			i++
		case '}', ']':
			open--
			i++
		default:
			i++
		}
		if open == 0 && (raw[i-1] == '}' || raw[i-1] == ']' || raw[i-1] == '"' || bytes.IndexByte([]byte(",}] \t\r\n"), raw[i]) >= 0) {
			return i
		}
	}
}

// depth counts how deeply valid JSON is nested.
func depth(raw []byte) int {
	open, deepest := 0, 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			i = stringEnd(raw, i) - 1
		case '{', '[':
			open++
			deepest = max(deepest, open)
		case '}', ']':
			open--
		}
	}
	return deepest
}

// unquote reads a JSON string, which is known to be valid.
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
	return cut(raw)
}

// list reads a list of objects; read is called with each, and may not keep it.
func (o *object) list(key string, read func(*object)) {
	var item object // one after the other
	for raw := range o.items(key) {
		if raw[0] != '{' {
			o.complain("In a frame, %q is a list of objects.", key)
			return
		}
		item.properties, item.err = appendProperties(item.properties[:0], raw), nil
		read(&item)
		o.adopt(&item)
	}
}

// ids reads a list of ids.
func (o *object) ids(key string) (ids []string) {
	for raw := range o.items(key) {
		if raw[0] != '"' {
			o.complain("In a frame, %q is a list of ids.", key)
			return nil
		}
		id := string(unquote(raw))
		if len(id) > rooms.MaxIDBytes {
			o.complain("In a frame, %q has ids of at most 64 bytes.", key)
			return nil
		}
		ids = append(ids, id)
	}
	return ids
}

// items yields what stands in a list.
func (o *object) items(key string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		raw := o.get(key)
		if raw == nil || raw[0] != '[' {
			o.complain("In a frame, %q is a list.", key)
			return
		}
		for i := 1; ; i++ {
			for isSpace(raw[i]) || raw[i] == ',' {
				i++
			}
			if raw[i] == ']' {
				return
			}
			end := valueEnd(raw, i)
			if !yield(raw[i:end]) {
				return
			}
			i = end - 1
		}
	}
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
