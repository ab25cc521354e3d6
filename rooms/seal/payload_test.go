package seal

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"sotto/rooms/behaviour"
)

// A text is read as one thing by everybody: see the script.
func TestPayloadsScript(t *testing.T) {
	var script struct {
		About []string
		Cases []struct {
			Text, Hex        string
			Reads            map[string]any
			Refused, Unknown bool
		}
	}
	behaviour.Read(t, "payloads", &script)
	deep := strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001)
	long := strings.Repeat("x", 32_000)
	newer := strings.Repeat("\U000113b9", 1_000)
	for _, c := range script.Cases {
		text := []byte(strings.NewReplacer("DEEP", deep, "LONG", long, "NEWER", newer).Replace(c.Text))
		if c.Hex != "" {
			var err error
			if text, err = hex.DecodeString(c.Hex); err != nil {
				t.Fatal(err)
			}
		}
		p, err := decodePayload(text)
		switch {
		case c.Unknown:
			if !errors.Is(err, errKind) {
				t.Errorf("%q%s: read as %+v, %v; want an unknown kind", c.Text, c.Hex, p, err)
			}
		case c.Refused:
			if !errors.Is(err, errPayload) {
				t.Errorf("%q%s: read as %+v, %v; want it refused", c.Text, c.Hex, p, err)
			}
		default:
			var reads map[string]any
			if err == nil {
				err = json.Unmarshal(p.encode(), &reads)
			}
			if err != nil || !reflect.DeepEqual(reads, c.Reads) {
				t.Errorf("%q: read as %v, %v; want %v", c.Text, reads, err, c.Reads)
			}
		}
	}
}

// A reference names a message in text that any language's JSON can carry.
func TestReferenceAsJSON(t *testing.T) {
	hash := Hash{0, 1, 2, 0xab, 4, 5, 6, 0xff, 8: 9, 15: 0xf0}
	p := payload{T: "say", Text: "yes", Re: &hash}
	const name = "000102ab040506ff09000000000000f0"
	const want = `{"t":"say","text":"yes","re":"` + name + `"}`
	if have := string(p.encode()); have != want {
		t.Fatalf("encoded %s, want %s", have, want)
	}
	back, err := decodePayload([]byte(want))
	if err != nil || *back.Re != *p.Re {
		t.Fatalf("decoded %+v, %v", back.Re, err)
	}
	for _, bad := range []string{strings.ToUpper(name), name[:30], name + "00", "zz" + name[2:], ""} {
		if _, err := decodePayload([]byte(strings.Replace(want, name, bad, 1))); err == nil {
			t.Errorf("%q passes as a hash", bad)
		}
	}
}

// FuzzPayload reads what a hostile member may seal: it is refused, or what is left
// of it is clean, so that cleaning it again changes nothing.
func FuzzPayload(f *testing.F) {
	key := strings.Repeat("A", 43)
	const re = `"re":"000102ab040506ff09000000000000f0"`
	for _, seed := range []string{
		`{"t":"say","text":"yes","re":"000102ab040506ff09000000000000f0"}`, `{"t":"ask"}`, `{"t":"view","shown":[{"id":"000102ab040506ff","nick":"anna"},{"id":"000102ab040506f0","nick":"guest-1a2b3c4d"}]}`, `{"t":"step"}`, `{"t":"confirm","nick":"anna","topic":{"text":"tea","at":1}}`,
		`{"t":"offer","file":{"name":"plan.pdf","size":7,"key":"` + key + `","sum":"` + key + `"}}`, `{"t":"offer"}`, `{"t":"typing"}`,
		`{"t":"say","text":"lunch?","options":["pizza","soup"]}`, `{"t":"react",` + re + `,"emoji":"❤️","on":false}`, `{"t":"react",` + re + `,"emoji":"10","on":true}`,
		`{"t":"react",` + re + `,"emoji":"👩🏽‍🤝‍👨🏻","on":true}`, `{"t":"retract",` + re + `}`, `{"t":"amend",` + re + `,"text":"dinner?"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := decodePayload(text)
		if err != nil {
			return
		}
		again, err := decodePayload(p.encode())
		if err != nil || !reflect.DeepEqual(again, p) {
			t.Errorf("%q is read as %+v, then %+v (%v)", text, p, again, err)
		}
	})
}
