package seal

import (
	_ "embed"
	"strings"
	"sync"
)

// wordsText is the English word list of BIP-39: 2,048 words, none of them like
// another in its first four letters.
//
//go:embed words.txt
var wordsText string

var wordList = sync.OnceValue(func() []string { return strings.Fields(wordsText) })
