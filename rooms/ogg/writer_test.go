package ogg_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"sotto/rooms/ogg"
)

// What is written is one stream: pages in order, granules that are the samples so far, an
// end; and what was written comes out, after 80 ms that are left out.
func TestWriter(t *testing.T) {
	var b bytes.Buffer
	w, err := ogg.NewWriter(&b, 77)
	if err != nil {
		t.Fatal(err)
	}
	began := b.Len()
	long := said(4, 1000)
	for _, err := range []error{w.Write(said(3, 255), 960), w.Silence(), w.Write(long, 960), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	packets, samples, err := read(bytes.NewReader(b.Bytes()))
	silence := []byte{0xf8, 0xff, 0xfe}
	want := [][]byte{silence, silence, silence, silence, said(3, 255), silence, long, silence}
	if err != nil || !equal(packets, want) || samples != 8*960 {
		t.Errorf("%d packets of %d samples, %v: %x", len(packets), samples, err, packets)
	}
	if began < 8<<10 || began > 9<<10 {
		t.Errorf("%d bytes before anything is said; a player wants some kilobytes before it begins", began)
	}

	var granules []uint64
	rest := b.Bytes()
	for n := uint32(0); len(rest) > 0; n++ {
		if serial, number := binary.LittleEndian.Uint32(rest[14:]), binary.LittleEndian.Uint32(rest[18:]); serial != 77 || number != n {
			t.Errorf("page %d is number %d of stream %d", n, number, serial)
		}
		size := 27 + int(rest[26])
		for _, s := range rest[27:size] {
			size += int(s)
		}
		ends := size == len(rest)
		if flags := rest[5]; flags&2 != 0 != (n == 0) || flags&4 != 0 != ends || flags&1 != 0 {
			t.Errorf("page %d has flags %x", n, flags)
		}
		granules = append(granules, binary.LittleEndian.Uint64(rest[6:]))
		rest = rest[size:]
	}
	for i, g := range granules {
		if want := uint64(max(0, i-1) * 960); g != want {
			t.Errorf("the granule of page %d is %d, want %d", i, g, want)
		}
	}
	if skip := binary.LittleEndian.Uint16(b.Bytes()[28+10:]); skip != 4*960 {
		t.Errorf("%d samples are left out", skip)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

var errBroken = errors.New("broken")

func TestWriterSaysThatItCannotWrite(t *testing.T) {
	if _, err := ogg.NewWriter(broken{}, 1); !errors.Is(err, errBroken) {
		t.Error(err)
	}
}
