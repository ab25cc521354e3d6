package files

import (
	"bytes"
	"testing"
)

func FuzzTexts(f *testing.F) {
	f.Add(report{want, 1, 9}.encode(), uint32(9))
	f.Add(encodeChunk(3, []byte("data")), uint32(4))
	f.Fuzz(func(t *testing.T, text []byte, chunks uint32) {
		if r, err := decodeReport(text, chunks); err == nil && (!bytes.Equal(r.encode(), text) || r.next > chunks || r.upto > chunks) {
			t.Errorf("%x is read as %+v", text, r)
		}
		if n, data, err := decodeChunk(text); err == nil && !bytes.Equal(encodeChunk(n, data), text) {
			t.Errorf("%x is read as chunk %d", text, n)
		}
	})
}
