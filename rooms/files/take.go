package files

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"time"

	"sotto/rooms/seal"
)

// Sink is where a file goes that is taken. It is written from the beginning to
// the end, then kept or dropped.
type Sink interface {
	Write(p []byte) (int, error)
	// Keep makes the file whole, and says where it is.
	Keep() (name string, err error)
	// Drop removes all traces of it.
	Drop()
}

// take is the taker's end of one transfer.
type take struct {
	key      seal.FileKey
	from     string // member id of the offerer
	size     uint64
	sum      string
	sink     Sink
	hash     hash.Hash
	next     uint32 // every chunk below it is written
	chunks   uint32
	upto     uint32 // asked for
	reported uint32 // the next that was missing when that was last told, plus one
	moved    time.Time
	heard    time.Time // when the last chunk came, wanted or not
	patience time.Duration
}

func newTake(key seal.FileKey, from string, size uint64, sum string, sink Sink, now time.Time) *take {
	return &take{
		key: key, from: from, size: size, sum: sum, sink: sink, hash: sha256.New(),
		chunks: chunksOf(size), moved: now, heard: now, patience: AgainAfter,
	}
}

// bytes is how much is written.
func (t *take) bytes() uint64 { return min(uint64(t.next)*ChunkBytes, t.size) }

// ask makes a report that wants a window beyond what is there.
func (t *take) ask(k kind, window uint32) Pass {
	t.upto = min(t.next+window, t.chunks)
	return reportTo(t.from, t.key, report{k, t.next, t.upto})
}

var errDamaged = errors.New("the file was damaged on its way")

// chunk takes a chunk. It returns what to answer, and whether the file is whole;
// an error ends the transfer.
func (t *take) chunk(n uint32, data []byte, window uint32, now time.Time) (answer []Pass, whole bool, err error) {
	switch {
	case n < t.next:
		t.heard = now // the line is busy with what was asked for twice
		return nil, false, nil
	case n > t.next:
		t.heard = now
		if t.reported == t.next+1 {
			return nil, false, nil
		}
		t.reported = t.next + 1
		return []Pass{t.ask(again, window)}, false, nil
	}
	data = data[:min(ChunkBytes, t.size-uint64(n)*ChunkBytes)]
	if _, err := t.sink.Write(data); err != nil {
		return nil, false, fmt.Errorf("it could not be written: %w", err)
	}
	t.hash.Write(data)
	t.next++
	t.patience = min(max(AgainAfter, 4*now.Sub(t.moved)), AgainLatest)
	t.moved, t.heard = now, now
	if t.next == t.chunks {
		if string(t.hash.Sum(nil)) != t.sum {
			return nil, false, errDamaged
		}
		return nil, true, nil
	}
	if t.upto-min(t.upto, t.next) <= window/2 {
		return []Pass{t.ask(want, window)}, false, nil
	}
	return nil, false, nil
}

// tick asks again after silence. expired says that there was too much of it.
func (t *take) tick(window uint32, now time.Time) (answer []Pass, expired bool) {
	switch {
	case now.Sub(t.moved) >= GiveUpAfter:
		return nil, true
	case now.Sub(t.heard) < t.patience:
		return nil, false
	}
	t.heard, t.patience = now, min(2*t.patience, AgainLatest)
	return []Pass{t.ask(again, window)}, false
}

// due is when tick has something to do.
func (t *take) due() time.Time {
	return sooner(t.moved.Add(GiveUpAfter), t.heard.Add(t.patience))
}
