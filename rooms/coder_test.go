package rooms

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// written are records and states by chance, as they are written.
func written(t testing.TB, seed uint64) (records [][]byte, snapshot []byte) {
	t.Helper()
	kind := []Kind{KindOpen, KindSealed}[seed%2]
	c := &chance{Rand: rand.New(rand.NewPCG(seed, 29)), kind: kind, at: time.Unix(1e9, 0)}
	s := newState(kind)
	for range 200 {
		rec := c.record(&s)
		b, err := rec.Encode()
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, b)
		s.apply(rec)
	}
	snapshot, err := s.encode()
	if err != nil {
		t.Fatal(err)
	}
	return records, snapshot
}

// FuzzRecord reads whatever comes. What is a record is written as it was, and does no harm
// to a room.
func FuzzRecord(f *testing.F) {
	for seed := range uint64(4) {
		records, _ := written(f, seed)
		for _, b := range records {
			f.Add(b)
		}
	}
	_, open := written(f, 0)
	_, sealed := written(f, 1)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := DecodeRecord(b)
		if err != nil {
			return
		}
		again, err := r.Encode()
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x was read as %+v and written as %x: %v", b, r, again, err)
		}
		for _, snapshot := range [][]byte{open, sealed} {
			s, err := decodeState(snapshot)
			if err != nil {
				t.Fatal(err)
			}
			s.apply(r)
			s.apply(Record{At: r.At.Add(time.Hour), Op: tick{}})
		}
	})
}

// FuzzSnapshot reads whatever comes. What is a room is written as it was, and goes on.
func FuzzSnapshot(f *testing.F) {
	for seed := range uint64(6) {
		_, b := written(f, seed)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := decodeState(b)
		if err != nil {
			return
		}
		again, err := s.encode()
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x was read and written as %x: %v", b, again, err)
		}
		c := &chance{Rand: rand.New(rand.NewPCG(1, 2)), kind: s.kind, at: time.Unix(1e9, 0)}
		for range 100 {
			s.apply(c.record(s))
		}
		s.apply(Record{At: time.Unix(9e9, 0), Op: tick{}})
	})
}

// TestCodersRefuse holds that nothing is written or read that is too long, cut off, followed
// by something, or of another version.
func TestCodersRefuse(t *testing.T) {
	long := strings.Repeat("x", MaxTextBytes)
	b, err := Record{Op: Say{Text: long}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]Record{
		"a text":                      {Op: Say{Text: long + "x"}},
		"an id":                       {Op: Sync{ID: strings.Repeat("x", MaxIDBytes+1)}},
		"a list":                      {Op: Leap{To: make([]string, MaxRoomSize+1)}},
		"a body":                      {Op: Seal{Body: make([]byte, MaxSealedBytes+1)}},
		"wraps that are each allowed": {Op: Seal{Body: make([]byte, MaxSealedBytes), Wraps: manyWraps(SealedRoomSize)}},
		"an op that is on no record":  {Op: Ack{}},
		"no op":                       {},
	} {
		if _, err := r.Encode(); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	for n := range b {
		if _, err := DecodeRecord(b[:n]); err == nil {
			t.Fatalf("%d of %d bytes were read", n, len(b))
		}
	}
	if _, err := DecodeRecord(append(b, 0)); err == nil {
		t.Error("what follows a record was overlooked")
	}
	b[0]++
	if _, err := DecodeRecord(b); !errors.Is(err, errCodeSince) {
		t.Errorf("a record of another version was read: %v", err)
	}
	if _, err := DecodeRecord(make([]byte, MaxRecordBytes+1)); !errors.Is(err, errLongCode) {
		t.Errorf("a record that is too long: %v", err)
	}
	if _, err := decodeState(make([]byte, MaxSnapshotBytes+1)); !errors.Is(err, errLongCode) {
		t.Errorf("a snapshot that is too long: %v", err)
	}
}

func manyWraps(n int) map[string][]byte {
	wraps := make(map[string][]byte)
	for i := range n {
		wraps[string(rune('A'+i))] = make([]byte, MaxWrapBytes)
	}
	return wraps
}

// TestFullRoomIsWritten holds that a room fits a snapshot that is as full as it can be.
func TestFullRoomIsWritten(t *testing.T) {
	s := newState(KindOpen)
	at := time.Unix(1e9, 0)
	c := &chance{Rand: rand.New(rand.NewPCG(3, 4)), kind: KindOpen}
	for n := range MaxRoomSize {
		s.apply(Record{At: at, From: c.id(), Op: enter{via: ViaWeb, nicks: []Nick{newNick(fmt.Sprint("n", n))}, size: MaxRoomSize, hello: strings.Repeat("h", MaxHelloBytes)}})
	}
	people := s.roster.order
	for range RememberedWriters + 1 {
		m := anyOf(c, people)
		s.apply(Record{At: at, From: m.ID, Gen: 1, Op: Say{Text: "x"}})
	}
	for n := 0; s.memory.reactions < MaxRememberedReactions-1; n++ {
		said := s.memory.newest()[n%RememberedMessages]
		m := people[n/RememberedMessages]
		s.apply(Record{At: at, From: m.ID, Gen: 1, Op: React{Re: said.seq, Emoji: "🏴󠁧󠁢󠁥󠁮󠁧󠁿", On: true}})
	}
	b, err := s.encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := decodeState(b)
	if err != nil {
		t.Fatal(err)
	}
	if b2, err := again.encode(); err != nil || !bytes.Equal(b, b2) {
		t.Error("it is another when it is read")
	}
	t.Logf("%d people, %d messages, %d reactions: %d bytes", len(people), len(s.memory.said), s.memory.reactions, len(b))
}
