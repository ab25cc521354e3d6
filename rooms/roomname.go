package rooms

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// RoomName is a valid name of a room: a letter or digit of a-z and 0-9, then
// letters, digits and hyphens, at most [MaxRoomNameBytes] in all.
type RoomName string

// address is what one room is found by. Open and sealed rooms never meet: one of
// each may go by the same name, so that nobody learns of a room by being kept
// out of it.
type address struct {
	kind Kind
	name RoomName
}

// sealedNameBytes is the length of the names that sealed rooms have: 128 bits of
// what their link says, in hexadecimal digits.
const sealedNameBytes = 32

// isSealedName reports whether a name can only be meant for a sealed room.
func isSealedName(name RoomName) bool {
	return len(name) == sealedNameBytes && strings.Trim(string(name), "0123456789abcdef") == ""
}

// errSealedName is for whoever asks for an open room by such a name, whether or
// not there is a sealed one.
var errSealedName = &Error{Code: NotAllowed, Message: "Sealed rooms have names like that: only sotto's own client and the browser can open one, with its link."}

// ParseRoomName returns s as a room name, with upper case folded. Anything that
// is not a name is refused with an *[Error] that says what would be, and which name
// may have been meant; it never repeats s, which may be anything.
func ParseRoomName(s string) (RoomName, error) {
	if name, ok := roomName(s); ok {
		return name, nil
	}
	if SealedLink(s) {
		return "", SealedLinkError(false)
	}
	if sealedShown.MatchString(s) {
		return "", errSealedShown
	}
	would := fmt.Sprintf("A room name is 1 to %d letters a-z, digits and hyphens, and begins with a letter or digit.", MaxRoomNameBytes)
	if meant := MeantRoomName(s); meant != "" {
		would += " Perhaps you mean " + string(meant) + "."
	}
	return "", &Error{Code: BadRoom, Message: would}
}

func roomName(s string) (name RoomName, ok bool) {
	if s == "" || len(s) > MaxRoomNameBytes {
		return "", false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-' && i > 0:
		default:
			return "", false
		}
	}
	// Not by way of a slice of bytes: a short one lies on the stack, and what
	// ended goroutines leave there is not overwritten. A copy, since s may be a
	// part of something longer that would live as long as the room.
	return RoomName(Apart(strings.Clone(strings.ToLower(s)))), true
}

// MeantRoomName is the name that somebody may have meant by what is none, or "" if
// nothing is clear enough: spaces and signs become hyphens, letters lose their marks,
// and of a link to a room its name is left. It is for showing, never for going there
// unseen. The browser's twin is web/static/text/roomname.js.
func MeantRoomName(typed string) RoomName {
	if len(typed) > maxMeantBytes || SealedLink(typed) {
		return ""
	}
	if i := strings.LastIndex(typed, "/r/"); i >= 0 {
		typed = typed[i+len("/r/"):]
	} else if keyed.MatchString(typed) {
		return "" // the link of a sealed room holds its key, which is to stand nowhere
	}
	if unescaped, err := url.PathUnescape(typed); err == nil {
		typed = unescaped
	}
	if sealedShown.MatchString(typed) || !known(typed) {
		return "" // a sealed room's, or what other ends would not agree on whether it has letters
	}
	var b strings.Builder
	for _, r := range strings.ToLower(norm.NFKD.String(typed)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.M, r), strings.ContainsRune("'’ʼ", r):
		case spelled[r] != "":
			b.WriteString(spelled[r])
		case unicode.IsLetter(r), unicode.IsNumber(r):
			return "" // of another script
		case !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	name, _ := roomName(strings.Trim(b.String(), "-"))
	return name
}

// maxMeantBytes is the longest text in which a name is looked for: a link.
const maxMeantBytes = 512

// spelled are the Latin letters that have no mark to lose.
var spelled = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i"}

// keyed is what may be a link with a key behind "#", or that key.
var keyed = regexp.MustCompile(`/s/|://|#.{22}`)

// keyLinked is a sealed room's link with its key or a piece of that, anywhere, or a key
// alone, which has no more than a name's letters but for some of them.
var keyLinked = regexp.MustCompile(`(?i)/s/?(?:\?[^#\s]*)?(?:#|%23)[\w-]|^\s*(?:(?:#|%23)[\w-]{22,}|[\w-]{43})\s*$`)

// sealedShown is as what a sealed room is shown to those in it. An open room of a like name
// is another one.
var sealedShown = regexp.MustCompile(`(?i)\bsealed:[0-9a-f]{6}\b`)

// errSealedShown is for whoever asks for a room by that.
var errSealedShown = &Error{Code: BadRoom, Message: "Sealed rooms are shown like that, and have no name to go by: only sotto's own client and the browser can open one, with its link."}

// SealedLink reports whether what somebody wrote where a room's name could stand, and
// which is none, has a sealed room's key in it. The browser's twin is in
// web/static/text/roomname.js.
func SealedLink(typed string) bool {
	_, named := roomName(typed)
	return !named && keyLinked.MatchString(typed)
}

// SealedLinkError refuses such a link; seen: it reached the server as it was typed.
func SealedLinkError(seen bool) *Error {
	words := "That is a sealed room's link and no name: a browser opens it, or sotto join - on your own machine."
	if seen {
		words += " This server has now seen its key: make a new room."
	}
	return &Error{Code: BadRoom, Message: words}
}

// IsLink reports whether somebody wrote a link where a room's name could stand.
func IsLink(typed string) bool { return strings.Contains(typed, "://") }

// IsHere reports whether what somebody wants to join is the room that they are in, by
// its name or a link to it.
func IsHere(typed string, here RoomName, i Invitation) bool {
	name, ok := roomName(typed)
	return ok && name == here || typed != "" && (typed == i.Web || strings.HasSuffix(i.SSH, " "+typed) && IsLink(typed))
}
