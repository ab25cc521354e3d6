package seal

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"testing"
)

func TestMACIsHMAC(t *testing.T) {
	key, text := make([]byte, sha256.BlockSize), make([]byte, 300)
	rand.Read(key)
	rand.Read(text)
	for length := range len(key) + 1 {
		for cut := range len(text) {
			h := hmac.New(sha256.New, key[:length])
			h.Write(text[cut/2:])
			if have := mac(key[:length], text[cut/2:cut], nil, text[cut:]); !bytes.Equal(have[:], h.Sum(nil)) {
				t.Fatalf("another one for a key of %d bytes and a text of %d", length, len(text)-cut/2)
			}
		}
	}
}

func TestMACLeavesNothingInTheHeap(t *testing.T) {
	key, text := make([]byte, keyBytes), make([]byte, 300)
	if n := testing.AllocsPerRun(100, func() { mac(key, text, text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
