package composer

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms/emoji"
)

// Key takes one key, or a run of characters that came together.
func (c *Composer) Key(msg tea.KeyPressMsg) Action {
	key := msg.Keystroke()
	if c.overflow != nil {
		if msg.Text != "" {
			key = msg.Text
		}
		return c.answer(key)
	}
	switch {
	case msg.Text != "":
		c.endRun()
		return c.typed(msg.Text)
	case key == "tab":
		c.kills.growing, c.kills.yanked, c.layout.steady = false, false, false
		return c.complete(1)
	case key == "shift+tab":
		return c.complete(-1)
	case (key == "esc" || key == "ctrl+g") && c.completing != nil:
		c.refuse()
		return Edited{}
	}
	do, ok := keys[bound(key)]
	if !ok {
		return Unused{}
	}
	// What lasts only from one key to the next is asked of the key itself.
	kills, steady := c.kills, c.layout.steady
	c.endRun()
	c.kills.growing, c.kills.yanked = kills.growing && do.cuts, kills.yanked && do.yanks
	c.layout.steady = steady && do.vertical
	before, at := c.rev, c.at
	if action := do.run(c); action != nil {
		return action
	}
	switch {
	case c.rev != before:
		return Edited{}
	case c.at != at:
		return Moved{}
	}
	return Unused{}
}

// Means reports whether a key that types nothing does something to the text as it is.
func (c *Composer) Means(key string) bool {
	_, ok := keys[bound(key)]
	return ok && (len(c.text) > 0 || len(c.redo) > 0)
}

// Escapes reports whether Escape means something now and a key that types nothing, if
// one is named, does not.
func (c *Composer) Escapes(alt string) bool {
	return c.overflow != nil || c.completing != nil && !c.Means(alt)
}

// bound is a key's name as it is bound.
func bound(key string) string { return strings.Replace(key, "alt+shift+", "alt+", 1) }

// typed inserts what came from the keyboard.
func (c *Composer) typed(text string) Action {
	from, k := c.at, typing
	if len(text) > 4*maxTyped {
		k = alone
	}
	action := c.insert(text, k)
	if utf8.RuneCountInString(text) > 1 {
		c.ran = c.rev
	}
	if strings.Contains(text, ":") {
		c.expandCodes(from)
	}
	return action
}

// expandCodes replaces the short codes of emoji that were closed in text[from:at],
// each by a change of its own: undo brings the code back.
func (c *Composer) expandCodes(from int) {
	for i := from; i < c.at; i++ {
		if c.text[i] != ':' {
			continue
		}
		// The whole text is only looked at for what is a code, so that a row of
		// colons costs no more than other characters.
		code := c.text[bytes.LastIndexByte(c.text[:i], ':')+1 : i]
		if _, known := emoji.Lookup(strings.ToLower(c.words(i-len(code), i))); !known {
			continue
		}
		found, start, ok := emoji.Ending(c.words(0, i+1))
		if !ok || !c.hasRoom(len(found)) {
			continue
		}
		behind := c.at - (i + 1)
		c.replace(start, i+1, found, alone)
		i = start + len(found) - 1
		c.at = c.snap(i + 1 + behind)
		c.undo[len(c.undo)-1].after = c.at
	}
}

// A binding is what a key does; a nil action says that the text and the cursor
// tell. The flags name the keys that go on with what the last one did.
type binding struct {
	run      func(*Composer) Action
	cuts     bool
	yanks    bool
	vertical bool
}

// keys are the bindings, by the names that Bubble Tea gives keystrokes. They
// are those of readline in Emacs mode; where a text of several lines makes a
// difference, those of Emacs.
var keys = bindings()

func bindings() map[string]binding {
	keys := make(map[string]binding)
	bind := func(do binding, names ...string) {
		for _, name := range names {
			keys[name] = do
		}
	}
	move := func(to func(*Composer) int) binding {
		return binding{run: func(c *Composer) Action { c.at = to(c); return nil }}
	}
	bind(move(func(c *Composer) int { return c.next(c.at) }), "right", "ctrl+f")
	bind(move(func(c *Composer) int { return c.previous(c.at) }), "left", "ctrl+b")
	bind(move(func(c *Composer) int { return c.wordEnd(c.at, inWord) }), "alt+f", "ctrl+right", "alt+right")
	bind(move(func(c *Composer) int { return c.wordStart(c.at, inWord) }), "alt+b", "ctrl+left", "alt+left")
	bind(move(func(c *Composer) int { return c.lineStart(c.at) }), "home", "ctrl+a")
	bind(move(func(c *Composer) int { return c.lineEnd(c.at) }), "end", "ctrl+e")
	bind(move(func(*Composer) int { return 0 }), "ctrl+home", "alt+<")
	bind(move(func(c *Composer) int { return len(c.text) }), "ctrl+end", "alt+>")
	bind(binding{run: (*Composer).up, vertical: true}, "up", "ctrl+p")
	bind(binding{run: (*Composer).down, vertical: true}, "down", "ctrl+n")

	erase := func(span func(*Composer) (from, to int)) binding {
		return binding{run: func(c *Composer) Action {
			from, to := span(c)
			c.replace(from, to, "", erasing)
			return nil
		}}
	}
	bind(erase(func(c *Composer) (int, int) { return c.previous(c.at), c.at }), "backspace", "ctrl+h", "shift+backspace")
	bind(erase(func(c *Composer) (int, int) { return c.at, c.next(c.at) }), "delete")

	cut := func(span func(*Composer) (from, to int), backwards bool) binding {
		return binding{cuts: true, run: func(c *Composer) Action {
			from, to := span(c)
			c.cut(from, to, backwards)
			return nil
		}}
	}
	bind(cut(func(c *Composer) (int, int) { return c.wordStart(c.at, inField), c.at }, true), "ctrl+w")
	bind(cut(func(c *Composer) (int, int) { return c.wordStart(c.at, inWord), c.at }, true),
		"alt+backspace", "ctrl+backspace", "ctrl+alt+h")
	bind(cut(func(c *Composer) (int, int) { return c.at, c.wordEnd(c.at, inWord) }, false),
		"alt+d", "ctrl+delete", "alt+delete")
	bind(cut((*Composer).restOfLine, false), "ctrl+k")
	bind(cut((*Composer).startOfLine, true), "ctrl+u")
	bind(binding{run: func(c *Composer) Action { c.yank(); return nil }}, "ctrl+y")
	bind(binding{run: func(c *Composer) Action { c.yankEarlier(); return nil }, yanks: true}, "alt+y")

	bind(binding{run: func(c *Composer) Action { c.swapCharacters(); return nil }}, "ctrl+t")
	bind(binding{run: func(c *Composer) Action { c.swapWords(); return nil }}, "alt+t")
	bind(binding{run: func(c *Composer) Action { c.recase(strings.ToUpper); return nil }}, "alt+u")
	bind(binding{run: func(c *Composer) Action { c.recase(strings.ToLower); return nil }}, "alt+l")
	bind(binding{run: func(c *Composer) Action { c.recase(capital); return nil }}, "alt+c")

	bind(binding{run: func(c *Composer) Action { c.back(); return nil }}, "ctrl+_", "ctrl+/", "ctrl+z")
	bind(binding{run: func(c *Composer) Action { c.again(); return nil }}, "alt+_", "ctrl+alt+_", "ctrl+shift+z")

	bind(binding{run: (*Composer).submit}, "enter", "kpenter")
	bind(binding{run: func(c *Composer) Action { return c.insert("\n", alone) }},
		"ctrl+j", "alt+enter", "shift+enter", "ctrl+enter", "ctrl+alt+j")
	bind(binding{run: (*Composer).interrupt}, "ctrl+c")
	bind(binding{run: (*Composer).deleteOrQuit}, "ctrl+d")
	return keys
}

// restOfLine is what Ctrl-K cuts: up to the end of the line, or at its end the
// line feed.
func (c *Composer) restOfLine() (from, to int) {
	if to = c.lineEnd(c.at); to == c.at {
		to = c.next(c.at)
	}
	return c.at, to
}

// startOfLine is what Ctrl-U cuts, likewise.
func (c *Composer) startOfLine() (from, to int) {
	if from = c.lineStart(c.at); from == c.at {
		from = c.previous(c.at)
	}
	return from, c.at
}

// interrupt clears the text; if there is none it leaves a line of the history
// for the unsent text, and if there is no such either, the room.
func (c *Composer) interrupt() Action {
	if len(c.text) > 0 {
		c.replace(0, len(c.text), "", alone)
		return nil
	}
	if c.history.number < len(c.history.sent) {
		if kept := c.history.kept[len(c.history.sent)]; len(kept.text) > 0 {
			c.walk(len(c.history.sent) - c.history.number)
			return nil
		}
	}
	return Quit{}
}

func (c *Composer) deleteOrQuit() Action {
	if len(c.text) == 0 {
		return Quit{}
	}
	c.replace(c.at, c.next(c.at), "", erasing)
	return nil
}

// swapCharacters drags the character before the cursor over the one behind it;
// at the end of a line it swaps the last two.
func (c *Composer) swapCharacters() {
	at := c.at
	if at == c.lineEnd(at) {
		at = c.previous(at)
	}
	from, to := c.previous(at), c.next(at)
	if at <= c.lineStart(c.at) || from == at || to == at {
		return
	}
	c.replace(from, to, c.words(at, to)+c.words(from, at), alone)
}

// swapWords drags the word before the cursor over the one behind it; at the end
// of the text it swaps the last two.
func (c *Composer) swapWords() {
	end := c.wordEnd(c.at, inWord)
	second := c.wordStart(end, inWord)
	first := c.wordStart(second, inWord)
	firstEnd := c.wordEnd(first, inWord)
	if first == second || firstEnd > second || c.forward(first, inWord) == first {
		return
	}
	end = c.wordEnd(second, inWord)
	c.replace(first, end, c.words(second, end)+c.words(firstEnd, second)+c.words(first, firstEnd), alone)
}

// recase rewrites from the cursor to the end of the word.
func (c *Composer) recase(how func(string) string) {
	to := c.wordEnd(c.at, inWord)
	if with := how(c.words(c.at, to)); with != string(c.text[c.at:to]) {
		c.replace(c.at, to, with, alone)
	} else {
		c.at = to
	}
}

// capital makes the first letter of a word large and the others small.
func capital(word string) string {
	i := strings.IndexFunc(word, unicode.IsLetter)
	if i < 0 {
		return word
	}
	rest := word[i:]
	_, n := utf8.DecodeRuneInString(rest)
	return word[:i] + strings.ToTitle(rest[:n]) + strings.ToLower(rest[n:])
}
