package rooms

import (
	"fmt"
	"strings"
	"testing"
)

// told is what a hole that missed these would tell of them.
func (h *hole) toldOf(events ...Event) (told []string) {
	for _, e := range events {
		h.note(newEntry(e))
	}
	for i, change := range h.mends.told() {
		switch e := change(uint64(i)).(type) {
		case *Reacted:
			told = append(told, fmt.Sprintf("%d %s %v", e.Re, e.Emoji, e.On))
		case *Amended:
			told = append(told, fmt.Sprintf("%d=%s", e.Re, e.Text))
		case *Retracted:
			told = append(told, fmt.Sprintf("%d gone", e.Re))
		}
	}
	return told
}

func TestMissedMends(t *testing.T) {
	h := newHole()
	got := h.toldOf(
		&Said{Seq: 100, Text: "x"},
		&Reacted{Seq: 101, Re: 100, Emoji: "👍", On: true}, // of what its owner has not got
		&Reacted{Seq: 102, Re: 9, Emoji: "👍", On: true},
		&Amended{Seq: 103, Re: 9, Text: "older"},
		&Amended{Seq: 104, Re: 8, Text: "secret"},
		&Reacted{Seq: 105, Re: 8, Emoji: "👍", On: true},
		&Amended{Seq: 106, Re: 9, Text: "newer"},
		&Retracted{Seq: 107, Re: 8},
		&Retracted{Seq: 108, Re: 100},
	)
	if want := "9 👍 true|9=newer|8 gone"; strings.Join(got, "|") != want {
		t.Errorf("told %q, want %q", got, want)
	}
	if h.mends.bytes != len("newer") {
		t.Errorf("%d bytes of text", h.mends.bytes)
	}
}

// Beyond its bounds a hole keeps no more of what became of earlier messages, but for what
// was taken back.
func TestMissedMendsAreBounded(t *testing.T) {
	h := newHole()
	h.note(newEntry(&Said{Seq: 2000}))
	text := strings.Repeat("x", MaxTextBytes)
	for n := range uint64(20) {
		h.note(newEntry(&Amended{Seq: 2001 + n, Re: 1 + n, Text: text}))
	}
	if want := MissedMendBytes / MaxTextBytes; len(h.mends.kept) != want || h.mends.bytes != want*MaxTextBytes {
		t.Errorf("%d texts of %d bytes", len(h.mends.kept), h.mends.bytes)
	}
	h.note(newEntry(&Amended{Seq: 2100, Re: 1, Text: "in the place of another"}))
	for n := range uint64(2 * MissedMends) {
		h.note(newEntry(&Reacted{Seq: 2200 + n, Re: 1 + n%1000, Emoji: "👍", On: n < 1000}))
	}
	if len(h.mends.kept) != MissedMends {
		t.Errorf("%d are kept", len(h.mends.kept))
	}
	for n := range uint64(RememberedMessages) {
		h.note(newEntry(&Retracted{Seq: 5000 + n, Re: 1 + n}))
	}
	if len(h.mends.kept) != RememberedMessages || h.mends.bytes != 0 {
		t.Errorf("%d were taken back, %d bytes are kept", len(h.mends.kept), h.mends.bytes)
	}
}
