// Package theme says what meanings look like: it turns a [Style], such as a
// mention or a comment in code, into the SGR sequence of a theme at the colour
// depth of a terminal.
//
// A theme has two grounds, one for dark terminals and one for light ones. It
// leaves the terminal's own background alone except for bars, overlays and
// marks. Whatever colour of text a theme sets keeps a contrast of 4.5 (WCAG 2.2
// AA) against every background that its ground stands for, and of 7 in the
// theme named contrast; with sixteen colours the values belong to whoever set
// up the terminal, and only combinations that are usually readable are used.
//
// The package knows no width, no text and no terminal.
package theme

import (
	"slices"
	"strings"
	"sync"
)

// Depth is how many colours a terminal shows.
type Depth uint8

const (
	None      Depth = iota // attributes alone: NO_COLOR, TERM=vt100
	ANSI                   // the sixteen that the terminal's owner chose
	ANSI256                // the fixed table of 256
	TrueColor              // 24 bits
	numDepths
)

// Reset ends every style.
const Reset = "\x1b[m"

// An Ink is a theme on one ground at one depth. Inks are made once and shared:
// two requests for the same one return the same pointer, so that a pointer
// serves as the key of whatever was drawn with it.
type Ink struct {
	name  string
	dark  bool
	depth Depth
	sgr   [numStyles]string
}

// Name is the theme's name, as [Find] takes it.
func (k *Ink) Name() string { return k.name }

// Dark says which ground this is.
func (k *Ink) Dark() bool { return k.dark }

// Depth is the depth it was made for.
func (k *Ink) Depth() Depth { return k.depth }

// SGR returns the sequence that switches s on, on top of whatever is on. It is
// empty for styles that this ink does not tell apart.
func (k *Ink) SGR(s Style) string { return k.sgr[s] }

// Paint returns text in style s, ending with a reset. The text must be clean:
// without control characters.
func (k *Ink) Paint(s Style, text string) string {
	on := k.sgr[s]
	if on == "" || text == "" {
		return text
	}
	return on + text + Reset
}

// Names returns what can be given to [Find], the default first.
func Names() []string {
	names := make([]string, 0, len(themes)+2)
	for i := range themes {
		names = append(names, themes[i].name)
	}
	return append(names, "dark", "light")
}

// Find returns the ink of a theme. The ground follows dark, unless the name
// asks for one: "dark" and "light" are the default theme on that ground, and
// "ember-light" is ember on a light ground whatever the terminal says. The
// name "" is the default theme. It reports false for names that do not exist.
func Find(name string, dark bool, depth Depth) (*Ink, bool) {
	switch {
	case name == "":
		name = themes[0].name
	case name == "dark", name == "light":
		dark, name = name == "dark", themes[0].name
	case strings.HasSuffix(name, "-dark"):
		dark, name = true, strings.TrimSuffix(name, "-dark")
	case strings.HasSuffix(name, "-light"):
		dark, name = false, strings.TrimSuffix(name, "-light")
	}
	i := slices.IndexFunc(themes[:], func(t family) bool { return t.name == name })
	if i < 0 {
		return nil, false
	}
	depth = min(depth, TrueColor)
	ground := 0
	if !dark {
		ground = 1
	}
	return inks[i][ground][depth](), true
}

// Default returns the default theme's ink.
func Default(dark bool, depth Depth) *Ink {
	ink, _ := Find("", dark, depth)
	return ink
}

// inks makes each ink on its first use.
var inks = func() (made [len(themes)][2][numDepths]func() *Ink) {
	for i := range themes {
		for ground := range 2 {
			for depth := range numDepths {
				made[i][ground][depth] = sync.OnceValue(func() *Ink {
					return mix(&themes[i], ground == 0, depth)
				})
			}
		}
	}
	return made
}()

// mix makes the ink of a theme.
func mix(t *family, dark bool, depth Depth) *Ink {
	k := &Ink{name: t.name, dark: dark, depth: depth}
	p, grounds, sixteen := t.dark, darkGrounds, &ansiDark
	if !dark {
		p, grounds, sixteen = t.light, lightGrounds, &ansiLight
	}
	if t.people != nil {
		hues := t.people.dark
		if !dark {
			hues = t.people.light
		}
		copy(p[hueNick0:], hues[:])
	}
	var people []int // entries that are some person's colour
	for s, l := range looks {
		// With sixteen colours many terminals draw a bold colour as the bright
		// one. Black on a bar would be grey, so bars are the terminal's own
		// colours, reversed; and on a light ground no colour is bold.
		bare := depth == None || t.plain || depth == ANSI && l.bg == hueBar
		at := l.attr
		if bare {
			at = l.mono
		}
		if depth == ANSI && !dark && !bare && l.fg != hueNone {
			at &^= bold
		}
		params := at.params()
		add := func(base int, h hue) {
			switch {
			case h == hueNone || bare:
			case depth == ANSI:
				params = append(params, sgr16(base, int(sixteen[h])))
			case depth == ANSI256 && h >= hueNick0:
				i := nearest(p[h], grounds, t.contrast, people...)
				people = append(people, i)
				params = append(params, sgr256(base, i))
			case depth == ANSI256 && base == 30 && l.bg == hueNone:
				params = append(params, sgr256(base, nearest(p[h], grounds, t.contrast)))
			case depth == ANSI256 && base == 30:
				behind := indexed(nearest(p[l.bg], nil, 0))
				params = append(params, sgr256(base, nearest(p[h], []rgb{behind}, t.contrast)))
			case depth == ANSI256:
				params = append(params, sgr256(base, nearest(p[h], nil, 0)))
			default:
				params = append(params, sgrTrue(base, p[h]))
			}
		}
		add(30, l.fg)
		add(40, l.bg)
		if len(params) > 0 {
			k.sgr[s] = "\x1b[" + strings.Join(params, ";") + "m"
		}
	}
	return k
}

func (a attr) params() (out []string) {
	for _, c := range [...]struct {
		bit  attr
		code string
	}{{bold, "1"}, {faint, "2"}, {italic, "3"}, {underline, "4"}, {reverse, "7"}, {strike, "9"}} {
		if a&c.bit != 0 {
			out = append(out, c.code)
		}
	}
	return out
}
