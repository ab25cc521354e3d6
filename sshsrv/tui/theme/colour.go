package theme

import (
	"math"
	"slices"
	"strconv"
)

// rgb is a colour of the sRGB space, 0xRRGGBB.
type rgb uint32

func (c rgb) channels() (r, g, b float64) {
	return float64(c >> 16 & 0xff), float64(c >> 8 & 0xff), float64(c & 0xff)
}

// linear is the light of a channel, 0 to 1.
func linear(v float64) float64 {
	v /= 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// luminance is the relative luminance of WCAG 2.2, 0 to 1.
func (c rgb) luminance() float64 {
	r, g, b := c.channels()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// shade is the colour with less light, as much as leaves it a luminance.
func (c rgb) shade(luminance float64) rgb {
	by := luminance / c.luminance()
	if by >= 1 {
		return c
	}
	dim := func(v float64) rgb {
		v = linear(v) * by
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		return rgb(math.Round(v * 255))
	}
	r, g, b := c.channels()
	return dim(r)<<16 | dim(g)<<8 | dim(b)
}

// contrast is the contrast ratio of WCAG 2.2, 1 to 21.
func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// distance tells colours apart about as eyes do ("redmean").
func distance(a, b rgb) float64 {
	ar, ag, ab := a.channels()
	br, bg, bb := b.channels()
	mean := (ar + br) / 2
	dr, dg, db := ar-br, ag-bg, ab-bb
	return (2+mean/256)*dr*dr + 4*dg*dg + (2+(255-mean)/256)*db*db
}

// indexed is the colour of an entry of the 256-colour table, 16 to 255. The
// first sixteen belong to the person who set the terminal up and are not known.
func indexed(i int) rgb {
	if i >= 232 {
		v := rgb(8 + 10*(i-232))
		return v<<16 | v<<8 | v
	}
	level := func(n int) rgb {
		if n == 0 {
			return 0
		}
		return rgb(55 + 40*n)
	}
	i -= 16
	return level(i/36)<<16 | level(i/6%6)<<8 | level(i%6)
}

// greys are the entries of the 256-colour table that have no hue.
var greys = func() (greys []int) {
	for i := 16; i < 256; i++ {
		if r, g, b := indexed(i).channels(); r == g && g == b {
			greys = append(greys, i)
		}
	}
	return greys
}()

// nearest is the entry of the 256-colour table that is most like c among those
// that keep the contrast of need against every ground.
func nearest(c rgb, grounds []rgb, need float64, taken ...int) int {
	best, bestDistance := -1, math.Inf(1)
	fallback, bestContrast := 0, 0.0
	for i := 16; i < 256; i++ {
		if slices.Contains(taken, i) {
			continue
		}
		have := indexed(i)
		least := math.Inf(1)
		for _, g := range grounds {
			least = min(least, contrast(have, g))
		}
		if least > bestContrast {
			fallback, bestContrast = i, least
		}
		if d := distance(have, c); least >= need && d < bestDistance {
			best, bestDistance = i, d
		}
	}
	if best < 0 {
		return fallback
	}
	return best
}

// Each of these returns the parameters of an SGR sequence; base is 30 for text
// and 40 for its background.

func sgrTrue(base int, c rgb) string {
	return strconv.Itoa(base+8) + ";2;" + strconv.Itoa(int(c>>16&0xff)) + ";" +
		strconv.Itoa(int(c>>8&0xff)) + ";" + strconv.Itoa(int(c&0xff))
}

func sgr256(base, i int) string {
	return strconv.Itoa(base+8) + ";5;" + strconv.Itoa(i)
}

func sgr16(base, i int) string {
	if i >= 8 {
		return strconv.Itoa(base + 60 + i - 8)
	}
	return strconv.Itoa(base + i)
}
