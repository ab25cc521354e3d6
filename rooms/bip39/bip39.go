// Package bip39 is the English word list of BIP-39: 2,048 words, none of them like
// another in its first four letters. It knows nothing of what the words open.
package bip39

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed words.txt
var text string

var list = sync.OnceValue(func() []string { return strings.Fields(text) })

// Words is the list, in the order of the alphabet. It must not be changed.
func Words() []string { return list() }

// Has reports whether a word is on the list.
func Has(word string) bool {
	_, has := slices.BinarySearch(list(), word)
	return has
}
