package theme

// A family is a theme on both grounds. Values were chosen in OKLCH, where equal
// steps look equal, and moved in lightness until they keep their contrast.
type family struct {
	name     string
	about    string  // one line for a list of themes
	contrast float64 // that every colour of text keeps, WCAG 2.2
	plain    bool    // attributes alone, whatever the depth
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

// themes are in the order in which they are offered; the first is the default.
// Its name colours are the browser's.
var themes = [...]family{
	{
		name: "sotto", about: "calm: blue-grey bars, soft hues", contrast: 4.5,
		dark: palette{
			hueDim: 0x979ea6, hueAccent: 0x4ab8e8, hueGood: 0x5ac576, hueWarn: 0xd9a02c,
			hueBad: 0xfe7f78, hueLink: 0x65b2f1, hueCode: 0xa4c0e4, hueKeyword: 0xc493e8,
			hueString: 0x81bd74, hueNumber: 0xe5955d, hueType: 0x3ebfc6, hueFunc: 0x89a9f1,
			hueBar: 0x272e38, hueBarText: 0xdadee5, hueBarDim: 0x8d96a2, hueBarWarn: 0xf7ac4d,
			huePop: 0x22272e, huePopText: 0xdadee5, hueHot: 0x1b546c, hueHotText: 0xe8f0f4,
			hueMark: 0xefca61, hueMarkText: 0x272110,
			hueNick0: 0xfa7f8c, hueNick0 + 1: 0xfda075, hueNick0 + 2: 0xe19b1b, hueNick0 + 3: 0xc9bf37,
			hueNick0 + 4: 0x80bf59, hueNick0 + 5: 0x3cd8a2, hueNick0 + 6: 0x0cc3c3, hueNick0 + 7: 0x2fccfe,
			hueNick0 + 8: 0x6eadfe, hueNick0 + 9: 0xb3b1ff, hueNick0 + 10: 0xce8ceb, hueNick0 + 11: 0xfd91d0,
		},
		light: palette{
			hueDim: 0x626870, hueAccent: 0x0a6ea2, hueGood: 0x087736, hueWarn: 0x886108,
			hueBad: 0xbc3737, hueLink: 0x156ba6, hueCode: 0x4c6585, hueKeyword: 0x8353a3,
			hueString: 0x3a732c, hueNumber: 0x9e5416, hueType: 0x047378, hueFunc: 0x4966a8,
			hueBar: 0xdce6f2, hueBarText: 0x2a2e33, hueBarDim: 0x5d6570, hueBarWarn: 0x895709,
			huePop: 0xe5ecf5, huePopText: 0x2a2e33, hueHot: 0xaed7f5, hueHotText: 0x1d2226,
			hueMark: 0xefca61, hueMarkText: 0x272110,
			hueNick0: 0xb73a4e, hueNick0 + 1: 0xa14206, hueNick0 + 2: 0x8c5f0e, hueNick0 + 3: 0x6d6603,
			hueNick0 + 4: 0x3b7402, hueNick0 + 5: 0x007654, hueNick0 + 6: 0x057374, hueNick0 + 7: 0x116d8a,
			hueNick0 + 8: 0x1467c2, hueNick0 + 9: 0x5d4fb9, hueNick0 + 10: 0x8f4aac, hueNick0 + 11: 0x9e3378,
		},
	},
	{
		name: "ember", about: "warm: amber on brown", contrast: 4.5,
		dark: palette{
			hueDim: 0xa49b94, hueAccent: 0xe5955d, hueGood: 0x5ac576, hueWarn: 0xd9a02c,
			hueBad: 0xfe7f78, hueLink: 0x65b2f1, hueCode: 0xdbb597, hueKeyword: 0xc493e8,
			hueString: 0x81bd74, hueNumber: 0xe5955d, hueType: 0x3ebfc6, hueFunc: 0x89a9f1,
			hueBar: 0x332921, hueBarText: 0xe3ddd8, hueBarDim: 0x9c9086, hueBarWarn: 0xf7ac4d,
			huePop: 0x2a221d, huePopText: 0xe3ddd8, hueHot: 0x6e401e, hueHotText: 0xf4ede8,
			hueMark: 0xefca61, hueMarkText: 0x272110,
			hueNick0: 0xf18790, hueNick0 + 1: 0xfda075, hueNick0 + 2: 0xda9e3f, hueNick0 + 3: 0xc7bf53,
			hueNick0 + 4: 0x86bd67, hueNick0 + 5: 0x5ad5a6, hueNick0 + 6: 0x0cc3c3, hueNick0 + 7: 0x45cbf9,
			hueNick0 + 8: 0x70adfb, hueNick0 + 9: 0xb3b1ff, hueNick0 + 10: 0xca91e3, hueNick0 + 11: 0xf697ce,
		},
		light: palette{
			hueDim: 0x6d665e, hueAccent: 0xa15028, hueGood: 0x087736, hueWarn: 0x886108,
			hueBad: 0xbc3737, hueLink: 0x156ba6, hueCode: 0x795d3c, hueKeyword: 0x8353a3,
			hueString: 0x3a732c, hueNumber: 0x9e5416, hueType: 0x047378, hueFunc: 0x4966a8,
			hueBar: 0xeadfd3, hueBarText: 0x312d28, hueBarDim: 0x6b6157, hueBarWarn: 0x895709,
			huePop: 0xefe6dd, huePopText: 0x312d28, hueHot: 0xfec1a6, hueHotText: 0x26201e,
			hueMark: 0xefca61, hueMarkText: 0x272110,
			hueNick0: 0xad4251, hueNick0 + 1: 0xa14206, hueNick0 + 2: 0x8c5f0e, hueNick0 + 3: 0x6d6603,
			hueNick0 + 4: 0x3e750f, hueNick0 + 5: 0x007654, hueNick0 + 6: 0x057374, hueNick0 + 7: 0x116d8a,
			hueNick0 + 8: 0x2567b5, hueNick0 + 9: 0x5d53ae, hueNick0 + 10: 0x8a4fa3, hueNick0 + 11: 0x983c75,
		},
	},
	{
		name: "tide", about: "cool: green and teal", contrast: 4.5,
		dark: palette{
			hueDim: 0x93a09f, hueAccent: 0x4bc39f, hueGood: 0x5ac576, hueWarn: 0xd9a02c,
			hueBad: 0xfe7f78, hueLink: 0x65b2f1, hueCode: 0x91cbc6, hueKeyword: 0xc493e8,
			hueString: 0x81bd74, hueNumber: 0xe5955d, hueType: 0x3ebfc6, hueFunc: 0x89a9f1,
			hueBar: 0x202f2d, hueBarText: 0xd7e0df, hueBarDim: 0x869896, hueBarWarn: 0xf7ac4d,
			huePop: 0x1c2626, huePopText: 0xd7e0df, hueHot: 0x1b5947, hueHotText: 0xe8f1ed,
			hueMark: 0xefca61, hueMarkText: 0x272110,
			hueNick0: 0xf18790, hueNick0 + 1: 0xfda075, hueNick0 + 2: 0xda9e3f, hueNick0 + 3: 0xc7bf53,
			hueNick0 + 4: 0x86bd67, hueNick0 + 5: 0x5ad5a6, hueNick0 + 6: 0x0cc3c3, hueNick0 + 7: 0x45cbf9,
			hueNick0 + 8: 0x70adfb, hueNick0 + 9: 0xb3b1ff, hueNick0 + 10: 0xca91e3, hueNick0 + 11: 0xf697ce,
		},
		light: palette{
			hueDim: 0x5e6a69, hueAccent: 0x017661, hueGood: 0x087736, hueWarn: 0x886108,
			hueBad: 0xbc3737, hueLink: 0x156ba6, hueCode: 0x366e6b, hueKeyword: 0x8353a3,
			hueString: 0x3a732c, hueNumber: 0x9e5416, hueType: 0x047378, hueFunc: 0x4966a8,
			hueBar: 0xd6e9e7, hueBarText: 0x282f2f, hueBarDim: 0x586967, hueBarWarn: 0x895709,
			huePop: 0xe1efed, huePopText: 0x282f2f, hueHot: 0xa0e1ce, hueHotText: 0x1d2321,
			hueMark: 0xefca61, hueMarkText: 0x272110,
			hueNick0: 0xa94753, hueNick0 + 1: 0x9d4616, hueNick0 + 2: 0x8c5f0e, hueNick0 + 3: 0x6d6603,
			hueNick0 + 4: 0x41741c, hueNick0 + 5: 0x007654, hueNick0 + 6: 0x057374, hueNick0 + 7: 0x116d8a,
			hueNick0 + 8: 0x2c68b0, hueNick0 + 9: 0x5d55a9, hueNick0 + 10: 0x88529f, hueNick0 + 11: 0x954074,
		},
	},
	{
		name: "contrast", about: "the strongest: WCAG AAA everywhere", contrast: 7,
		dark: palette{
			hueDim: 0xbec4ce, hueAccent: 0xe2c162, hueGood: 0x75df8f, hueWarn: 0xf3b94c,
			hueBad: 0xfdb1aa, hueLink: 0x8fcbfe, hueCode: 0xc3d9fd, hueKeyword: 0xddb3fd,
			hueString: 0x9ad78c, hueNumber: 0xfdb37f, hueType: 0x5ddae0, hueFunc: 0xa9c4fc,
			hueBar: 0x03060d, hueBarText: 0xdadee5, hueBarDim: 0x9199a5, hueBarWarn: 0xf7ac4d,
			huePop: 0x010206, huePopText: 0xdadee5, hueHot: 0x5f4a02, hueHotText: 0xf1eee7,
			hueMark: 0xefca61, hueMarkText: 0x272110,
			hueNick0: 0xffaeb3, hueNick0 + 1: 0xfdc6af, hueNick0 + 2: 0xfeb644, hueNick0 + 3: 0xe4d948,
			hueNick0 + 4: 0x95db6c, hueNick0 + 5: 0x4ff5ba, hueNick0 + 6: 0x25dfdf, hueNick0 + 7: 0x95e1ff,
			hueNick0 + 8: 0x9dc7fe, hueNick0 + 9: 0xcfcffe, hueNick0 + 10: 0xe5affd, hueNick0 + 11: 0xfebee1,
		},
		light: palette{
			hueDim: 0x474c54, hueAccent: 0x21498c, hueGood: 0x005725, hueWarn: 0x644602,
			hueBad: 0x990b19, hueLink: 0x064e7c, hueCode: 0x3c3f62, hueKeyword: 0x643582,
			hueString: 0x1c560b, hueNumber: 0x753b07, hueType: 0x0b5357, hueFunc: 0x2e4887,
			hueBar: 0xf1f5fc, hueBarText: 0x2b2e33, hueBarDim: 0x4c535e, hueBarWarn: 0x754903,
			huePop: 0xfcfcfc, huePopText: 0x2b2e33, hueHot: 0xbad2f9, hueHotText: 0x1f2227,
			hueMark: 0xefca61, hueMarkText: 0x272110,
			hueNick0: 0x931232, hueNick0 + 1: 0x6e2b04, hueNick0 + 2: 0x664405, hueNick0 + 3: 0x494401,
			hueNick0 + 4: 0x295402, hueNick0 + 5: 0x004f38, hueNick0 + 6: 0x0c5454, hueNick0 + 7: 0x054a5e,
			hueNick0 + 8: 0x024a92, hueNick0 + 9: 0x3f2a92, hueNick0 + 10: 0x712b8c, hueNick0 + 11: 0x770255,
		},
	},
	{name: "mono", about: "no colours, only bold, faint and reverse", contrast: 4.5, plain: true},
}

// With sixteen colours only the rough hue is known. Dark grounds avoid what is
// usually too dark on black (0, 4), light ones what is too pale on white (the
// bright ones, 2, 3, 6 and 7 but for backgrounds).
var (
	ansiDark = [numHues]uint8{
		hueDim: 7, hueAccent: 14, hueGood: 10, hueWarn: 11, hueBad: 9, hueLink: 12,
		hueCode: 14, hueKeyword: 13, hueString: 10, hueNumber: 11, hueType: 14, hueFunc: 12,
		hueBar: 7, hueBarText: 0, hueBarDim: 0, hueBarWarn: 1,
		huePop: 7, huePopText: 0, hueHot: 11, hueHotText: 0, hueMark: 11, hueMarkText: 0,
		hueNick0: 9, hueNick0 + 1: 3, hueNick0 + 2: 11, hueNick0 + 3: 10,
		hueNick0 + 4: 2, hueNick0 + 5: 6, hueNick0 + 6: 14, hueNick0 + 7: 12,
		hueNick0 + 8: 14, hueNick0 + 9: 12, hueNick0 + 10: 5, hueNick0 + 11: 13,
	}
	ansiLight = [numHues]uint8{
		hueDim: 8, hueAccent: 4, hueGood: 2, hueWarn: 1, hueBad: 1, hueLink: 4,
		hueCode: 5, hueKeyword: 5, hueString: 2, hueNumber: 1, hueType: 4, hueFunc: 4,
		hueBar: 7, hueBarText: 0, hueBarDim: 0, hueBarWarn: 1,
		huePop: 7, huePopText: 0, hueHot: 11, hueHotText: 0, hueMark: 11, hueMarkText: 0,
		hueNick0: 1, hueNick0 + 1: 5, hueNick0 + 2: 1, hueNick0 + 3: 2,
		hueNick0 + 4: 2, hueNick0 + 5: 6, hueNick0 + 6: 6, hueNick0 + 7: 4,
		hueNick0 + 8: 4, hueNick0 + 9: 5, hueNick0 + 10: 5, hueNick0 + 11: 1,
	}
)
