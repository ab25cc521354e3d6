package redis

import (
	"bytes"
	"encoding/binary"
	"testing"

	"sotto/rooms/cluster"
)

// FuzzDecodeEntries: whatever is published is read, or refused; what is read is what there was.
func FuzzDecodeEntries(f *testing.F) {
	entry := make([]byte, stampBytes+idBytes+3)
	f.Add(binary.BigEndian.AppendUint32(nil, uint32(len(entry))))
	f.Add(append(binary.BigEndian.AppendUint32(nil, uint32(len(entry))), entry...))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, in []byte) {
		entries, err := decodeEntries(string(in))
		if err != nil {
			return
		}
		var out []byte
		for _, e := range entries {
			out = binary.BigEndian.AppendUint32(out, uint32(stampBytes+idBytes+len(e.Body)))
			at := len(out) + 16
			out = binary.BigEndian.AppendUint64(out, e.Epoch)
			out = binary.BigEndian.AppendUint64(out, e.Number)
			out = append(out, in[at:at+8]...)
			out = append(out, encodeDraft(cluster.Draft{ID: e.ID, Body: e.Body})...)
		}
		if !bytes.Equal(in, out) {
			t.Fatalf("%x became %x", in, out)
		}
	})
}
