package main

import (
	"slices"
	"testing"
)

// Markers are found once each, in whatever order and pieces the stream comes.
func TestMarkers(t *testing.T) {
	stream := "\x1b[H" + lineOf(1) + "\r\nzq" + lineOf(70000) + lineOf(2) + "z" + lineOf(1) + lineOf(0) + "zqa"
	want := []int64{1, 70000, 2}
	for size := range len(stream) {
		var m markers
		var got []int64
		for piece := range slices.Chunk([]byte(stream), size+1) {
			m.find(piece, func(number int64) { got = append(got, number) })
		}
		if !slices.Equal(got, want) {
			t.Fatalf("in pieces of %d: %v, want %v", size+1, got, want)
		}
	}
}
