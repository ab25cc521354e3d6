package files

import (
	"encoding/binary"
	"errors"

	"sotto/rooms/seal"
)

// kind says what a text is. The zero kind is a chunk, the others are reports.
type kind byte

const (
	chunk     kind = 0
	want      kind = 1 // taker: send the chunks from next up to upto
	again     kind = 2 // taker: the same, and go back to next
	done      kind = 3 // taker: the file is whole
	quit      kind = 4 // taker: I take no more
	withdrawn kind = 5 // offerer: there is no more to take
)

const (
	reportBytes = 1 + 4 + 4
	textBytes   = 1 + 4 + ChunkBytes
)

// report is what the two ends tell each other. Numbers are of chunks.
type report struct {
	kind       kind
	next, upto uint32
}

func (r report) encode() []byte {
	text := binary.BigEndian.AppendUint32([]byte{byte(r.kind)}, r.next)
	return binary.BigEndian.AppendUint32(text, r.upto)
}

// errText is the error for a text that this version doesn't know.
var errText = errors.New("something was passed that is neither a chunk nor a report")

// decodeReport reads a report on a file of so many chunks.
func decodeReport(text []byte, chunks uint32) (report, error) {
	if len(text) != reportBytes {
		return report{}, errText
	}
	r := report{kind(text[0]), binary.BigEndian.Uint32(text[1:]), binary.BigEndian.Uint32(text[5:])}
	if r.kind < want || r.kind > withdrawn || r.next > chunks || r.upto > chunks {
		return report{}, errText
	}
	return r, nil
}

// encodeChunk writes a chunk; data is filled up with zeros.
func encodeChunk(n uint32, data []byte) []byte {
	text := make([]byte, textBytes)
	binary.BigEndian.PutUint32(text[1:], n)
	copy(text[5:], data)
	return text
}

// decodeChunk reads a chunk.
func decodeChunk(text []byte) (n uint32, data []byte, err error) {
	if len(text) != textBytes || kind(text[0]) != chunk {
		return 0, nil, errText
	}
	return binary.BigEndian.Uint32(text[1:]), text[5:], nil
}

// chunksOf is how many chunks a file of so many bytes has: an empty one has one too.
func chunksOf(size uint64) uint32 { return uint32(max(1, (size+ChunkBytes-1)/ChunkBytes)) }

// Pass is something to be passed on: a report to one, or a chunk to some.
type Pass struct {
	To   []string // member ids
	Body []byte
}

func reportTo(to string, key seal.FileKey, r report) Pass {
	return Pass{To: []string{to}, Body: key.Seal(r.encode())}
}
