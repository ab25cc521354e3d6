package rooms

import "strings"

// Found is how what somebody typed fits the names of people.
type Found int

const (
	NoneFound Found = iota
	OneFound
	SeveralFound // more than one could be meant
)

// Named finds who is meant by a name that somebody typed, among names as they are
// shown: who is called exactly that, else who is called what differs from it only
// in case or can't be told from it (see [Nick.Key]). Signs that aren't seen count
// for nothing. The index is the only one's.
//
// Every door asks this, so that a whisper goes to the same person from each.
func Named(names []string, typed string) (index int, found Found) {
	typed = seen(typed)
	if index, found = only(names, func(name string) bool { return name == typed }); found != NoneFound {
		return index, found
	}
	key, ok := NameKey(typed)
	if !ok {
		return 0, NoneFound
	}
	return only(names, func(name string) bool { return skeleton(name) == key })
}

// NameKey is what a name that somebody typed can't be told from others by (see
// [Nick.Key]), if it is made of what names are made of.
func NameKey(typed string) (key string, ok bool) {
	shown, ok := profiled(seen(typed))
	if !ok {
		return "", false
	}
	return skeleton(shown), true
}

// only finds the one name that fits.
func only(names []string, fits func(string) bool) (index int, found Found) {
	for i, name := range names {
		if !fits(name) {
			continue
		}
		if found == OneFound {
			return 0, SeveralFound
		}
		index, found = i, OneFound
	}
	return index, found
}

// seen returns a word without what shows nothing in a name.
func seen(word string) string {
	return strings.Map(func(r rune) rune {
		if joiner(r) || variation(r) {
			return -1
		}
		return r
	}, CleanTopic(word))
}
