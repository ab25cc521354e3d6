package command

import (
	"slices"
	"strings"

	"sotto/rooms"
)

// Withheld reads a line that was typed where every line is said and nothing is a
// command. It reports whether the line is not for the room by [ParseAmong], the
// command whose very name it has, if any, and whether one person alone may have been
// meant to read it.
func Withheld(line string, here func(nick string) bool) (name string, secret, ok bool) {
	if entry, ok := Called(line); ok {
		return entry.Name, slices.Contains(whispering, entry.Name), true
	}
	if name, ok := Whisper(line); ok {
		return name, true, true
	}
	if _, name := Buried(line); name != "" {
		return name, true, true
	}
	switch in := ParseAmong(line, here).(type) {
	case Blank, Say:
		return "", false, false
	case Unknown:
		return "", slices.Contains(whispering, in.Nearest), true
	}
	return "", true, true
}

// atRoot are the directories that stand at the root of file systems.
var atRoot = strings.Fields("applications bin boot data dev etc home lib lib64 library lost+found media mnt nix opt proc root run sbin selinux snap srv sys system tmp users usr var volumes")

// Path reports whether a line begins with a path, as what programs report does, and
// not with a command or what is a slip away from a whisper.
func Path(line string) bool {
	_, after, ok := cutSign(line)
	if !ok || doubled(after) {
		return false
	}
	word, rest := cutWord(after)
	rest = strings.TrimFunc(rest, rooms.Blank)
	dir, within, deep := strings.Cut(lower(syntax(word)), "/")
	_, known := Lookup(dir)
	switch {
	case dir == "" && !deep: // the root itself
		word, _ := cutWord(rest)
		word = syntax(word)
		return word != "" && (Nearest(word) == "" || strings.ContainsAny(word, "0123456789"))
	case slices.Contains(atRoot, dir):
		return true
	case known || within == "":
		return false
	}
	return rest == "" || nearWhisper(dir) == ""
}

// nearWhisper returns the command for one person that a name, which is none's, is a
// slip away from or has in other chats.
func nearWhisper(typed string) string {
	for _, name := range whispering {
		if entry, _ := Lookup(name); slices.Contains(entry.Elsewhere, typed) || slipped(typed, name) {
			return name
		}
	}
	return ""
}

// slipped reports whether a word is one slip away from a name.
func slipped(typed, name string) bool {
	return len(typed) <= len(name)+1 && distance([]rune(typed), []rune(name)) == 1
}
