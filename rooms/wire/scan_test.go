package wire

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sotto/rooms"
)

// checked is what parse is held to: the same, by a pass for each question.
func checked(frame []byte) string {
	switch {
	case !utf8.Valid(frame):
		return "That frame is not UTF-8."
	case !json.Valid(frame):
		return "That frame is not JSON."
	case bytes.TrimSpace(frame)[0] != '{':
		return "A frame is a JSON object."
	case depth(frame) > maxDepth:
		return "That frame is nested too deeply."
	}
	return ""
}

// depth counts how deeply valid JSON is nested.
func depth(raw []byte) (deepest int) {
	d := json.NewDecoder(bytes.NewReader(raw))
	for open := 0; ; {
		token, err := d.Token()
		if err != nil {
			return deepest
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			open++
			deepest = max(deepest, open)
		case json.Delim('}'), json.Delim(']'):
			open--
		}
	}
}

// sameAs holds what parse made of an object, and of all that stands in it, against what
// encoding/json makes of it.
func sameAs(t *testing.T, o *object, raw []byte) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; d.More(); n++ {
		key, value := next(t, d)
		if n >= len(o.properties) || string(o.properties[n].key) != key || !bytes.Equal(o.properties[n].raw, value) {
			t.Fatalf("property %d of %q is not %q: %q, but %+v", n, raw, key, value, o.properties)
		}
		within := &object{properties: []property{{[]byte("x"), value}}}
		switch value[0] {
		case '{':
			sameAs(t, within.object("x"), value)
		case '[':
			var want []json.RawMessage
			if err := json.Unmarshal(value, &want); err != nil {
				t.Fatal(err)
			}
			items, more := within.items("x")
			for i := range want {
				if item := items.value(); !more || !bytes.Equal(item, want[i]) {
					t.Fatalf("item %d of %q is %q", i, value, item)
				}
				more = items.next(']')
			}
			if more || !items.ended() {
				t.Fatalf("%q has more than %d items", value, len(want))
			}
		}
	}
	if n != len(o.properties) {
		t.Fatalf("%q has %d properties, not %d", raw, n, len(o.properties))
	}
}

func next(t *testing.T, d *json.Decoder) (key string, value json.RawMessage) {
	t.Helper()
	token, err := d.Token()
	if err == nil {
		err = d.Decode(&value)
	}
	if err != nil {
		t.Fatal(err)
	}
	return token.(string), value
}

func heldToChecks(t *testing.T, frame []byte) {
	t.Helper()
	if len(frame) > MaxFrameBytes {
		return
	}
	o, refusal := parse(frame)
	have := ""
	if refusal != nil {
		if have = refusal.Message; refusal.Code != rooms.BadFrame {
			t.Fatalf("%q is refused as %s", frame, refusal.Code)
		}
	}
	if want := checked(frame); have != want {
		t.Fatalf("of %q it is said: %q, not %q", frame, have, want)
	}
	if refusal == nil {
		sameAs(t, o, frame)
	}
}

// awkward are texts at the borders of JSON, for every place in which a value may stand.
var awkward = []string{
	``, ` `, `0`, `-0`, `00`, `01`, `-`, `+1`, `1.`, `.1`, `1.5`, `1e`, `1e+`, `1E-09`, `1e5.5`, `0x1`, `1_0`, `NaN`,
	`true`, `tru`, `truee`, `false`, `null`, `nul`, `nullx`, `"`, `""`, `"\"`, `"\\"`, `"\x"`, `"\u12"`, `"\u12G4"`, `"\uABcd"`, `"\ud800"`,
	`"\b\f\n\r\t\/\""`, "\"\x1f\"", "\"\x7f\"", "\"\x00\"", "\"a\nb\"", "\"\x80\"", "\"\xc3\xa9\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xef\xbf\xbd\"", "\"\xc3\"",
	`[`, `[]`, `[ ]`, `[,]`, `[1,]`, `[1 2]`, `[1,2]`, `[[]`, `{`, `{}`, `{ }`, `{,}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a" : 1 , "a":2}`, `{1:2}`, `{"a":1 "b":2}`, `{"\u0061":[{}, "x" ]}`,
	"\v1", "\u00a01", "1\x00", `1 1`, `{"a":1}}`, `]`, `}`, `,`, `:`,
}

func TestScanIsJSON(t *testing.T) {
	for _, text := range awkward {
		for _, around := range []string{"%", " % ", `{"k":%}`, `{"k":[%,1]}`, `{"k":{"l":%}}`, `{"j":"","k": % ,"l":2}`} {
			heldToChecks(t, []byte(strings.ReplaceAll(around, "%", text)))
		}
	}
	for levels := range 2 * maxDepth {
		for _, text := range []string{
			`{"k":` + strings.Repeat("[", levels) + strings.Repeat("]", levels) + `}`,
			strings.Repeat(`{"k":`, levels) + "1" + strings.Repeat("}", levels),
			`{"k":` + strings.Repeat("[", levels),
			`{"k":[` + strings.TrimSuffix(strings.Repeat("[[]],", levels), ",") + `]}`,
		} {
			heldToChecks(t, []byte(text))
		}
	}
}

// Whatever byte stands wherever in the words that are looked at together.
func TestScanSeesEveryByte(t *testing.T) {
	for length := range 20 {
		for at := range length {
			for b := range 256 {
				text := bytes.Repeat([]byte("~"), length)
				text[at] = byte(b)
				for _, end := range []string{`"}`, `\u0020\t"}`, "\xc3\xa9\"}", `"`} {
					heldToChecks(t, []byte(`{"k":"`+string(text)+end))
				}
			}
		}
	}
}

func FuzzScan(f *testing.F) {
	client, server := examples(f)
	for _, example := range append(append(client, server...), awkward...) {
		f.Add([]byte(example))
		f.Add([]byte(`{"k":` + example + `}`))
	}
	f.Fuzz(heldToChecks)
}

func BenchmarkDecodeSealed(b *testing.B) {
	frame := AppendEvent(nil, &rooms.Sealed{
		SealedBody: &rooms.SealedBody{At: time.UnixMilli(1767225600000), From: "0123456789abcdef", Body: make([]byte, 1162)}, WSeq: 119, Wrap: make([]byte, 61),
	})
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeServer(frame); err != nil {
			b.Fatal(err)
		}
	}
}
