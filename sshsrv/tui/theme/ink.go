// Package theme says what meanings look like: it turns a [Style], such as a
// mention or a comment in code, into the SGR sequence of a theme at the colour
// depth of a terminal.
//
// A theme has a [Ground] for dark terminals, one for light ones, and one for those
// that don't say which they are. It leaves the terminal's own background alone
// except for bars, overlays and marks. Whatever colour of text a theme sets keeps a
// contrast of 4.5 (WCAG 2.2 AA) against every background that its ground stands
// for, and of 7 in the theme named contrast; where it stands for dark and light
// ones, of 3, which is what there is. With sixteen colours the values belong to
// whoever set up the terminal, and only those are used that keep 3 in the palettes
// that are about.
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

// A Ground is what is behind the text.
type Ground uint8

const (
	Dark   Ground = iota
	Light         //
	Either        // nobody knows
	numGrounds
)

// Reset ends every style.
const Reset = "\x1b[m"

// An Ink is a theme on one ground at one depth. Inks are made once and shared:
// two requests for the same one return the same pointer, so that a pointer
// serves as the key of whatever was drawn with it.
type Ink struct {
	name   string
	ground Ground
	depth  Depth
	sgr    [numStyles]string
}

// Name is the theme's name, as [Find] takes it.
func (k *Ink) Name() string { return k.name }

// Ground says which ground this is for.
func (k *Ink) Ground() Ground { return k.ground }

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
	return append(names, "auto", "dark", "light")
}

// Find returns the ink of a theme. The ground is as given, unless the name
// asks for one: "auto" is the default theme, "dark" and "light" are it on that ground, and
// "ember-light" is ember on a light ground whatever the terminal says. The
// name "" is the default theme. It reports false for names that do not exist.
func Find(name string, ground Ground, depth Depth) (*Ink, bool) {
	switch {
	case name == "", name == "auto":
		name = themes[0].name
	case name == "dark":
		ground, name = Dark, themes[0].name
	case name == "light":
		ground, name = Light, themes[0].name
	case strings.HasSuffix(name, "-dark"):
		ground, name = Dark, strings.TrimSuffix(name, "-dark")
	case strings.HasSuffix(name, "-light"):
		ground, name = Light, strings.TrimSuffix(name, "-light")
	}
	i := slices.IndexFunc(themes[:], func(t family) bool { return t.name == name })
	if i < 0 {
		return nil, false
	}
	return inks[i][min(ground, Either)][min(depth, TrueColor)](), true
}

// inks makes each ink on its first use.
var inks = func() (made [len(themes)][numGrounds][numDepths]func() *Ink) {
	for i := range themes {
		for ground := range numGrounds {
			for depth := range numDepths {
				made[i][ground][depth] = sync.OnceValue(func() *Ink {
					return mix(&themes[i], ground, depth)
				})
			}
		}
	}
	return made
}()

// mix makes the ink of a theme.
func mix(t *family, ground Ground, depth Depth) *Ink {
	k := &Ink{name: t.name, ground: ground, depth: depth}
	p, behind, need, sixteen := t.on(ground)
	people := slices.Clone(greys) // entries that can't be a person's colour any more
	for s, l := range looks {
		// With sixteen colours many terminals draw a bold colour as the bright
		// one, which is another: black would be grey. So no colour is bold. Bars are
		// the terminal's own colours, reversed, and overlays lie on its own ground,
		// where the other colours are readable.
		bare := depth == None || t.plain || depth == ANSI && sixteen[l.fg] == own && l.fg != hueNone
		at := l.attr
		if bare {
			at = l.mono
		} else if depth == ANSI && l.fg != hueNone {
			at &^= bold
		}
		params := at.params()
		add := func(base int, h hue) {
			switch {
			case h == hueNone || bare:
			case depth == ANSI:
				params = append(params, sgr16(base, int(sixteen[h])))
			case depth == ANSI256 && h >= hueNick0:
				i := nearest(p[h], behind, need, people...)
				people = append(people, i)
				params = append(params, sgr256(base, i))
			case depth == ANSI256 && base == 30 && l.bg == hueNone:
				params = append(params, sgr256(base, nearest(p[h], behind, need)))
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
