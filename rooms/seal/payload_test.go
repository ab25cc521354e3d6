package seal

import (
	"reflect"
	"strings"
	"testing"
)

// A reference names a message in text that any language's JSON can carry.
func TestReferenceAsJSON(t *testing.T) {
	id := ID{0, 1, 2, 0xab, 4, 5, 6, 0xff}
	p := payload{T: "say", Text: "yes", Re: &reference{From: id, Number: 7}}
	const want = `{"t":"say","text":"yes","re":{"from":"000102ab040506ff","n":7}}`
	if have := string(p.encode()); have != want {
		t.Fatalf("encoded %s, want %s", have, want)
	}
	back, err := decodePayload([]byte(want))
	if err != nil || *back.Re != *p.Re {
		t.Fatalf("decoded %+v, %v", back.Re, err)
	}
	for _, bad := range []string{"000102AB040506ff", "000102ab040506", "000102ab040506ff00", "zz0102ab040506ff", ""} {
		if _, err := decodePayload([]byte(strings.Replace(want, "000102ab040506ff", bad, 1))); err == nil {
			t.Errorf("%q passes as an id", bad)
		}
	}
}

// FuzzPayload reads what a hostile member may seal: it is refused, or what is left
// of it is clean, so that cleaning it again changes nothing.
func FuzzPayload(f *testing.F) {
	key := strings.Repeat("A", 43)
	for _, seed := range []string{
		`{"t":"say","text":"yes","re":{"from":"000102ab040506ff","n":7}}`, `{"t":"confirm","nick":"anna","topic":{"text":"tea","at":1}}`,
		`{"t":"offer","file":{"name":"plan.pdf","size":7,"key":"` + key + `","sum":"` + key + `"}}`, `{"t":"offer"}`, `{"t":"typing"}`,
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
