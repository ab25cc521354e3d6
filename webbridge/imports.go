package webbridge

import "bytes"

// What stands before the path of another module, or of a stylesheet that a module brings.
var (
	fromWords  = []byte("from ")
	styleWords = []byte("export const style = ")
)

// A reference is where a module names another file, by a path from where it stands.
type reference struct {
	start, end int // of all of it in the module, from its first word to the quotation mark
	path       string
	style      bool // a stylesheet's
}

// references are all in a module, in their order. Like uncommented it reads by hand, for
// the same reason.
func references(source []byte) []reference {
	var all []reference
	for least, at := 0, 0; ; at++ {
		n := bytes.IndexByte(source[at:], '"')
		if n < 0 {
			return all
		}
		at += n
		path, _, ended := bytes.Cut(source[at+1:], []byte(`"`))
		if !ended || !isRelative(path) {
			continue
		}
		before := source[least:at] // what an earlier one has not
		words := fromWords
		if bytes.HasSuffix(before, styleWords) {
			words = styleWords
		}
		start := at - len(words)
		if !bytes.HasSuffix(before, words) || start > 0 && isWord(source[start-1]) {
			continue
		}
		least = at + len(path) + len(`""`)
		all = append(all, reference{start, least, string(path), words[0] == 'e'})
		at = least - 1
	}
}

// isRelative is whether a name is a path from where its module stands.
func isRelative(name []byte) bool {
	rest, ok := bytes.CutPrefix(name, []byte("./"))
	if !ok {
		rest, ok = bytes.CutPrefix(name, []byte("../"))
	}
	return ok && len(rest) > 0
}

// isWord is whether a character can be within a name.
func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// importLength is that of the statement, with the end of its line, that source begins with
// if it imports names from another module and gives them no others: import { a, b } from "c";
// In a bundle it says nothing. Otherwise it is 0.
func importLength(source []byte) int {
	text, ok := bytes.CutPrefix(source, []byte("import {"))
	if !ok {
		return 0
	}
	for ok {
		text = bytes.TrimLeft(text, spaces)
		name := bytes.TrimLeftFunc(text, func(r rune) bool { return r < 0x80 && isWord(byte(r)) })
		if len(name) == len(text) {
			return 0
		}
		text, ok = bytes.CutPrefix(name, []byte(","))
		if ok {
			if after := bytes.TrimLeft(text, spaces); len(after) == 0 || !isWord(after[0]) {
				ok = false
			}
		}
	}
	text, ok = bytes.CutPrefix(bytes.TrimLeft(text, spaces), []byte(`} from "`))
	if !ok {
		return 0
	}
	n := bytes.IndexByte(text, '"')
	if n <= 0 {
		return 0
	}
	text, ok = bytes.CutPrefix(text[n:], []byte("\";\n"))
	if !ok {
		return 0
	}
	return len(source) - len(text)
}
