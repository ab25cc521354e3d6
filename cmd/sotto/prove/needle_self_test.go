//go:build e2e

package prove

import (
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unsafe"
)

// The scanner finds what it is made for, in whatever form, and nothing in noise.
func TestScannerFindsEveryForm(t *testing.T) {
	sign := newSign(nil)
	ip := net.IPv4(127, 201, 77, 93)
	key := make([]byte, 104)
	for i := range key {
		key[i] = byte(i*7 + 3)
	}
	var wide, cells []byte
	for _, unit := range utf16.Encode([]rune(sign)) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	for _, r := range sign {
		cells = append(cells, byte(r))
		cells = append(cells, make([]byte, 39)...)
	}
	addr := netip.MustParseAddr(ip.String())
	addr = netip.AddrFrom16(addr.As16())
	forms := map[string][]byte{
		"nothing":      nil,
		"UTF-8":        []byte(sign),
		"JSON escapes": []byte(`\u00` + strings.Join(strings.Split(hexOf(sign), " "), `\u00`)),
		"base64":       []byte(base64.StdEncoding.EncodeToString([]byte("x" + sign + "yz"))),
		"base64url":    []byte(base64.URLEncoding.EncodeToString([]byte("ab" + sign))),
		"UTF-16":       wide,
		"cells":        cells,
		"coloured":     []byte(strings.Join(strings.Split(sign, ""), "\x1b[0;31m")),
		"key":          key,
		"key, base64":  []byte(base64.StdEncoding.EncodeToString(key)),
		"net.IP":       ip.To16(),
		"netip.Addr":   unsafe.Slice((*byte)(unsafe.Pointer(&addr)), 16),
		"address text": []byte("127.201.77.93:40000"),
	}
	needles := append(append(signForms(sign), keyForms(key)...), addressForms(ip)...)
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			noise := make([]byte, 1<<16)
			for i := range noise {
				noise[i] = byte(i * i >> 3)
			}
			counts, _ := search(slices.Concat(noise, form, noise), sign, needles)
			if (len(counts) > 0) != (form != nil) {
				t.Errorf("found %v", counts)
			}
		})
	}
}

// In a few megabytes of base64 no word is found that is not there.
func TestScannerIgnoresBase64(t *testing.T) {
	noise := make([]byte, 6<<20)
	rand.NewChaCha8([32]byte{1}).Read(noise)
	coded := []byte(base64.StdEncoding.EncodeToString(noise))
	for range 3 {
		sign := newSign(nil)
		if counts, shown := search(coded, sign, signForms(sign)); len(counts) > 0 {
			t.Errorf("found %v: %q", counts, shown[0].around)
		}
	}
}

func hexOf(s string) string {
	const digits = "0123456789abcdef"
	var pairs []string
	for _, b := range []byte(s) {
		pairs = append(pairs, string([]byte{digits[b>>4], digits[b&15]}))
	}
	return strings.Join(pairs, " ")
}

// A sign that the program's own code happens to hold is no sign of people.
func TestSignIsNotInTheProgram(t *testing.T) {
	// How Go copies eighty bytes on amd64; the search once took it for words.
	code := "D\x0f\x106D\x0f\x117D\x0f\x10v\x10D\x0f\x11w\x10D\x0f\x10v D\x0f\x11w D\x0f\x10v0D\x0f\x11w0D\x0f\x10v@D\x0f\x11w@"
	if !holdsSign([]byte(code), "vwvwvwvw") {
		t.Error("it is not found in code")
	}
	if holdsSign([]byte(code), "zqjxkzqj") {
		t.Error("a sign is found that is not there")
	}
	program := staticProgram(t)
	if sign := newSign(program); holdsSign(program, sign) {
		t.Errorf("%q is in the program", sign)
	}
}
