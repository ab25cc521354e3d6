package tui

// Calls reports whether words call somebody who goes by a name: it stands there as a
// word of its own, in any case (rooms/behaviour/mention.json).
func Calls(words, nick string) bool {
	name := newNeedle(nick, true)
	return name.in(words)
}
