package seal

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// maxNesting is how deep values may stand in each other in a sealed text. The
// deepest form has three; some more are left for later versions.
const maxNesting = 8

// maxInteger is the greatest integer in a sealed text: 2^53 - 1, the greatest
// that JavaScript's numbers tell from its neighbours.
const maxInteger = 1<<53 - 1

// object is a JSON object whose keys are compared exactly. Its values are
// objects, []any, string, json.Number, bool and nil.
type object map[string]any

// readObject reads a sealed text. It holds to the one grammar that docs/SEALED.md
// has, so that a text can't be read in two ways by two programs; in this it is
// stricter than encoding/json, which takes any case for a key, and the last of two.
func readObject(text []byte) (object, error) {
	if !utf8.Valid(text) || !json.Valid(text) {
		return nil, errPayload
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	value, err := readValue(d, 0)
	if err != nil {
		return nil, err
	}
	o, ok := value.(object)
	if !ok {
		return nil, errPayload
	}
	return o, nil
}

// readValue reads the next value of valid JSON, which stands in so many others.
func readValue(d *json.Decoder, within int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, errPayload
	}
	opening, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if within == maxNesting {
		return nil, errPayload
	}
	var list []any
	o := object{}
	for d.More() {
		var key string
		if opening == '{' {
			token, err := d.Token()
			if err != nil {
				return nil, errPayload
			}
			key = token.(string)
			if _, twice := o[key]; twice {
				return nil, errPayload
			}
		}
		value, err := readValue(d, within+1)
		if err != nil {
			return nil, err
		}
		if opening == '{' {
			o[key] = value
		} else {
			list = append(list, value)
		}
	}
	if _, err := d.Token(); err != nil { // what closes it
		return nil, errPayload
	}
	if opening == '{' {
		return o, nil
	}
	return list, nil
}

// has reports whether a field is there that may be absent.
func (o object) has(key string) bool {
	_, ok := o[key]
	return ok
}

// field returns a field, which must be there and of that kind.
func field[kind any](o object, key string) (kind, error) {
	value, ok := o[key].(kind)
	if !ok {
		return value, errPayload
	}
	return value, nil
}

// integer returns a field that must be an integer: digits, and nothing else.
func (o object) integer(key string) (int64, error) {
	digits, err := field[json.Number](o, key)
	if err != nil {
		return 0, err
	}
	n, err := digits.Int64()
	if err != nil || digits[0] == '-' || n > maxInteger {
		return 0, errPayload
	}
	return n, nil
}
