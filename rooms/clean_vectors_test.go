package rooms_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the files under testdata anew")

// vectorOf is one text and what becomes of it, for the browser's twins of this
// package's parsers. What is not valid UTF-8 can't stand in JSON and never
// reaches them.
type vectorOf struct {
	Name string `json:"name"`
	Text string `json:"text"`
	Want string `json:"want"`
}

func TestCleanVectors(t *testing.T) {
	var vectors []vectorOf
	for _, test := range cleanTests {
		if utf8.ValidString(test.text) {
			vectors = append(vectors, vectorOf{test.name, test.text, test.want})
		}
	}
	checkVectors(t, "testdata/clean.json", vectors)
}

// checkVectors compares a file with what it should hold.
func checkVectors(t *testing.T, file string, vectors any) {
	t.Helper()
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(vectors); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(file); err != nil || !bytes.Equal(have, want.Bytes()) {
		t.Errorf("%s is not of this table; go test ./rooms -run Vectors -update writes it (%v)", file, err)
	}
}
