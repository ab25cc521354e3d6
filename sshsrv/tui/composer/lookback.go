package composer

import "sotto/sshsrv/tui/needle"

// found is what was looked for in what was sent, and the numbers of the texts that hold it.
type found struct {
	done    bool
	words   string
	numbers []int
}

// LookBack returns the texts that were sent and hold words, in any case: their numbers,
// the newest first, and none twice. All hold no words. It looks once, until other words
// are looked for or something else is there.
func (c *Composer) LookBack(words string) (numbers []int) {
	h := &c.history
	if h.found.done && h.found.words == words {
		return h.found.numbers
	}
	what := needle.New(words, false)
	seen := make(map[string]bool)
	for i := len(h.sent) - 1; i >= 0; i-- {
		if text := h.sent[i]; !seen[text] && (words == "" || what.In(text)) {
			seen[text] = true
			numbers = append(numbers, i)
		}
	}
	h.found = found{true, words, numbers}
	return numbers
}

// Sent is a text that was sent, by its number.
func (c *Composer) Sent(number int) string { return c.history.sent[number] }

// Bring goes to a text that was sent, as the arrow keys do: what is written is kept below
// the newest.
func (c *Composer) Bring(number int) {
	c.history.found = found{}
	if number != c.history.number {
		c.endRun()
		c.walk(number - c.history.number)
	}
	c.at = len(c.text)
}
