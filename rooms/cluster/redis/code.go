package redis

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"sotto/rooms/cluster"
)

// How things are written in Redis, as the scripts have it too: a stamp is epoch, number and
// microseconds, of 8 bytes each; an id is a node of 16 bytes and a count of 8; an entry is a
// kind, its length from here on in 4 bytes, a stamp, an id and a body. What is published is
// entries as they are kept, or another kind and the body that is passed.
const (
	stampBytes = 24
	idBytes    = 24

	publishedEntries = 'E'
	publishedPassed  = 'P'
)

var errGarbled = errors.New("redis holds what no sotto wrote")

func decodeStamp(s string) (cluster.Stamp, error) {
	if len(s) != stampBytes {
		return cluster.Stamp{}, errGarbled
	}
	b := []byte(s)
	at := cluster.Stamp{Place: cluster.Place{Epoch: binary.BigEndian.Uint64(b), Number: binary.BigEndian.Uint64(b[8:])}}
	if us := binary.BigEndian.Uint64(b[16:]); us != 0 {
		at.At = time.UnixMicro(int64(us))
	}
	return at, nil
}

// decodeEntry reads the first of some entries.
func decodeEntry(s string) (e cluster.Entry, rest string, err error) {
	const head = 1 + 4
	if len(s) < head+stampBytes+idBytes || s[0] != publishedEntries {
		return e, "", errGarbled
	}
	n := uint64(binary.BigEndian.Uint32([]byte(s[1:head])))
	if s = s[head:]; n < stampBytes+idBytes || n > uint64(len(s)) {
		return e, "", errGarbled
	}
	s, rest = s[:n], s[n:]
	if e.Stamp, err = decodeStamp(s[:stampBytes]); err != nil {
		return e, "", err
	}
	copy(e.ID.Node[:], s[stampBytes:])
	e.ID.Count = binary.BigEndian.Uint64([]byte(s[stampBytes+16 : stampBytes+idBytes]))
	e.Body = []byte(s[stampBytes+idBytes:])
	return e, rest, nil
}

// decodeEntries reads entries that were published.
func decodeEntries(s string) (all []cluster.Entry, err error) {
	for len(s) > 0 {
		var e cluster.Entry
		if e, s, err = decodeEntry(s); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// encodeDraft writes the id of a draft and its body, the end of an entry.
func encodeDraft(d cluster.Draft) string {
	b := make([]byte, 0, idBytes+len(d.Body))
	b = append(b, d.ID.Node[:]...)
	b = binary.BigEndian.AppendUint64(b, d.ID.Count)
	return string(append(b, d.Body...))
}

// decimal writes places as scripts read them.
func decimal(p cluster.Place) (epoch, number string, err error) {
	if p.Epoch >= maxNumber || p.Number >= maxNumber {
		return "", "", fmt.Errorf("no room has come as far as epoch %d, number %d", p.Epoch, p.Number)
	}
	return strconv.FormatUint(p.Epoch, 10), strconv.FormatUint(p.Number, 10), nil
}

func micros(d time.Duration) string { return strconv.FormatInt(d.Microseconds(), 10) }
func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
