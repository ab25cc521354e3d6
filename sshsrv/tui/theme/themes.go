package theme

import (
	"slices"

	"sotto/rooms"
)

// A family is a theme on both grounds. Values were chosen in OKLCH, where equal
// steps look equal, and moved in lightness until they keep their contrast.
type family struct {
	name     string
	contrast float64 // that every colour of text keeps, WCAG 2.2
	plain    bool    // attributes alone, whatever the depth
	people   *names
	dark     palette
	light    palette
}

type palette [numHues]rgb

// The backgrounds that a ground stands for: from black to the palest of the
// popular dark schemes, and from white to the darkest of the light ones. A
// colour that is readable on both ends is readable between them.
var (
	darkGrounds  = []rgb{0x000000, 0x2e3440}
	lightGrounds = []rgb{0xffffff, 0xeee8d5}
)

// names are the colours of people, on dark and on light grounds.
type names struct{ dark, light [rooms.Colours]rgb }

// people are the browser's twelve, so that somebody has the same colour in both.
var people = names{
	dark: [...]rgb{
		0xff9b93, 0xfba26f, 0xe9ae57, 0xbfc15c, 0x8ece80, 0x60d4a7,
		0x33d3d3, 0x4dcbf7, 0x8bbefe, 0xb3b1fe, 0xd9a2f2, 0xf798c6,
	},
	light: [...]rgb{
		0xa13835, 0x974603, 0x825604, 0x656503, 0x2c721a, 0x047252,
		0x076f6f, 0x036b87, 0x1d60ad, 0x5b51ab, 0x7d4396, 0x97386b,
	},
}

// strongPeople are the same hues with the contrast of 7.
var strongPeople = names{
	dark: [...]rgb{
		0xffaeb3, 0xfdc6af, 0xfeb644, 0xe4d948, 0x95db6c, 0x4ff5ba,
		0x25dfdf, 0x95e1ff, 0x9dc7fe, 0xcfcffe, 0xe5affd, 0xfebee1,
	},
	light: [...]rgb{
		0x931232, 0x6e2b04, 0x664405, 0x494401, 0x295402, 0x004f38,
		0x0c5454, 0x054a5e, 0x024a92, 0x3f2a92, 0x712b8c, 0x770255,
	},
}

// themes are in the order in which they are offered; the first is the default,
// whose dim, accent and warning are the browser's too.
var themes = [...]family{
	{
		// Calm: paper grey and a little teal, as in the browser.
		name: "sotto", contrast: 4.5, people: &people,
		dark: palette{
			hueDim: 0xa19d95, hueAccent: 0x5cc8c2, hueWarn: 0xf0b35a,
			hueBad: 0xfe7f78, hueLink: 0x65b2f1, hueCode: 0xa4c0e4, hueKeyword: 0xc493e8,
			hueString: 0x81bd74, hueNumber: 0xe5955d, hueType: 0x3ebfc6, hueFunc: 0x89a9f1,
			hueBar: 0x2a2d31, hueBarText: 0xe9e6e0, hueBarDim: 0xa19d95, hueBarWarn: 0xf0b35a,
			huePop: 0x1f2124, huePopText: 0xe9e6e0, hueHot: 0x1d4f4d, hueHotText: 0xe9f4f3,
			hueMark: 0xefca61, hueMarkText: 0x272110,
		},
		light: palette{
			hueDim: 0x66625a, hueAccent: 0x0b6b6b, hueWarn: 0x8a4b00,
			hueBad: 0xbc3737, hueLink: 0x156ba6, hueCode: 0x4c6585, hueKeyword: 0x8353a3,
			hueString: 0x3a732c, hueNumber: 0x9e5416, hueType: 0x047378, hueFunc: 0x4966a8,
			hueBar: 0xe7e3da, hueBarText: 0x1f1e1b, hueBarDim: 0x5c5850, hueBarWarn: 0x8a4b00,
			huePop: 0xf1efe9, huePopText: 0x1f1e1b, hueHot: 0xbfe3e0, hueHotText: 0x0d1f1e,
			hueMark: 0xefca61, hueMarkText: 0x272110,
		},
	},
	{
		// Warm: amber on brown.
		name: "ember", contrast: 4.5, people: &people,
		dark: palette{
			hueDim: 0xa49b94, hueAccent: 0xe5955d, hueWarn: 0xd9a02c,
			hueBad: 0xfe7f78, hueLink: 0x65b2f1, hueCode: 0xdbb597, hueKeyword: 0xc493e8,
			hueString: 0x81bd74, hueNumber: 0xe5955d, hueType: 0x3ebfc6, hueFunc: 0x89a9f1,
			hueBar: 0x332921, hueBarText: 0xe3ddd8, hueBarDim: 0x9c9086, hueBarWarn: 0xf7ac4d,
			huePop: 0x2a221d, huePopText: 0xe3ddd8, hueHot: 0x6e401e, hueHotText: 0xf4ede8,
			hueMark: 0xefca61, hueMarkText: 0x272110,
		},
		light: palette{
			hueDim: 0x6d665e, hueAccent: 0xa15028, hueWarn: 0x886108,
			hueBad: 0xbc3737, hueLink: 0x156ba6, hueCode: 0x795d3c, hueKeyword: 0x8353a3,
			hueString: 0x3a732c, hueNumber: 0x9e5416, hueType: 0x047378, hueFunc: 0x4966a8,
			hueBar: 0xeadfd3, hueBarText: 0x312d28, hueBarDim: 0x6b6157, hueBarWarn: 0x895709,
			huePop: 0xefe6dd, huePopText: 0x312d28, hueHot: 0xfec1a6, hueHotText: 0x26201e,
			hueMark: 0xefca61, hueMarkText: 0x272110,
		},
	},
	{
		// Cool: green and teal.
		name: "tide", contrast: 4.5, people: &people,
		dark: palette{
			hueDim: 0x93a09f, hueAccent: 0x4bc39f, hueWarn: 0xd9a02c,
			hueBad: 0xfe7f78, hueLink: 0x65b2f1, hueCode: 0x91cbc6, hueKeyword: 0xc493e8,
			hueString: 0x81bd74, hueNumber: 0xe5955d, hueType: 0x3ebfc6, hueFunc: 0x89a9f1,
			hueBar: 0x202f2d, hueBarText: 0xd7e0df, hueBarDim: 0x869896, hueBarWarn: 0xf7ac4d,
			huePop: 0x1c2626, huePopText: 0xd7e0df, hueHot: 0x1b5947, hueHotText: 0xe8f1ed,
			hueMark: 0xefca61, hueMarkText: 0x272110,
		},
		light: palette{
			hueDim: 0x5e6a69, hueAccent: 0x017661, hueWarn: 0x886108,
			hueBad: 0xbc3737, hueLink: 0x156ba6, hueCode: 0x366e6b, hueKeyword: 0x8353a3,
			hueString: 0x3a732c, hueNumber: 0x9e5416, hueType: 0x047378, hueFunc: 0x4966a8,
			hueBar: 0xd6e9e7, hueBarText: 0x282f2f, hueBarDim: 0x586967, hueBarWarn: 0x895709,
			huePop: 0xe1efed, huePopText: 0x282f2f, hueHot: 0xa0e1ce, hueHotText: 0x1d2321,
			hueMark: 0xefca61, hueMarkText: 0x272110,
		},
	},
	{
		// The strongest: WCAG AAA everywhere.
		name: "contrast", contrast: 7, people: &strongPeople,
		dark: palette{
			hueDim: 0xbec4ce, hueAccent: 0xe2c162, hueWarn: 0xf3b94c,
			hueBad: 0xfdb1aa, hueLink: 0x8fcbfe, hueCode: 0xc3d9fd, hueKeyword: 0xddb3fd,
			hueString: 0x9ad78c, hueNumber: 0xfdb37f, hueType: 0x5ddae0, hueFunc: 0xa9c4fc,
			hueBar: 0x03060d, hueBarText: 0xdadee5, hueBarDim: 0x9199a5, hueBarWarn: 0xf7ac4d,
			huePop: 0x010206, huePopText: 0xdadee5, hueHot: 0x00005f, hueHotText: 0xffffff,
			hueMark: 0xefca61, hueMarkText: 0x272110,
		},
		light: palette{
			hueDim: 0x474c54, hueAccent: 0x21498c, hueWarn: 0x644602,
			hueBad: 0x990b19, hueLink: 0x064e7c, hueCode: 0x3c3f62, hueKeyword: 0x643582,
			hueString: 0x1c560b, hueNumber: 0x753b07, hueType: 0x0b5357, hueFunc: 0x2e4887,
			hueBar: 0xf1f5fc, hueBarText: 0x2b2e33, hueBarDim: 0x4c535e, hueBarWarn: 0x754903,
			huePop: 0xfcfcfc, huePopText: 0x2b2e33, hueHot: 0xbad2f9, hueHotText: 0x1f2227,
			hueMark: 0xefca61, hueMarkText: 0x272110,
		},
	},
	// No colours, only bold, faint and reverse.
	{name: "mono", contrast: 4.5, plain: true},
}

// on is what the theme is made of on a ground: its palette, what is behind it, the
// contrast to be kept, and its sixteen colours.
func (t *family) on(ground Ground) (p palette, behind []rgb, need float64, sixteen *[numHues]uint8) {
	people := t.people
	if people == nil {
		people = new(names)
	}
	switch ground {
	case Light:
		p, behind, need, sixteen = t.light, lightGrounds, t.contrast, &ansiLight
		copy(p[hueNick0:], people.light[:])
	case Dark:
		p, behind, need, sixteen = t.dark, darkGrounds, t.contrast, &ansiDark
		copy(p[hueNick0:], people.dark[:])
	default:
		p, behind, need, sixteen = t.dark, slices.Concat(darkGrounds, lightGrounds), eitherContrast, &ansiEither
		copy(p[hueNick0:], people.dark[:])
		for h := range p {
			if hue(h) < hueBar || hue(h) >= hueNick0 {
				p[h] = p[h].shade(eitherLuminance)
			}
		}
	}
	return p, behind, need, sixteen
}

// Between the palest of the dark grounds and the darkest of the light ones there is
// one luminance that keeps the same contrast to both, and it is not much.
const (
	eitherContrast  = 3
	eitherLuminance = 0.219
)

// own says that a style with a hue is in the terminal's own colours, and told apart
// by attributes.
const own = 0xff

// With sixteen colours only the rough hue is known, and what is readable in all the
// palettes that are about: on dark grounds neither blue nor what is too dark in one
// of them (0, 1, 4, 5, 8, 10, 12), on light ones nothing but 0, 1, 4, 5 and 8, and
// nothing at all on both. So people have few colours there and not twelve, because
// a name must be read before it is recognised.
var (
	ansiDark = [numHues]uint8{
		hueDim: 7, hueAccent: 14, hueWarn: 11, hueBad: 9, hueLink: 14,
		hueCode: 6, hueKeyword: 13, hueString: 2, hueNumber: 3, hueType: 14, hueFunc: 6,
		hueBar: own, hueBarText: own, hueBarDim: own, hueBarWarn: own,
		huePop: own, huePopText: own, hueHot: 14, hueHotText: 0, hueMark: 3, hueMarkText: 0,
		hueNick0: 9, hueNick0 + 1: 3, hueNick0 + 2: 11, hueNick0 + 3: 3,
		hueNick0 + 4: 2, hueNick0 + 5: 2, hueNick0 + 6: 6, hueNick0 + 7: 14,
		hueNick0 + 8: 6, hueNick0 + 9: 14, hueNick0 + 10: 13, hueNick0 + 11: 13,
	}
	ansiLight = [numHues]uint8{
		hueDim: 8, hueAccent: 4, hueWarn: 1, hueBad: 1, hueLink: 4,
		hueCode: 5, hueKeyword: 5, hueString: 1, hueNumber: 1, hueType: 4, hueFunc: 4,
		hueBar: own, hueBarText: own, hueBarDim: own, hueBarWarn: own,
		huePop: own, huePopText: own, hueHot: 14, hueHotText: 0, hueMark: 3, hueMarkText: 0,
		hueNick0: 1, hueNick0 + 1: 1, hueNick0 + 2: 1, hueNick0 + 3: 5,
		hueNick0 + 4: 4, hueNick0 + 5: 4, hueNick0 + 6: 4, hueNick0 + 7: 4,
		hueNick0 + 8: 4, hueNick0 + 9: 5, hueNick0 + 10: 5, hueNick0 + 11: 5,
	}
	ansiEither = func() (sixteen [numHues]uint8) {
		for h := range sixteen {
			sixteen[h] = own
		}
		for _, h := range []hue{hueHot, hueHotText, hueMark, hueMarkText} {
			sixteen[h] = ansiDark[h]
		}
		return sixteen
	}()
)
