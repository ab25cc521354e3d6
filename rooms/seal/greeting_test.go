package seal

import (
	"bytes"
	"crypto/mlkem"
	"crypto/rand"
	"slices"
	"testing"
)

// A greeting is wrapped in one form, and brings a key for ML-KEM or none: all hosts decide
// alike, whatever they could do with it.
func TestGreetingHasOneForm(t *testing.T) {
	room := Open(NewSecret())
	greets := func(t *testing.T, keyLength int, ek []byte) error {
		host, newcomer := NewSession(room.NewMe()), NewSession(room.NewMe())
		meet(t, host, newcomer, false)
		meet(t, newcomer, host, true)
		m := newcomer.Greet()
		if ek != nil {
			m.text = slices.Concat(m.text[:publicBytes], ek)
		}
		k := make([]byte, keyLength)
		rand.Read(k)
		sealed := newcomer.seal(m, k, noon)
		_, err := host.Open(sealed.Body, sealed.Wraps[host.me.ID], noon)
		return err
	}
	for _, n := range []int{1, 16, 31, 33, 100} {
		if greets(t, n, nil) == nil {
			t.Errorf("a greeting is taken that wraps %d bytes", n)
		}
	}
	bad := bytes.Repeat([]byte{255}, mlkem.EncapsulationKeySize768)
	if greets(t, keyBytes, bad) == nil || greets(t, keyBytes, bad[1:]) == nil {
		t.Error("a key is taken that is none")
	}
	good := make([]byte, mlkem.EncapsulationKeySize768)
	good[1149] = 255
	if err := greets(t, keyBytes, good); err != nil {
		t.Error(err)
	}
}
