package markup

import (
	"strings"
)

// Bounds of what can open a block.
const (
	maxFenceIndent = 3  // spaces; more is code that was pasted, not a fence
	minFence       = 3  // backticks; fewer are code within a line
	maxLang        = 32 // bytes; twice the longest name of a language
	maxItemIndent  = 12 // spaces; three levels of four
	maxItemDigits  = 3  // more is a year or an amount
)

// Parse returns the blocks of a clean text. It never fails: what is not markup
// is text.
func Parse(text string) []Block {
	return parseBlocks(strings.Split(text, "\n"), 0)
}

func parseBlocks(lines []string, depth int) []Block {
	var b builder
	closing := longestClosing(lines)
	for i := 0; i < len(lines); {
		if ticks, lang := openingFence(lines[i]); ticks > 0 && closing[i+1] >= ticks {
			end := i + 1
			for closingFence(lines[end]) < ticks {
				end++
			}
			b.add(Code{Lang: lang, Text: strings.Join(lines[i+1:end], "\n")})
			i = end + 1
			continue
		}
		if depth < MaxDepth {
			if inner := quoted(lines[i:]); inner != nil {
				b.add(Quote{parseBlocks(inner, depth+1)})
				i += len(inner)
				continue
			}
		}
		b.line(lines[i])
		i++
	}
	b.end()
	return b.blocks
}

// builder gathers lines into the paragraph or list that they belong to.
type builder struct {
	blocks    []Block
	paragraph []Line // of the paragraph that is open
	items     []Item // of the list that is open; never both
	indents   []int  // of the items around and including the last, rising
	text      int    // the indentation of the last item's text
}

// add ends what is open and adds a whole block.
func (b *builder) add(block Block) {
	b.end()
	b.blocks = append(b.blocks, block)
}

// end ends what is open.
func (b *builder) end() {
	switch {
	case b.paragraph != nil:
		b.blocks = append(b.blocks, Paragraph{b.paragraph})
	case b.items != nil:
		b.blocks = append(b.blocks, List{b.items})
	}
	b.paragraph, b.items, b.indents = nil, nil, nil
}

// line adds a line that is neither code nor quoted.
func (b *builder) line(line string) {
	indent := leading(line, ' ')
	if marker := itemMarker(line[indent:]); marker != "" && indent <= maxItemIndent {
		if b.items == nil {
			b.end()
		}
		b.text = indent + len(marker) + 1
		b.items = append(b.items, Item{Marker: marker, Depth: b.nest(indent), Lines: []Line{parseLine(line[b.text:])}})
		return
	}
	if b.items != nil && indent >= b.text && indent < len(line) {
		last := &b.items[len(b.items)-1]
		last.Lines = append(last.Lines, parseLine(line[b.text:]))
		return
	}
	if b.items != nil {
		b.end()
	}
	b.paragraph = append(b.paragraph, parseLine(line))
}

// nest returns the depth of an item that is indented by indent.
func (b *builder) nest(indent int) int {
	for len(b.indents) > 0 && b.indents[len(b.indents)-1] > indent {
		b.indents = b.indents[:len(b.indents)-1]
	}
	if n := len(b.indents); n == 0 || n < MaxDepth && b.indents[n-1] < indent {
		b.indents = append(b.indents, indent)
	}
	return len(b.indents) - 1
}

// itemMarker returns the marker if s begins an item of a list, else "".
func itemMarker(s string) string {
	n := 0
	if s != "" && (s[0] == '-' || s[0] == '*') {
		n = 1
	} else if digits := digits(s); 0 < digits && digits <= maxItemDigits && strings.HasPrefix(s[digits:], ".") {
		n = digits + 1
	}
	if n == 0 || len(s) < n+2 || s[n] != ' ' || s[n+1] == ' ' || !telling(s[n+1:]) {
		return ""
	}
	return s[:n]
}

// telling reports whether there is more than ASCII punctuation and white space
// in s, which a drawing is made of.
func telling(s string) bool {
	for _, r := range s {
		if !asciiPunct(r) && !space(r) {
			return true
		}
	}
	return false
}

// quoted returns what the quote that lines begin with quotes, line by line, or
// nil if they begin with none.
func quoted(lines []string) []string {
	var inner []string
	for _, line := range lines {
		if !strings.HasPrefix(line, ">") {
			break
		}
		blank := leading(line[1:], ' ') == len(line)-1
		if blank && inner == nil || !blank && line[1] != ' ' {
			break
		}
		inner = append(inner, strings.TrimPrefix(line[1:], " "))
	}
	return inner
}

// openingFence returns how many backticks open a code block on this line, and
// its language; 0 if none do.
func openingFence(line string) (ticks int, lang string) {
	ticks, rest := fence(line)
	lang = strings.Trim(rest, " ")
	if len(lang) > maxLang {
		return 0, ""
	}
	for i := range len(lang) {
		if c := rune(lang[i]); !asciiAlnum(c) && !strings.ContainsRune("+#._-", c) {
			return 0, ""
		}
	}
	return ticks, lang
}

// closingFence returns how many backticks could close a code block on this
// line; 0 if none could.
func closingFence(line string) int {
	ticks, rest := fence(line)
	if strings.Trim(rest, " ") != "" {
		return 0
	}
	return ticks
}

func fence(line string) (ticks int, rest string) {
	indent := leading(line, ' ')
	ticks = leading(line[indent:], '`')
	if indent > maxFenceIndent || ticks < minFence {
		return 0, ""
	}
	return ticks, line[indent+ticks:]
}

// longestClosing returns for each index the longest closing fence from that
// line on, so that no fence is searched for in vain.
func longestClosing(lines []string) []int {
	longest := make([]int, len(lines)+1)
	for i := len(lines) - 1; i >= 0; i-- {
		longest[i] = max(longest[i+1], closingFence(lines[i]))
	}
	return longest
}

// leading returns how many c s begins with.
func leading(s string, c byte) int {
	n := 0
	for n < len(s) && s[n] == c {
		n++
	}
	return n
}

// digits returns how many ASCII digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}
