package rooms

// sealedBytes is how much of a sealed message anybody gets at most.
func sealedBytes(op Seal) int {
	largest := 0
	for _, wrap := range op.Wraps {
		largest = max(largest, len(wrap))
	}
	return len(op.Body) + largest
}

const (
	// frameBytes is what a frame of words takes beside them, in bytes: numbers, a
	// time, the longest names, and what each layer below adds.
	frameBytes = 192
	// fileBytes is what a file's key and sum take.
	fileBytes = 128
)

// escapedBytes is how long a clean text is in JSON.
func escapedBytes(text string) int {
	n := len(text)
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' {
			n++
		}
	}
	return n
}
