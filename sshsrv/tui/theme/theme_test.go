package theme

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sotto/rooms"
	"sotto/rooms/behaviour"
)

// colours reads what an SGR sequence sets: text and background, each as
// parameters, nil if it leaves them.
func colours(t *testing.T, sgr string) (fg, bg []string) {
	t.Helper()
	if sgr == "" {
		return nil, nil
	}
	params := strings.Split(strings.TrimSuffix(strings.TrimPrefix(sgr, "\x1b["), "m"), ";")
	for i := 0; i < len(params); i++ {
		n, err := strconv.Atoi(params[i])
		if err != nil {
			t.Fatalf("%q is no SGR sequence", sgr)
		}
		take := 1
		if (n == 38 || n == 48) && params[i+1] == "2" {
			take = 5
		} else if n == 38 || n == 48 {
			take = 3
		}
		switch {
		case n >= 30 && n <= 38 || n >= 90 && n <= 97:
			fg = params[i : i+take]
		case n >= 40 && n <= 48 || n >= 100 && n <= 107:
			bg = params[i : i+take]
		}
		i += take - 1
	}
	return fg, bg
}

// value is the colour that parameters name; those of sixteen have none.
func value(params []string) (rgb, bool) {
	at := func(i int) rgb {
		n, _ := strconv.Atoi(params[i])
		return rgb(n)
	}
	switch len(params) {
	case 5:
		return at(2)<<16 | at(3)<<8 | at(4), true
	case 3:
		return indexed(int(at(2))), true
	}
	return 0, false
}

// each calls f with every ink, what may be behind it, and the contrast that is due.
func each(f func(t *family, behind []rgb, need float64, k *Ink)) {
	for i := range themes {
		for depth := range numDepths {
			for ground := range numGrounds {
				k, _ := Find(themes[i].name, ground, depth)
				switch ground {
				case Dark:
					f(&themes[i], darkGrounds, themes[i].contrast, k)
				case Light:
					f(&themes[i], lightGrounds, themes[i].contrast, k)
				default:
					f(&themes[i], slices.Concat(darkGrounds, lightGrounds), 3, k)
				}
			}
		}
	}
}

func TestTextIsReadable(t *testing.T) {
	each(func(theme *family, behind []rgb, need float64, k *Ink) {
		for s := range numStyles {
			fg, bg := colours(t, k.sgr[s])
			text, known := value(fg)
			if !known {
				continue
			}
			behind, need := behind, need
			if b, ok := value(bg); ok {
				behind, need = []rgb{b}, theme.contrast
			}
			for _, b := range behind {
				if c := contrast(text, b); c < need {
					t.Errorf("%s, ground %d, depth %d, style %d: #%06x on #%06x has a contrast of %.2f",
						theme.name, k.ground, k.depth, s, text, b, c)
				}
			}
		}
	})
}

// What lies on an overlay is readable there too: the spans of a card keep the
// overlay's background.
func TestOverlaysAreReadable(t *testing.T) {
	each(func(theme *family, _ []rgb, _ float64, k *Ink) {
		_, bg := colours(t, k.sgr[Popup])
		behind, known := value(bg)
		if !known {
			return
		}
		for s := range numStyles {
			if fg, bg := colours(t, k.sgr[s]); bg == nil {
				if text, ok := value(fg); ok && contrast(text, behind) < 3 {
					t.Errorf("%s, ground %d, depth %d, style %d: #%06x on #%06x", theme.name, k.ground, k.depth, s, text, behind)
				}
			}
		}
	})
}

// sixteen are palettes that are about: their sixteen colours, and what they are
// shown on.
var sixteen = []struct {
	name        string
	dark, light string // grounds; empty: nobody has it so
	colours     string
}{
	{"xterm and st", "000000", "ffffff", "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"},
	{"VGA and Linux", "000000", "", "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff"},
	{"Windows", "0c0c0c", "ffffff", "0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc 767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2"},
	{"Tango", "2e3436", "ffffff", "2e3436 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf 555753 ef2929 8ae234 fce94f 729fcf ad7fa8 34e2e2 eeeeec"},
	{"GNOME", "171421", "ffffff", "171421 c01c28 26a269 a2734c 12488b a347ba 2aa1b3 d0cfcc 5e5c64 f66151 33d17a e9ad0c 2a7bde c061cb 33c7de ffffff"},
	{"Solarized", "002b36", "fdf6e3", "073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5 002b36 cb4b16 586e75 657b83 839496 6c71c4 93a1a1 fdf6e3"},
	{"Apple", "000000", "ffffff", "000000 990000 00a600 999900 0000b2 b200b2 00a6b2 bfbfbf 666666 e50000 00d900 e5e500 0000ff e500e5 00e5e5 e5e5e5"},
	{"PuTTY", "000000", "", "000000 bb0000 00bb00 bbbb00 0000bb bb00bb 00bbbb bbbbbb 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff"},
	{"iTerm2", "000000", "ffffff", "000000 c91b00 00c200 c7c400 0225c7 ca30c7 00c5c7 c7c7c7 686868 ff6e67 5ffa68 fffc67 6871ff ff77ff 60fdff ffffff"},
	{"rxvt", "000000", "ffffff", "000000 cd0000 00cd00 cdcd00 0000cd cd00cd 00cdcd faebd7 404040 ff0000 00ff00 ffff00 0000ff ff00ff 00ffff ffffff"},
	{"Alacritty", "1d1f21", "", "1d1f21 cc6666 b5bd68 f0c674 81a2be b294bb 8abeb7 c5c8c6 666666 d54e53 b9ca4a e7c547 7aa6da c397d8 70c0b1 eaeaea"},
	{"kitty", "000000", "ffffff", "000000 cc0403 19cb00 cecb00 0d73cc cb1ed1 0dcdcd dddddd 767676 f2201f 23fd00 fffd00 1a8fff fd28ff 14ffff ffffff"},
}

// hex reads colours as they are written above.
func hex(t *testing.T, written string) (values []rgb) {
	for _, field := range strings.Fields(written) {
		n, err := strconv.ParseUint(field, 16, 24)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, rgb(n))
	}
	return values
}

// index is which of the sixteen colours a parameter names, -1 for none.
func index(params []string) int {
	if len(params) != 1 {
		return -1
	}
	n, _ := strconv.Atoi(params[0])
	if n >= 90 {
		return n%10 + 8
	}
	return n % 10
}

// Every pair of text and what is behind it that a style of sixteen colours makes is
// readable in every palette, on the ground that it is for; and none of them is
// bold, which many terminals take for another colour.
func TestSixteenColoursAreReadable(t *testing.T) {
	each(func(theme *family, _ []rgb, _ float64, k *Ink) {
		if k.depth != ANSI {
			return
		}
		for s, sgr := range k.sgr {
			fg, bg := colours(t, sgr)
			if fg == nil && bg == nil {
				continue
			}
			if fg == nil || strings.HasPrefix(sgr, "\x1b[1;") || strings.Contains(sgr, ";1;") || strings.HasSuffix(sgr, ";1m") {
				t.Errorf("%s, ground %d, style %d: %q is of another colour on some terminals", theme.name, k.ground, s, sgr)
				continue
			}
			for _, palette := range sixteen {
				values := hex(t, palette.colours)
				var behind []rgb
				switch {
				case bg != nil:
					behind = []rgb{values[index(bg)]}
				case k.ground == Dark:
					behind = hex(t, palette.dark)
				case k.ground == Light:
					behind = hex(t, palette.light)
				default:
					behind = hex(t, palette.dark+" "+palette.light)
				}
				for _, b := range behind {
					if c := contrast(values[index(fg)], b); c < 3 {
						t.Errorf("%s, ground %d, style %d, %s: %d on #%06x has a contrast of %.2f", theme.name, k.ground, s, palette.name, index(fg), b, c)
					}
				}
			}
		}
	})
}

func TestNoColoursMeansNone(t *testing.T) {
	each(func(theme *family, _ []rgb, _ float64, k *Ink) {
		if k.depth != None && theme.name != "mono" {
			return
		}
		for s := range numStyles {
			if fg, bg := colours(t, k.sgr[s]); fg != nil || bg != nil {
				t.Errorf("%s, depth %d, style %d: %q", theme.name, k.depth, s, k.sgr[s])
			}
		}
		for _, s := range []Style{Mention, Selected, Hit, BarName, PopupHot, Strong, Link} {
			if k.sgr[s] == "" {
				t.Errorf("%s, depth %d: style %d can't be told from plain text", theme.name, k.depth, s)
			}
		}
	})
}

func TestDepths(t *testing.T) {
	shape := map[Depth]*regexp.Regexp{
		None:      regexp.MustCompile(`^(\x1b\[[1-9](;[1-9])*m)?$`),
		ANSI:      regexp.MustCompile(`^(\x1b\[\d{1,3}(;\d{1,3})*m)?$`),
		ANSI256:   regexp.MustCompile(`^(\x1b\[([1-9]|[34]8;5;\d+)(;([1-9]|[34]8;5;\d+))*m)?$`),
		TrueColor: regexp.MustCompile(`^(\x1b\[([1-9]|[34]8;2;\d+;\d+;\d+)(;([1-9]|[34]8;2;\d+;\d+;\d+))*m)?$`),
	}
	each(func(theme *family, _ []rgb, _ float64, k *Ink) {
		for s, sgr := range k.sgr {
			if !shape[k.depth].MatchString(sgr) {
				t.Errorf("%s, depth %d, style %d: %q", theme.name, k.depth, s, sgr)
			}
		}
	})
}

func TestPeopleCanBeToldApart(t *testing.T) {
	each(func(theme *family, _ []rgb, _ float64, k *Ink) {
		if k.depth < ANSI256 || theme.plain {
			return
		}
		seen := map[string]bool{}
		for i := range rooms.Colours {
			seen[k.SGR(Nick(i))] = true
			fg, _ := colours(t, k.SGR(Nick(i)))
			c, _ := value(fg)
			if r, g, b := c.channels(); r == g && g == b {
				t.Errorf("%s, ground %d, depth %d: person %d is grey", theme.name, k.ground, k.depth, i)
			}
		}
		if len(seen) < rooms.Colours {
			t.Errorf("%s, ground %d, depth %d: %d colours for %d hues", theme.name, k.ground, k.depth, len(seen), rooms.Colours)
		}
	})
}

// TestThemesOfEveryDoor: a name that the page takes means the same here.
func TestThemesOfEveryDoor(t *testing.T) {
	var script struct {
		About  []string
		Themes []struct {
			Name, Ground string
			Strong       bool
		}
	}
	behaviour.Read(t, "themes", &script)
	for _, want := range script.Themes {
		for _, told := range []Ground{Dark, Light} {
			ground := told
			switch want.Ground {
			case "dark":
				ground = Dark
			case "light":
				ground = Light
			}
			ink, ok := Find(want.Name, told, TrueColor)
			if !ok || ink.Ground() != ground || (ink.Name() == "contrast") != want.Strong {
				t.Errorf("%q on %v: found %v, %+v", want.Name, told, ok, ink)
			}
		}
	}
}

func TestFind(t *testing.T) {
	for _, name := range Names() {
		for ground := range numGrounds {
			for depth := range numDepths {
				a, ok := Find(name, ground, depth)
				b, _ := Find(name, ground, depth)
				if !ok || a != b {
					t.Errorf("%q, ground %d, depth %d: found %v, the same %v", name, ground, depth, ok, a == b)
				}
			}
		}
	}
	for _, test := range []struct {
		name       string
		ground     Ground
		want       string
		wantGround Ground
	}{
		{"", Dark, "sotto", Dark},
		{"", Either, "sotto", Either},
		{"dark", Light, "sotto", Dark},
		{"light", Either, "sotto", Light},
		{"ember-light", Dark, "ember", Light},
		{"ember-dark", Either, "ember", Dark},
		{"tide", Light, "tide", Light},
	} {
		if k, ok := Find(test.name, test.ground, TrueColor); !ok || k.Name() != test.want || k.Ground() != test.wantGround {
			t.Errorf("%q, ground %d: found %v", test.name, test.ground, ok)
		}
	}
	for _, name := range []string{"nope", "-dark", "mono-", "SOTTO"} {
		if _, ok := Find(name, Dark, TrueColor); ok {
			t.Errorf("%q was found", name)
		}
	}
	if k, ok := Find("", 200, 200); !ok || k.Depth() != TrueColor || k.Ground() != Either {
		t.Error("a depth or a ground beyond the last is not the last")
	}
}

func TestPaint(t *testing.T) {
	k, _ := Find("", Dark, TrueColor)
	for _, test := range []struct {
		style Style
		text  string
		want  string
	}{
		{Plain, "x", "x"},
		{Strong, "x", "\x1b[1mx\x1b[m"},
		{Strong, "", ""},
	} {
		if got := k.Paint(test.style, test.text); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
	if Nick(-1) >= numStyles || Nick(1<<62) >= numStyles {
		t.Error("Nick is not safe")
	}
}
