package client_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"

	"sotto/rooms"
)

// What is passed arrives; what a participant does not take is dropped beyond the
// room's own bound, and the words behind it are not.
func TestPassedIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		anna, bob := w.join("den", "anna"), w.join("den", "bob")
		a, b := await[*rooms.Welcome](anna).You, await[*rooms.Welcome](bob).You
		anna.do(rooms.Offer{ID: "1", File: rooms.File{
			Name: "plan.pdf", Size: 1, Key: strings.Repeat("k", rooms.FileKeyBytes), Sum: strings.Repeat("s", rooms.FileSumBytes),
		}})
		if own, theirs := await[*rooms.Offered](anna), await[*rooms.Offered](bob); own.ID != "1" || theirs.ID != "" || own.File != theirs.File {
			t.Errorf("own %+v, theirs %+v", own, theirs)
		}
		const chunks = 40
		for range chunks {
			bob.do(rooms.Pass{To: []string{a.ID}, Body: []byte("more")})
			if p := await[*rooms.Passed](anna); p.From != b.ID || string(p.Body) != "more" {
				t.Fatalf("anna was passed %+v", p)
			}
			anna.do(rooms.Pass{To: []string{b.ID}, Body: bytes.Repeat([]byte("c"), rooms.MaxPassBytes)})
			synctest.Wait()
		}
		anna.do(rooms.Say{Text: "words"})
		synctest.Wait()
		passed := 0
		for {
			event, err := bob.next()
			if err != nil {
				t.Fatal(err)
			}
			if _, words := event.(*rooms.Said); words {
				break
			}
			if _, ok := event.(*rooms.Passed); ok {
				passed++
			}
		}
		if most := rooms.PassQueueBytes / rooms.MaxPassBytes; passed != most {
			t.Errorf("%d of %d chunks waited, want %d", passed, chunks, most)
		}
	})
}
