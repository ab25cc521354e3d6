//go:build e2e

package prove

import (
	"bufio"
	"bytes"
	"debug/elf"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// A needle is something that must not be in a dump, in one of its forms.
type needle struct {
	of, form string
	bytes    []byte
}

// A sign is the word that marks everything people bring along in one run: eight
// letters at random, none of which a nick's skeleton replaces. It is not in the
// program from the start: "v w v w" is how a processor is told to copy memory.
func newSign(program []byte) string {
	const letters = "jkqvwxz" // rare, so that they do not come together by chance
	for {
		sign := make([]byte, 8)
		for i := range sign {
			sign[i] = letters[rand.IntN(len(letters))]
		}
		if !holdsSign(program, string(sign)) {
			return string(sign)
		}
	}
}

func holdsSign(program []byte, sign string) bool {
	found, _ := search(program, sign, signForms(sign))
	return len(found) > 0
}

// staticProgram is the program that startStatic starts.
func staticProgram(t *testing.T) []byte {
	t.Helper()
	program, err := os.ReadFile(e2e.StaticBinary(t))
	must(t, err)
	return program
}

// signForms are the ways in which a program may hold a word. Cells are looked
// for by spread.
func signForms(sign string) (all []needle) {
	add := func(form string, b []byte) { all = append(all, needle{"the sign", form, b}) }
	add("UTF-8", []byte(sign))
	add("upper case", []byte(strings.ToUpper(sign)))
	add("hexadecimal", []byte(hex.EncodeToString([]byte(sign))))
	var escaped strings.Builder
	for _, r := range sign {
		fmt.Fprintf(&escaped, `\u%04x`, r)
	}
	add("JSON escapes", []byte(escaped.String()))
	for shift := range 3 {
		// Without the characters that the neighbours have a part in.
		coded := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), sign...))
		coded = coded[(shift*8+5)/6 : (shift+len(sign))*8/6]
		add(fmt.Sprintf("base64, shifted by %d", shift), []byte(coded))
	}
	return all
}

// keyForms are the ways in which a program may hold a public key, from its wire
// form.
func keyForms(wire []byte) []needle {
	secretive := wire[len(wire)-24:] // the end of the point: no part of it is the same in all keys
	return []needle{
		{"the offered key", "binary", secretive},
		{"the offered key", "base64", []byte(base64.StdEncoding.EncodeToString(wire)[48:80])},
		{"the offered key", "hexadecimal", []byte(hex.EncodeToString(secretive))},
	}
}

// addressForms are the ways in which Go and the kernel's structures hold an
// IPv4 address: text, net.IP in 16 bytes, netip.Addr, and a socket address
// after its port as an integer.
func addressForms(ip net.IP) []needle {
	four := ip.To4()
	name := "the address " + ip.String()
	backwards := make([]byte, 0, 8)
	backwards = binary.LittleEndian.AppendUint64(backwards, 0xffff<<32|uint64(binary.BigEndian.Uint32(four)))
	return []needle{
		{name, "text", []byte(ip.String())},
		{name, "net.IP", append([]byte{0, 0, 0, 0, 0xff, 0xff}, four...)},
		{name, "netip.Addr", backwards},
		{name, "syscall.SockaddrInet4", append(make([]byte, 6), four...)},
	}
}

// A hit is a needle that was found.
type hit struct {
	needle
	offset int
	around string
}

func (h hit) String() string {
	return fmt.Sprintf("%s as %s at %#x: %q", h.of, h.form, h.offset, h.around)
}

// search looks for needles, and for the sign one character per cell, in memory.
// It tells how often each form was found, and shows the first few of each.
func search(dump []byte, sign string, needles []needle) (counts map[string]int, shown []hit) {
	f := newFinds(dump)
	f.all(needles)
	for at := 0; ; at++ {
		i := bytes.IndexByte(dump[at:], sign[0])
		if i < 0 {
			break
		}
		at += i
		if length := spread(dump[at:], sign); length > 0 {
			f.found(needle{of: "the sign", form: fmt.Sprintf("a character per cell of about %d bytes", (length-1)/(len(sign)-1))}, at, length)
		}
	}
	return f.counts, f.shown
}

// finds is what was found in a dump: how often each form, and the first few of each.
type finds struct {
	dump   []byte
	counts map[string]int
	shown  []hit
}

func newFinds(dump []byte) *finds { return &finds{dump: dump, counts: make(map[string]int)} }

func (f *finds) found(n needle, at, length int) {
	what := n.of + " as " + n.form
	if f.counts[what]++; f.counts[what] <= 4 {
		f.shown = append(f.shown, hit{n, at, string(f.dump[max(0, at-48):min(len(f.dump), at+length+48)])})
	}
}

// all looks for needles, thousands if need be. It reads every byte, which the race
// detector would watch.
//
//go:norace
func (f *finds) all(needles []needle) {
	byBegin := make([][]needle, 1<<16) // by their first two bytes
	for _, n := range needles {
		begin := binary.LittleEndian.Uint16(n.bytes)
		byBegin[begin] = append(byBegin[begin], n)
	}
	for at := range max(0, len(f.dump)-1) {
		for _, n := range byBegin[binary.LittleEndian.Uint16(f.dump[at:])] {
			if bytes.HasPrefix(f.dump[at:], n.bytes) {
				f.found(n, at, len(n.bytes))
			}
		}
	}
}

// memoryIn is the memory in a core file, all mappings one after another; one page
// of zeros stands for any number of them, since most of a core is memory that was
// never used. The notes beside the mappings hold the threads' registers, which
// keep the last few bytes that a thread has copied until it copies others;
// PRIVACY.md says so.
func memoryIn(file string) (all []byte, err error) {
	core, err := elf.Open(file)
	if err != nil {
		return nil, err
	}
	defer core.Close()
	page, zeros := make([]byte, 4096), make([]byte, 4096)
	for _, part := range core.Progs {
		if part.Type != elf.PT_LOAD {
			continue
		}
		mapping := bufio.NewReaderSize(part.Open(), 1<<20)
		for blank := false; ; {
			n, err := io.ReadFull(mapping, page)
			if empty := bytes.Equal(page[:n], zeros[:n]); !empty || !blank {
				all = append(all, page[:n]...)
				blank = empty
			}
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				break
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// cellBytes is the largest cell that is looked for: a character between its
// colours, in bytes or as a struct.
const cellBytes = 64

// spread reports how long the sign is at the beginning of b with something
// between its characters: a fixed distance, as in UTF-16, UTF-32 and arrays of
// cells, or up to 16 bytes that differ, as with escape sequences.
func spread(b []byte, sign string) int {
	for stride := 2; stride <= cellBytes; stride++ {
		if (len(sign)-1)*stride < len(b) && holdsAt(b, sign, stride) {
			return (len(sign)-1)*stride + 1
		}
	}
	at := 0
	for i := 1; i < len(sign); i++ {
		gap := bytes.IndexByte(b[at+1:min(len(b), at+18)], sign[i])
		if gap < 0 || gap > 0 && bytes.IndexFunc(b[at+1:at+1+gap], uncoded) < 0 {
			return 0
		}
		at += gap + 1
	}
	if at == len(sign)-1 {
		return 0 // in one piece, which is found already
	}
	return at + 1
}

// uncoded reports whether r is no character of base64. Between letters that are
// spread out there is always one, be it an escape, a quote or a zero; between the
// letters of a few megabytes of base64 any word is spread out somewhere.
func uncoded(r rune) bool {
	return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=", r)
}

func holdsAt(b []byte, sign string, stride int) bool {
	for i := 1; i < len(sign); i++ {
		if b[i*stride] != sign[i] {
			return false
		}
	}
	return true
}
