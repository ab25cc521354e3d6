//go:build e2e

package e2e_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
	"sotto/rooms/seal"
)

// helloOf makes the hello of any 32 bytes, as whoever has the link can.
func helloOf(secret seal.Secret, key []byte) []byte {
	mac := func(key []byte, parts ...[]byte) []byte {
		h := hmac.New(sha256.New, key)
		for _, part := range parts {
			h.Write(part)
		}
		return h.Sum(nil)
	}
	room, _ := hex.DecodeString(seal.Open(secret).Name()) // it is hexadecimal
	keys := mac(mac([]byte("sotto/v2 extract"), secret[:]), []byte("sotto/v2 hello\x00\x01"))
	id := sha256.Sum256(slices.Concat([]byte("sotto/v2 member\x00"), room, key))
	return slices.Concat([]byte{2}, key, mac(keys, []byte{2}, room, id[:16], key))
}

// crowd are members whom only a server shows.
type crowd struct {
	n int
	s *theatre
}

func (c *crowd) come(hellos ...[]byte) {
	for _, hello := range hellos {
		c.n++
		c.s.Inject(e2e.Frame{"t": "joined", "seq": 1.0, "member": e2e.Frame{"id": fmt.Sprintf("crowd%d", c.n), "nick": "", "via": "web", "hello": based(hello)}})
	}
}

// Hellos that are none, by the thousand, of the first version, of keys that fit any
// secret or stand in two forms, and more good ones than fit: each is said to be what it
// is, and the page stays quick.
func TestPageBearsACrowd(t *testing.T) {
	anna := stage(t)
	bob := anna.joins("bob")
	c := &crowd{s: anna}
	for _, f := range append(anna.Said(), anna.Sent()...) { // hellos of those who are here
		member, _ := f["member"].(map[string]any)
		for _, hello := range []any{f["hello"], member["hello"]} {
			if hello != nil {
				c.come(unbased(t, hello))
			}
		}
	}
	anna.WaitFor("Somebody who had left was shown once more (2 so far).")
	one := make([]byte, 32)
	one[0] = 1
	notCanonical := slices.Repeat([]byte{0xff}, 32)
	notCanonical[0], notCanonical[31] = 0xf6, 0x7f // 9 once more
	topBit := make([]byte, 32)
	topBit[0], topBit[31] = 9, 0x80
	for _, key := range [][]byte{make([]byte, 32), one, notCanonical, topBit} {
		c.come(helloOf(anna.secret, key))
	}
	anna.WaitFor("Somebody without this room’s key tried to come in (4 so far). They were not let in and can read nothing.")
	old := make([]byte, 64) // of the first version
	rand.Read(old)
	c.come(old, old, old, old)
	anna.WaitFor("Somebody whose program speaks another version of sealed rooms tried to come in (8 so far).")
	for range 1000 {
		junk := make([]byte, 65)
		rand.Read(junk)
		junk[0] = 2
		c.come(junk)
	}
	began := time.Now()
	bob.say("through a thousand")
	anna.WaitFor("through a thousand")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("behind a thousand hellos a message takes %v", took)
	}
	anna.WaitFor("(512 so far)")
	if people := anna.Evaluate(`document.getElementById("people-count").textContent`); people != "2" {
		t.Errorf("%s people are shown", people)
	}
	anna.kind("sealed: only the people in this room can read this")

	room := seal.Open(anna.secret)
	for range seal.MaxMembers { // one more than fits beside anna and bob
		c.come(room.NewMe().Hello())
	}
	bob.say("through a crowd")
	anna.WaitFor("through a crowd")
	anna.kind("62 with the link, silent")
	say(anna.Page, "to bob alone")
	bob.hears("to bob alone")
	for n := range c.n {
		if sealed := anna.sealedTo(fmt.Sprintf("crowd%d", n+1)); sealed != 0 {
			t.Fatalf("%d messages were sealed to somebody who said nothing", sealed)
		}
	}
}

// What the server says of gaps and times is not believed, and who sends what is far
// ahead in their numbers delays nobody else.
func TestPageBelievesNoNumbers(t *testing.T) {
	anna := stage(t)
	bob, carl := anna.joins("bob"), anna.joins("carl")
	for _, gap := range []string{`{"t":"gap","missed":-5,"seq":1}`, `{"t":"gap","missed":9007199254740991,"seq":9007199254740991}`, `{"t":"gap","missed":1e400,"seq":0}`} {
		anna.Raw(gap)
	}
	var mu sync.Mutex
	at, drop := 0.0, false
	var last e2e.Frame
	anna.ToPage(func(f e2e.Frame) []e2e.Frame {
		mu.Lock()
		defer mu.Unlock()
		if f.Type() != "sealed" || f["wrap"] == nil {
			return []e2e.Frame{f}
		}
		if drop {
			drop = false
			return nil
		}
		last = f.With("at", at)
		return []e2e.Frame{last}
	})
	for i, time := range []float64{0, 9007199254740991, 1, 4e12} {
		mu.Lock()
		at = time
		mu.Unlock()
		text := fmt.Sprintf("said at %d", i)
		bob.say(text)
		anna.WaitFor(text)
	}
	if at := anna.Evaluate(`[...document.querySelectorAll("time")].map((each) => each.dateTime).filter((at) => Math.abs(Date.parse(at) - Date.now()) > 864e5).join(" ")`); at != "" {
		t.Errorf("said at %s", at)
	}
	mu.Lock()
	drop = true
	mu.Unlock()
	bob.say("dropped")
	anna.Raw(`{"t":"gap","missed":9007199254740991,"seq":0}`)
	bob.say("not dropped")
	anna.WaitFor("1 message of bob is missing here", "not dropped")
	if gaps := anna.Evaluate(`String(document.querySelectorAll(".gap").length)`); gaps != "1" {
		t.Errorf("%s gaps are shown, want the one", gaps)
	}

	// Bob's newest message again, a thousand times, as if 4,096 were between.
	mu.Lock()
	frame := last
	mu.Unlock()
	wrap := unbased(t, frame["wrap"])
	counter := binary.BigEndian.Uint32(wrap[5:])
	number := binary.BigEndian.Uint32(wrap[9:])
	for i := range uint32(1000) {
		binary.BigEndian.PutUint32(wrap[5:], counter+4096-i%7)
		binary.BigEndian.PutUint32(wrap[9:], number+1+i)
		anna.Inject(frame.With("wrap", based(wrap)))
	}
	began := time.Now()
	carl.say("meanwhile")
	anna.WaitFor("meanwhile")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("another member's words took %v", took)
	}
	carl.do(rooms.SetTopic{Text: "tea at six"})
	anna.WaitFor("carl set the topic: tea at six")
}
