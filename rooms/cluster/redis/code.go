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
// stamp, an id and a body. What is published is a kind, and then the body that is passed, or
// entries with their length of 4 bytes before each.
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

func decodeEntry(s string) (cluster.Entry, error) {
	if len(s) < stampBytes+idBytes {
		return cluster.Entry{}, errGarbled
	}
	stamp, err := decodeStamp(s[:stampBytes])
	if err != nil {
		return cluster.Entry{}, err
	}
	e := cluster.Entry{Stamp: stamp, Body: []byte(s[stampBytes+idBytes:])}
	copy(e.ID.Node[:], s[stampBytes:])
	e.ID.Count = binary.BigEndian.Uint64([]byte(s[stampBytes+16 : stampBytes+idBytes]))
	return e, nil
}

// decodeEntries reads entries that were published.
func decodeEntries(s string) (all []cluster.Entry, err error) {
	for len(s) > 0 {
		if len(s) < 4 {
			return nil, errGarbled
		}
		n := binary.BigEndian.Uint32([]byte(s[:4]))
		if s = s[4:]; uint64(n) > uint64(len(s)) {
			return nil, errGarbled
		}
		e, err := decodeEntry(s[:n])
		if err != nil {
			return nil, err
		}
		all, s = append(all, e), s[n:]
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
