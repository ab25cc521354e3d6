package sframe

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"strconv"
	"testing"
)

type vectors struct {
	RFC struct {
		KID, Counter                                            uint64
		Base, Secret, Key, Salt, Nonce, Metadata, Frame, Sealed string
	}
	Metadata string
	Ours     []struct {
		Step                int
		KID, Counter        uint64
		Base, Frame, Sealed string
	}
	Refused []string
	Headers []struct{ KID, Counter, Encoded string }
}

func readVectors(t testing.TB) (v vectors) {
	file, err := os.ReadFile("testdata/vectors.json")
	if err == nil {
		err = json.Unmarshal(file, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func unhex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVectors(t *testing.T) {
	v := readVectors(t)
	base := unhex(t, v.RFC.Base)
	if secret := hex.EncodeToString(extract(base)); secret != v.RFC.Secret {
		t.Errorf("the secret is %s", secret)
	}
	s := newSealer(base, v.RFC.KID)
	if nonce := s.nonce(v.RFC.Counter); hex.EncodeToString(s.salt[:]) != v.RFC.Salt || hex.EncodeToString(nonce[:]) != v.RFC.Nonce {
		t.Errorf("salt %x, nonce %x", s.salt, nonce)
	}
	check := func(s sealer, kid, counter uint64, metadata, frame, sealed []byte) {
		t.Helper()
		have := s.seal([]byte("before"), Header{kid, counter}, metadata, frame)
		if !bytes.Equal(have, append([]byte("before"), sealed...)) {
			t.Errorf("counter %d is sealed as %x, want %x", counter, have[6:], sealed)
		}
		h, n := ReadHeader(sealed)
		back, err := s.open(nil, h, n, metadata, sealed)
		if err != nil || !bytes.Equal(back, frame) {
			t.Errorf("counter %d opens as %x: %v", counter, back, err)
		}
	}
	check(s, v.RFC.KID, v.RFC.Counter, unhex(t, v.RFC.Metadata), unhex(t, v.RFC.Frame), unhex(t, v.RFC.Sealed))
	for _, each := range v.Ours {
		step, of := [BaseBytes]byte(unhex(t, v.Ours[0].Base)), each
		for range of.Step {
			ratchet(&step)
		}
		if !bytes.Equal(step[:], unhex(t, of.Base)) {
			t.Fatalf("step %d has the base key %x", of.Step, step)
		}
		check(newSealer(step[:], of.KID), of.KID, of.Counter, unhex(t, v.Metadata), unhex(t, of.Frame), unhex(t, of.Sealed))
	}
}

func TestHeaders(t *testing.T) {
	v := readVectors(t)
	for _, each := range v.Headers {
		kid, _ := strconv.ParseUint(each.KID, 16, 64)
		counter, _ := strconv.ParseUint(each.Counter, 16, 64)
		want := Header{kid, counter}
		if have := hex.EncodeToString(want.Append(nil)); have != each.Encoded {
			t.Errorf("%x is written %s, want %s", want, have, each.Encoded)
		}
		if have, n := ReadHeader(append(unhex(t, each.Encoded), 1, 2, 3)); have != want || n != len(each.Encoded)/2 {
			t.Errorf("%s is read as %x, of %d bytes", each.Encoded, have, n)
		}
	}
	for _, each := range v.Refused {
		if h, n := ReadHeader(unhex(t, each)); n != 0 {
			t.Errorf("%s is read as %x", each, h)
		}
	}
	if len(v.Headers) != 17*17 {
		t.Errorf("%d headers", len(v.Headers))
	}
}

// Whatever a header is read of, it is written as what was read; and no frame that nobody
// sealed gives anything.
func FuzzOpen(f *testing.F) {
	v := readVectors(f)
	for _, each := range v.Headers {
		f.Add(unhex(f, each.Encoded))
	}
	for _, each := range v.Ours {
		f.Add(unhex(f, each.Sealed))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		h, n := ReadHeader(frame)
		if n > 0 && !bytes.Equal(h.Append(nil), frame[:n]) {
			t.Errorf("%x is read as %x, of %d bytes", frame, h, n)
		}
		ring := NewRing()
		if err := ring.Add(Member{1}, nil, Key{KID: h.KID & MaxKID}); err != nil {
			t.Fatal(err)
		}
		if out, _, err := ring.Receiver().Open(nil, frame, 0); err == nil || out != nil {
			t.Errorf("%x opens as %x", frame, out)
		}
	})
}
