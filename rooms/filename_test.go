package rooms_test

import (
	"encoding/json"
	"os"
	"testing"

	"sotto/rooms"
)

// The browser's own cleaning is held to the same vectors.
func TestFileNameVectors(t *testing.T) {
	text, err := os.ReadFile("testdata/filename.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors [][2]string
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		if got := rooms.CleanFileName(v[0]); got != v[1] {
			t.Errorf("%q is cleaned to %q, want %q", v[0], got, v[1])
		}
	}
}
