package bip39

import (
	"slices"
	"testing"
)

func TestList(t *testing.T) {
	words := Words()
	if len(words) != 2048 || !slices.IsSorted(words) {
		t.Fatalf("%d words, in order: %v", len(words), slices.IsSorted(words))
	}
	begun := make(map[string]string)
	for _, word := range words {
		begin := word[:min(4, len(word))]
		if other, ok := begun[begin]; ok {
			t.Errorf("%s is like %s", word, other)
		}
		begun[begin] = word
		if !Has(word) || Has(word+"x") {
			t.Errorf("%s is on the list, and nothing longer", word)
		}
	}
}
