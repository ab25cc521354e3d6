package markup

import "strings"

// Words is what is left of a text without its markers, in one line with single
// spaces: for where a message is only hinted at. Linear in the length of text.
func Words(text string) string {
	var words []string
	gather(Parse(text), func(line string) { words = append(words, strings.Fields(line)...) })
	return strings.Join(words, " ")
}

// Plain is what is left of a text without its markers, line by line. Linear in the length
// of text.
func Plain(text string) string {
	var lines []string
	gather(Parse(text), func(line string) { lines = append(lines, line) })
	return strings.Join(lines, "\n")
}

// gather gives every line of blocks to take.
func gather(blocks []Block, take func(line string)) {
	lines := func(lines []Line) {
		for _, line := range lines {
			var all strings.Builder
			for _, span := range line {
				all.WriteString(span.Text)
			}
			take(all.String())
		}
	}
	for _, b := range blocks {
		switch b := b.(type) {
		case Paragraph:
			lines(b.Lines)
		case Code:
			take(b.Text)
		case Quote:
			gather(b.Blocks, take)
		case List:
			for _, item := range b.Items {
				lines(item.Lines)
			}
		}
	}
}

// CodeIn is the fenced code in a text, without the fences: one block below the other.
func CodeIn(text string) string {
	if !strings.Contains(text, "```") {
		return ""
	}
	return strings.Join(codeIn(Parse(text), nil), "\n")
}

func codeIn(blocks []Block, found []string) []string {
	for _, b := range blocks {
		switch b := b.(type) {
		case Code:
			found = append(found, b.Text)
		case Quote:
			found = codeIn(b.Blocks, found)
		}
	}
	return found
}
