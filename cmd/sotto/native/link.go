package native

import (
	"regexp"
	"strings"
	"unicode"
)

const (
	// keyLetters is how long a key stands in a link.
	keyLetters = 43
	// maxPasted is how much is looked through for a link, in bytes: a page of text.
	maxPasted = 4096
)

var (
	linkDecoration = regexp.MustCompile("[<>\"'`“”‘’«»()\\[\\]\u0085\ufeff]")
	invitedToS     = regexp.MustCompile(`^\s*\S+/r/s#[\w-]{22}\s*$`) // to the open room s: no cut key
	linkKey        = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)
)

// tidyLink finds a link into a sealed room in what somebody pasted: among other words
// and links, wrapped, in brackets, with a full stop. It returns the first as it is
// written, or how many characters its key lacks, or neither. The twin of readLink in the
// page's sealed/link.js, held to the same script (rooms/behaviour/links.json).
func tidyLink(pasted string) (link string, cut int) {
	if len(pasted) > maxPasted || invitedToS.MatchString(pasted) {
		return "", 0
	}
	packed := linkDecoration.ReplaceAllString(strings.ReplaceAll(pasted, "%23", "#"), " ")
	for word := range strings.FieldsSeq(packed) {
		whole, short := readLink(fromScheme(word))
		if whole != "" {
			return whole, 0
		}
		if cut == 0 {
			cut = short
		}
	}
	// It may have been wrapped: then lines of it are all that stands from there on.
	var joined strings.Builder
	last := strings.LastIndexFunc(packed[:max(strings.LastIndex(packed, "://"), 0)], unicode.IsSpace)
	for line := range strings.SplitSeq(fromScheme(packed[last+1:]), "\n") {
		joined.WriteString(strings.TrimSpace(line))
	}
	if len(strings.Fields(joined.String())) == 1 {
		if whole, short := readLink(joined.String()); whole != "" || cut == 0 {
			return whole, short
		}
	}
	return "", cut
}

// linkBegun reports whether a line can be the beginning of a link into a sealed room:
// its key is too short, or does not begin in it.
func linkBegun(line string) bool {
	link, cut := tidyLink(line)
	if link != "" {
		return false
	}
	_, address, found := strings.Cut(line, "://")
	return cut > 0 || found && !strings.Contains(address, "/r/") && !strings.Contains(address, "#")
}

// fromScheme is what is left of a text from its first scheme on.
func fromScheme(text string) string {
	at := max(strings.Index(text, "://"), 0)
	for at > 0 && 'a' <= text[at-1]|0x20 && text[at-1]|0x20 <= 'z' {
		at--
	}
	return text[at:]
}

// readLink reads a link that stands alone.
func readLink(link string) (whole string, cut int) {
	scheme, rest, _ := strings.Cut(strings.TrimRight(link, ".,;:!?"), "://")
	scheme = strings.ToLower(scheme)
	if scheme != "http" && scheme != "https" && scheme != "ssh" {
		return "", 0
	}
	address, key, _ := strings.Cut(rest, "#")
	address, _, _ = strings.Cut(address, "?") // what a chat adds to count who follows a link
	address = strings.TrimSuffix(address, "/")
	if added := strings.IndexAny(key, "?&"); added >= 0 {
		key = key[:added]
	}
	server := len(address) - len("/s")
	if server <= 0 || !strings.EqualFold(address[server:], "/s") || !linkKey.MatchString(key) || len(key) > keyLetters {
		return "", 0
	}
	host, path, _ := strings.Cut(address[:server], "/")
	if host == "" || strings.Contains(host, "@") || strings.Contains(address, `\`) {
		return "", 0 // it would lead elsewhere than it seems to
	}
	if short := keyLetters - len(key); short > 0 {
		return "", short
	}
	if path != "" {
		path = "/" + path
	}
	return scheme + "://" + strings.ToLower(host) + path + "/s/#" + key, 0
}

// isFolded reports whether a key's letters are all of one kind, which is so of one in a
// thousand million that are drawn: somebody's program wrote it so.
func isFolded(key string) bool {
	return len(key) == keyLetters && (key == strings.ToUpper(key) || key == strings.ToLower(key))
}
