package behaviour

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Place is a text for one of two twins' parsers, in which "◌" stands for a character.
type Place struct {
	Of    string
	Text  string
	Parse func(text string, r rune) string
}

// vector is what a parser makes of the characters in a place: a hash for each block of
// them.
type vector struct {
	Of     string   `json:"of"`
	Text   string   `json:"text"`
	Blocks []string `json:"blocks"`
}

const (
	blockOfCharacters = 1 << 12
	ofManyAlike       = 1 << 6 // one of so many is looked at
)

// manyAlike are signs for words or syllables, characters that nobody has given a meaning
// yet, and private ones.
var manyAlike = [][2]rune{{0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3}, {0xe000, 0xf8ff}, {0x17000, 0x187f7}, {0x20000, 0xdffff}, {0xf0000, 0x10ffff}}

// EveryCharacter holds parsers to a file of what each makes of every character there is;
// of many alike, of some.
// The tables of another engine, or of a later Go, may be of another Unicode: the twins in
// the browser are held to the same file.
func EveryCharacter(t *testing.T, file string, update bool, places []Place) {
	t.Helper()
	var vectors []vector
	for _, p := range places {
		v := vector{Of: p.Of, Text: p.Text}
		for first := rune(0); first <= unicode.MaxRune; first += blockOfCharacters {
			h := fnv.New32a()
			for r := first; r < first+blockOfCharacters; r++ {
				if utf8.ValidRune(r) && !passedOver(r) {
					fmt.Fprintln(h, p.Parse(strings.ReplaceAll(p.Text, "◌", string(r)), r))
				}
			}
			v.Blocks = append(v.Blocks, fmt.Sprintf("%08x", h.Sum32()))
		}
		vectors = append(vectors, v)
	}
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	for _, v := range vectors { // a line each
		if err := encoder.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	if update {
		if err := os.WriteFile(file, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(file); err != nil || !bytes.Equal(have, want.Bytes()) {
		t.Errorf("%s is not what these parsers make of every character; with -update the test writes it (%v)", file, err)
	}
}

func passedOver(r rune) bool {
	for _, alike := range manyAlike {
		if alike[0] < r && r < alike[1] && r%ofManyAlike != 0 {
			return true
		}
	}
	return false
}
