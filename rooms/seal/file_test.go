package seal

import (
	"strings"
	"testing"
)

// Whatever is changed in a body, and whichever file it is said to belong to, it
// does not open.
func TestPassedBytesProveThemselves(t *testing.T) {
	key, other := NewFileKey(), NewFileKey()
	body := key.Seal([]byte("text"))
	if text, err := key.Open(body); err != nil || string(text) != "text" {
		t.Fatalf("opens to %q, %v", text, err)
	}
	if again := key.Seal([]byte("text")); string(again) == string(body) {
		t.Error("the same text has the same body twice")
	}
	for i := range body {
		forged := append([]byte(nil), body...)
		forged[i] ^= 1
		if _, err := key.Open(forged); err == nil {
			t.Errorf("opens with byte %d changed", i)
		}
	}
	for n := range body {
		if _, err := key.Open(body[:n]); err == nil {
			t.Errorf("opens with %d bytes", n)
		}
	}
	if _, err := other.Open(body); err == nil {
		t.Error("opens with another key")
	}
	id := other.ID()
	if _, err := other.Open(append(id[:], body[FileIDBytes:]...)); err == nil {
		t.Error("opens as another file's")
	}
}

// An offer comes from another member's program: its name is cleaned, and what
// can't be is refused.
func TestOfferIsCleaned(t *testing.T) {
	key := strings.Repeat("A", 43)
	offer := func(name, size, key, sum string) string {
		return `{"t":"offer","file":{"name":"` + name + `","size":` + size + `,"key":"` + key + `","sum":"` + sum + `"}}`
	}
	p, err := decodePayload([]byte(offer(`../../.ssh/\u001b[2Jkeys`, "7", key, key)))
	if err != nil || p.File.Name != "keys" {
		t.Errorf("read as %+v, %v", p.File, err)
	}
	for name, bad := range map[string]string{
		"nothing":        `{"t":"offer"}`,
		"a huge file":    offer("a", "67108865", key, key),
		"half a file":    offer("a", "1.5", key, key),
		"a short key":    offer("a", "1", "AAAA", key),
		"a padded sum":   offer("a", "1", key, key+"="),
		"a second form":  offer("a", "1", key[1:]+"B", key),
		"no key":         offer("a", "1", "", key),
		"negative bytes": offer("a", "-1", key, key),
	} {
		if _, err := decodePayload([]byte(bad)); err == nil {
			t.Errorf("%s passes as an offer", name)
		}
	}
}
