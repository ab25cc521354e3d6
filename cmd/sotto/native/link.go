package native

import (
	"regexp"
	"strings"
)

// keyLetters is how long a key stands in a link.
const keyLetters = 43

var (
	linkDecoration = regexp.MustCompile("[<>\"'`“”‘’«»()\\[\\]]")
	linkApart      = regexp.MustCompile(`(?i)[a-z]+://\S+`)
	linkParts      = regexp.MustCompile(`(?i)^(https?|ssh)://([^#]*?)/s/?#?([^#]*)$`)
	linkKey        = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)
)

// tidyLink finds a link into a sealed room in what somebody pasted: among other words,
// wrapped, in brackets, with a full stop. It returns it as it is written, or how many
// characters its key lacks, or neither. The twin of readLink in the page's
// sealedlink.js, held to the same script (rooms/behaviour/links.json).
func tidyLink(pasted string) (link string, cut int) {
	packed := linkDecoration.ReplaceAllString(strings.ReplaceAll(pasted, "%23", "#"), " ")
	apart := linkApart.FindString(packed)
	link, cut = readLink(apart)
	if link != "" {
		return link, 0
	}
	joined := strings.Join(strings.Fields(packed), "") // it was wrapped
	if at := linkApart.FindStringIndex(joined); at != nil {
		if whole, short := readLink(joined[at[0]:]); whole != "" || cut == 0 {
			return whole, short
		}
	}
	return "", cut
}

func readLink(link string) (whole string, cut int) {
	parts := linkParts.FindStringSubmatch(strings.TrimRight(link, ".,;:!?"))
	if parts == nil || !linkKey.MatchString(parts[3]) || len(parts[3]) > keyLetters {
		return "", 0
	}
	if short := keyLetters - len(parts[3]); short > 0 {
		return "", short
	}
	host, path, _ := strings.Cut(parts[2], "/")
	if path != "" {
		path = "/" + path
	}
	return strings.ToLower(parts[1]) + "://" + strings.ToLower(host) + path + "/s/#" + parts[3], 0
}
