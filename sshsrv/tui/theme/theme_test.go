package theme

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sotto/rooms"
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

// each calls f with every ink.
func each(f func(t *family, ground []rgb, k *Ink)) {
	for i := range themes {
		for depth := range numDepths {
			for dark, ground := range map[bool][]rgb{true: darkGrounds, false: lightGrounds} {
				k, _ := Find(themes[i].name, dark, depth)
				f(&themes[i], ground, k)
			}
		}
	}
}

func TestTextIsReadable(t *testing.T) {
	each(func(theme *family, grounds []rgb, k *Ink) {
		for s := range numStyles {
			fg, bg := colours(t, k.sgr[s])
			text, known := value(fg)
			if !known {
				continue
			}
			behind := grounds
			if b, ok := value(bg); ok {
				behind = []rgb{b}
			}
			for _, b := range behind {
				if c := contrast(text, b); c < theme.contrast {
					t.Errorf("%s, dark %v, depth %d, style %d: #%06x on #%06x has a contrast of %.2f",
						theme.name, k.dark, k.depth, s, text, b, c)
				}
			}
		}
	})
}

func TestSixteenColoursAreUsuallyReadable(t *testing.T) {
	tooDark, tooPale := []string{"30", "34", "90"}, []string{"32", "33", "36", "37", "91", "92", "93", "94", "95", "96", "97"}
	each(func(theme *family, _ []rgb, k *Ink) {
		for s := range numStyles {
			if k.depth != ANSI || k.sgr[s] == "" {
				continue
			}
			fg, bg := colours(t, k.sgr[s])
			if len(fg) == 0 || len(bg) > 0 {
				continue
			}
			avoid := tooPale
			if k.dark {
				avoid = tooDark
			}
			if slices.Contains(avoid, fg[0]) {
				t.Errorf("%s, dark %v, style %d: %s", theme.name, k.dark, s, fg[0])
			}
		}
	})
}

func TestNoColoursMeansNone(t *testing.T) {
	each(func(theme *family, _ []rgb, k *Ink) {
		if k.depth != None && theme.name != "mono" {
			return
		}
		for s := range numStyles {
			if fg, bg := colours(t, k.sgr[s]); fg != nil || bg != nil {
				t.Errorf("%s, depth %d, style %d: %q", theme.name, k.depth, s, k.sgr[s])
			}
		}
		for _, s := range []Style{Mention, Selected, Hit, Bar, PopupHot, Strong, Link} {
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
	each(func(theme *family, _ []rgb, k *Ink) {
		for s, sgr := range k.sgr {
			if !shape[k.depth].MatchString(sgr) {
				t.Errorf("%s, depth %d, style %d: %q", theme.name, k.depth, s, sgr)
			}
		}
	})
}

func TestPeopleCanBeToldApart(t *testing.T) {
	each(func(theme *family, _ []rgb, k *Ink) {
		if k.depth < ANSI256 || theme.plain {
			return
		}
		seen := map[string]bool{}
		for i := range rooms.Colours {
			seen[k.SGR(Nick(i))] = true
		}
		if len(seen) < rooms.Colours {
			t.Errorf("%s, dark %v, depth %d: %d colours for %d hues", theme.name, k.dark, k.depth, len(seen), rooms.Colours)
		}
	})
}

func TestFind(t *testing.T) {
	for _, name := range Names() {
		for _, dark := range []bool{true, false} {
			for depth := range numDepths {
				a, ok := Find(name, dark, depth)
				b, _ := Find(name, dark, depth)
				if !ok || a != b {
					t.Errorf("%q, dark %v, depth %d: found %v, the same %v", name, dark, depth, ok, a == b)
				}
			}
		}
	}
	for _, test := range []struct {
		name     string
		dark     bool
		want     string
		wantDark bool
	}{
		{"", true, "sotto", true},
		{"dark", false, "sotto", true},
		{"light", true, "sotto", false},
		{"ember-light", true, "ember", false},
		{"ember-dark", false, "ember", true},
		{"tide", false, "tide", false},
	} {
		if k, ok := Find(test.name, test.dark, TrueColor); !ok || k.Name() != test.want || k.Dark() != test.wantDark {
			t.Errorf("%q, dark %v: found %v", test.name, test.dark, ok)
		}
	}
	for _, name := range []string{"nope", "-dark", "mono-", "SOTTO"} {
		if _, ok := Find(name, true, TrueColor); ok {
			t.Errorf("%q was found", name)
		}
	}
	if k, ok := Find("", true, 200); !ok || k.Depth() != TrueColor {
		t.Error("a depth beyond the last is not the last")
	}
}

func TestPaint(t *testing.T) {
	k := Default(true, TrueColor)
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
