package seal

import (
	"fmt"
	"strings"
	"testing"

	"sotto/rooms/behaviour"
	"sotto/rooms/bip39"
)

func TestWordsScript(t *testing.T) {
	var script struct {
		About []string
		Cases []struct {
			Typed, Words string
			Wrong        int
			Near         *string
			Count        *int
		}
	}
	behaviour.Read(t, "words", &script)
	for _, c := range script.Cases {
		words, err := ParsePassphrase(c.Typed)
		want := ""
		switch {
		case c.Count != nil:
			want = fmt.Sprintf("you typed %d", *c.Count)
		case c.Near != nil && *c.Near != "":
			want = fmt.Sprintf("word %d is none of the list; did you mean %q?", c.Wrong, *c.Near)
		case c.Wrong > 0:
			want = fmt.Sprintf("word %d is none of the list", c.Wrong)
		}
		if words != c.Words || (err == nil) != (want == "") || err != nil && !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: %q, %v; want %q, %q", c.Typed, words, err, c.Words, want)
		}
	}
}

func TestWordListIsSorted(t *testing.T) {
	words := bip39.Words()
	if len(words) != 2048 || words[0] != "abandon" || words[2047] != "zoo" {
		t.Fatalf("the list has %d words", len(words))
	}
	for i := range words[1:] {
		if words[i] >= words[i+1] {
			t.Fatalf("%s stands before %s", words[i], words[i+1])
		}
	}
}
