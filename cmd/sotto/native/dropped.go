package native

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// atHome is a path that may begin with "~/", which no shell has seen.
func atHome(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return path
}

// dropped is the path that is meant by what a terminal inserts where a file is dropped
// on it: a word for a shell, with quotes or backslashes, or a file's address. It reports
// false where it can't be one, or means itself.
func dropped(word string) (path string, ok bool) {
	path, ok = unquoted(word, filepath.Separator != '\\')
	if !ok {
		return "", false
	}
	if address, err := url.Parse(path); err == nil && address.Scheme == "file" && (address.Host == "" || address.Host == "localhost") {
		path = filepath.FromSlash(address.Path)
	}
	return path, path != word && path != ""
}

// unquoted is one word as a POSIX shell reads it (2.2, Quoting), and false for more
// than one, or an unfinished one. Where backslashes part folders they are themselves.
func unquoted(word string, escapes bool) (string, bool) {
	var b strings.Builder
	var quote byte // that is open; 0: none
	for i := 0; i < len(word); i++ {
		switch c := word[i]; {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == '\\' && escapes && quote != '\'':
			if i++; i == len(word) {
				return "", false
			}
			if quote == '"' && !strings.ContainsRune("$`\"\\", rune(word[i])) {
				b.WriteByte(c)
			}
			b.WriteByte(word[i])
		case quote == 0 && c == ' ':
			return "", false
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), quote == 0
}
