package webbridge

import "bytes"

// blanks and spaces are what a line may begin with, and what an empty one consists of.
const (
	blanks = " \t"
	spaces = " \t\n\f\r"
)

// uncommented leaves out what scripts and stylesheets are written with for their readers
// alone: lines that are only a comment, a comment behind code that no quotation mark
// follows, and indentation and empty lines. It is a quarter of what a first load would
// take. It knows lines, not the languages, so no string of several lines may have any of
// it that matters.
//
// It reads once, by hand: tests start the program hundreds of times, under a race detector
// that makes every step of a regular expression dear.
func uncommented(source []byte) []byte {
	kept := make([]byte, 0, len(source))
	for len(source) > 0 {
		if n := commentLine(source); n > 0 {
			source = source[n:]
			continue
		}
		line, rest, ended := bytes.Cut(source, []byte("\n"))
		if line = bytes.TrimLeft(withoutRemark(line), spaces); len(line) > 0 {
			kept = append(kept, line...)
			if ended {
				kept = append(kept, '\n')
			}
		}
		source = rest
	}
	return kept
}

// commentLine is the length of the lines that source begins with if they are only a
// comment, their end included: one of //, or one in /* */ without another asterisk.
func commentLine(source []byte) int {
	text := bytes.TrimLeft(source, blanks)
	end := -1
	switch {
	case bytes.HasPrefix(text, []byte("//")):
		end = bytes.IndexByte(text, '\n')
	case bytes.HasPrefix(text, []byte("/*")):
		asterisk := len("/*") + bytes.IndexByte(text[len("/*"):], '*')
		if asterisk >= len("/*") && bytes.HasPrefix(text[asterisk:], []byte("*/\n")) {
			end = asterisk + len("*/")
		}
	}
	if end < 0 {
		return 0
	}
	return len(source) - len(text) + end + 1
}

// withoutRemark is a line without the comment behind its code, which a blank, two slashes
// and a space begin: the first of them that no quotation mark follows.
func withoutRemark(line []byte) []byte {
	for start := 0; ; start++ {
		n := bytes.Index(line[start:], []byte("// "))
		if n < 0 {
			return line
		}
		start += n
		code := bytes.TrimRight(line[:start], blanks)
		if len(code) < start && !bytes.ContainsAny(line[start:], "\"'`") {
			return code
		}
	}
}
