package command

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sotto/rooms"
)

// Signs that begin a line, as input methods, phones and slips of the hand write
// them.
const (
	// likeSlash can't be told from a slash; what begins with one was meant as a
	// command, or to pass for one.
	likeSlash = "⁄∕⧸╱⟋〳㇓⁁"
	// likeBackslash is typed where a slash is meant by hands used to another
	// system.
	likeBackslash = `\∖⧵⧹╲⟍`
	// slips are what else stands on the slash's key, on one half of the world's
	// keyboards or the other.
	slips = "67?.:-&"
	// near are those that a hand strikes which misses the slash, wherever it is. They
	// begin ordinary talk as well, so it matters what comes behind them.
	near = `!?.,:;'"&%=+-()|§¿¡´\678`
)

// maxLead is how many signs may stand before a slash for the line to be looked at
// as a command that went wrong; behind more it is a drawing.
const maxLead = 64

// whispering are the commands whose words are for one person alone: behind a slip
// one of them is no speech.
var whispering = []string{"msg", "reply"}

// confiding are the commands behind which stands what is nobody else's business: words
// for one person, whom somebody does not want to hear, the key in a sealed room's link,
// the key of a room.
var confiding = append([]string{"ignore", "unignore", "join", keyed}, whispering...)

// upon are the commands by which a host does something to somebody.
var upon = []string{"host", "unhost", "remove", "mute", "unmute", "voice", "unvoice", "vote", "leap"}

// Begins reports whether a line begins as a command does, or as one that went
// wrong: it is not for the room as it stands, and that somebody types it is
// nobody's business.
func Begins(line string) bool {
	_, _, ok := cutSign(line)
	return ok || almost(line)
}

// Called returns the command that a line names, though it may lack arguments.
func Called(line string) (Entry, bool) {
	_, after, ok := cutSign(line)
	if !ok || doubled(after) {
		return Entry{}, false
	}
	name, _ := cutWord(after)
	return Lookup(syntax(name))
}

// Whisper returns the command by whose very name a line is for one person alone,
// though its slash may be a slip of the hand.
func Whisper(line string) (name string, ok bool) {
	_, after, ok := cutSign(line)
	if !ok && !almost(line) || ok && doubled(after) {
		return "", false
	}
	if typed, _ := cutWord(after); ok && syntax(typed) != "" {
		entry, _ := Lookup(syntax(typed))
		return entry.Name, slices.Contains(whispering, entry.Name)
	}
	line = plain(line)
	at := strings.IndexFunc(line, func(r rune) bool { return latin(narrow(r)) })
	if at < 0 {
		return "", false
	}
	name = word(line[at:])
	return name, slices.Contains(whispering, name)
}

// breaks are the line breaks that cleaning makes line feeds.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// Buried finds the first line behind a text's own first that is a command whose
// words are not for all, or nearly one: within a text it would be said with the rest.
// Lines count from 1; 0 is none.
func Buried(text string) (line int, name string) {
	begun := false
	for typed := range strings.SplitSeq(breaks.Replace(text), "\n") {
		line++
		if name = confided(typed); name != "" && begun {
			return line, name
		}
		_, sign := first(plain(typed))
		begun = begun || sign != 0
	}
	return 0, ""
}

// confided returns the command that a line is, or a slip away from being, if what
// stands behind it is not for all.
func confided(line string) string {
	if name, ok := Whisper(line); ok {
		return name
	}
	_, after, ok := cutSign(line)
	if !ok || doubled(after) {
		return ""
	}
	typed, rest := cutWord(after)
	typed = lower(syntax(typed))
	if _, known := Lookup(typed); known {
		if slices.Contains(confiding, typed) {
			return typed
		}
		return ""
	}
	for _, name := range whispering {
		if slipped(typed, name) {
			return name
		}
	}
	if slipped(typed, keyed) && hasKey(rest) {
		return keyed
	}
	return ""
}

// keyed is the command behind which the words of a room's key may stand.
const keyed = "host"

func hasKey(words string) bool {
	_, ok := keyWords(words)
	return ok
}

// Slips returns who may have been meant to read a line of what is speech by [Parse]: a
// sign or two that are not quotation marks around it, at once the very name of a
// command for one person, and a name; "" is whoever a reply would be for, or nobody, as
// of a key of the room. If somebody here goes by one of these names, nobody else should
// read it.
func Slips(text string) (nicks []string) {
	for line := range strings.SplitSeq(breaks.Replace(text), "\n") {
		if nick, ok := slip(line); ok {
			nicks = append(nicks, nick)
		}
	}
	return nicks
}

// maxSlip is how many keys a hand strikes in place of one.
const maxSlip = 2

func slip(line string) (nick string, ok bool) {
	line = plain(line)
	signs := 0
	var sign rune
	for i, r := range line {
		if unseen(r) && (signs == 0 || !rooms.Blank(r)) {
			continue
		}
		if r = narrow(r); signs == maxSlip || !strings.ContainsRune(near, r) {
			line = line[i:]
			break
		}
		sign = r
		signs++
	}
	name, rest := cutWord(line)
	rest = strings.TrimLeftFunc(rest, unseen)
	entry, _ := Lookup(syntax(name))
	if signs == 0 || rest == "" {
		return "", false
	}
	if entry.Name == keyed && hasKey(rest) {
		return "", true
	}
	if !slices.Contains(whispering, entry.Name) || quoted(sign, rest) {
		return "", false
	}
	if entry.Args[0].Kind != Member {
		return "", true
	}
	typed, _ := cutWord(rest)
	nick = bareName(typed)
	return nick, nick != ""
}

// quoted reports whether a sign opens what is closed again behind it, at the end of a
// word.
func quoted(sign rune, rest string) bool {
	closing, opens := map[rune]rune{'\'': '\'', '"': '"', '(': ')'}[sign]
	for i, r := range rest {
		if opens && r == closing {
			if next, _ := utf8.DecodeRuneInString(rest[i+1:]); !unicode.In(next, unicode.L, unicode.Nd) {
				return true
			}
		}
	}
	return false
}

// Addressees returns the names of those here to whom a line is to go alone, or to whom
// it does what hosts do, though the rest of it may not be there yet: who else goes by
// such a name by now is not who was meant.
func Addressees(line string) (nicks []string) {
	entry, ok := Called(line)
	if !ok || !slices.Contains(whispering, entry.Name) && !slices.Contains(upon, entry.Name) {
		return nil
	}
	_, after, _ := cutSign(line)
	_, rest := cutWord(after)
	words := strings.FieldsFunc(rest, rooms.Blank)
	switch entry.Args[0].Kind {
	case Member, Claimed:
		words = words[:min(1, len(words))]
	case Members:
	default:
		return nil
	}
	for _, word := range words {
		if nick := bareName(word); nick != "" {
			nicks = append(nicks, nick)
		}
	}
	return nicks
}

// Speech is what somebody types to say a text, whatever it begins with.
func Speech(text string) string {
	if before, _, ok := cutSign(text); ok && strings.HasPrefix(text, before) {
		return before + "/" + text[len(before):]
	}
	return text
}

// cutSign splits a line that begins as a command does before and after its
// slash; what comes after is clean.
func cutSign(line string) (before, after string, ok bool) {
	at, sign := first(line)
	_, n := utf8.DecodeRuneInString(line[at:])
	if sign != '/' && !isPlain(line[:at+n]) { // what stands behind that can't put a slash before it
		line = rooms.Clean(line)
		at, sign = first(line)
		_, n = utf8.DecodeRuneInString(line[at:])
	}
	if sign != '/' {
		return "", "", false
	}
	return line[:at], rooms.Clean("/" + line[at+n:])[1:], true
}

// doubled reports whether what follows a slash is another one, which makes the
// line speech.
func doubled(after string) bool {
	r, _ := utf8.DecodeRuneInString(after)
	return narrow(r) == '/'
}

// almost reports whether a line can only have been meant as a command, though it
// does not begin with a slash: the slash is one that looks like it, or another
// sign stands before it or in its place.
func almost(line string) bool {
	line = plain(line)
	at, sign := first(line)
	if line = line[at:]; line == "" {
		return false
	}
	_, n := utf8.DecodeRuneInString(line)
	switch next := word(line[n:]); {
	case strings.ContainsRune(likeSlash, sign) && next != "" && latin(rune(next[0])):
		return true
	case strings.ContainsRune(slips, sign) && slices.Contains(whispering, next):
		return true
	}
	lead := 0
	for i, r := range line {
		switch r = narrow(r); {
		case r == '/', strings.ContainsRune(likeSlash, r), strings.ContainsRune(likeBackslash, r):
			_, n := utf8.DecodeRuneInString(line[i:])
			if _, ok := Lookup(word(line[i+n:])); ok {
				return true
			}
		case r == '\n', r == '`', unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Lo, unicode.Nd):
			return false // another line, code, or words
		}
		if lead++; lead > maxLead {
			return false
		}
	}
	return false
}

// unseen reports whether a character shows nothing where there is none for it to
// act on: white space, marks, and all that cleaning takes away.
func unseen(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7f
	}
	return rooms.Clean(string(r)) == ""
}

// first returns where the first character stands that is seen, and that
// character, narrowed; the end of s and 0 if there is none.
func first(s string) (at int, sign rune) {
	for i, r := range s {
		if !unseen(r) {
			return i, narrow(r)
		}
	}
	return len(s), 0
}

// plain is a line without control sequences: behind them may stand what is a
// command for all that is seen of it. Nor has it what is a letter to some tables only.
func plain(line string) string {
	if isPlain(line) {
		return line
	}
	return rooms.Clean(line)
}

func isPlain(line string) bool {
	return !strings.ContainsFunc(line, func(r rune) bool { return r == 0x1b || 0x80 <= r && r <= 0x9f || !rooms.Settled(r) })
}

// syntax is what a word of a command's own says: without what isn't seen, and in
// ASCII where it is written in full-width forms.
func syntax(word string) string {
	return strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return narrow(r)
	}, word)
}

// narrow is the ASCII that a full-width or small form stands for.
func narrow(r rune) rune {
	switch {
	case '！' <= r && r <= '～':
		return r - '！' + '!'
	case r == '﹨':
		return '\\'
	}
	return r
}

// maxName is how much of a word is looked at to see whether it is a command's
// name, in bytes: the longest has nine letters.
const maxName = 64

// word is the first word of s as a command's name is read, without what closes
// a quotation behind it.
func word(s string) string {
	name, _ := cutWord(s[:min(len(s), maxName)])
	return strings.TrimRightFunc(lower(syntax(name)), func(r rune) bool { return !latin(r) })
}

func latin(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
