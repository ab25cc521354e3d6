package ogg

// Rate is the clock of Opus in Ogg: samples a second, whatever was recorded.
const Rate = 48_000

// MaxSamples is how long a packet may last: 120 ms.
const MaxSamples = Rate * 120 / 1000

// maxFrame is how large a frame may be, in bytes.
const maxFrame = 1275

// Opus is what an Opus packet says of itself in its first bytes.
type Opus struct {
	Samples int // how long it lasts
	Frames  int
	Stereo  bool
	// Voiced is whether somebody speaks in it, as far as that can be told: its
	// encoder says so itself where it took it for speech; otherwise anything counts
	// that is more than silence takes, which is two bytes for a frame.
	Voiced bool
}

// ParseOpus reads the head of a packet. It reports whether the packet is well-formed
// by the rules of RFC 6716, section 3.4.
func ParseOpus(p []byte) (o Opus, ok bool) {
	if len(p) == 0 {
		return Opus{}, false
	}
	config, rest := p[0]>>3, p[1:]
	o.Stereo = p[0]&4 != 0
	first := 0 // the size of the first frame
	switch p[0] & 3 {
	case 0:
		o.Frames, first = 1, len(rest)
	case 1:
		if len(rest)%2 != 0 {
			return Opus{}, false
		}
		o.Frames, first = 2, len(rest)/2
	case 2:
		size, used := frameSize(rest)
		if used == 0 || size > len(rest)-used || len(rest)-used-size > maxFrame {
			return Opus{}, false
		}
		o.Frames, first, rest = 2, size, rest[used:]
	case 3:
		if o.Frames, first, rest = manyFrames(rest); o.Frames == 0 {
			return Opus{}, false
		}
	}
	o.Samples = o.Frames * frameSamples(config)
	if first > maxFrame || o.Samples > MaxSamples {
		return Opus{}, false
	}
	switch {
	case len(rest) <= 2*o.Frames: // DTX, or what an encoder makes of digital silence
	case config < 16 && first > 0: // SILK has a bit for each of its 20 ms, first of all
		o.Voiced = rest[0]>>(8-max(1, frameSamples(config)*50/Rate)) != 0
	default:
		o.Voiced = true
	}
	return o, true
}

// Flags of a packet with any number of frames, beside how many.
const (
	flagPadded = 64
	flagSizes  = 128 // each frame has its own
)

// manyFrames reads the head of a packet with any number of frames. No frames mean that
// it isn't well-formed; rest begins with the first of them and has no padding.
func manyFrames(p []byte) (frames, first int, rest []byte) {
	if len(p) == 0 {
		return 0, 0, nil
	}
	flags := p[0]
	frames, rest = int(flags&63), p[1:]
	if flags&flagPadded != 0 {
		var ok bool
		if rest, ok = cutPadding(rest); !ok {
			return 0, 0, nil
		}
	}
	if frames == 0 {
		return 0, 0, nil
	}
	if flags&flagSizes == 0 {
		if len(rest)%frames != 0 || len(rest)/frames > maxFrame {
			return 0, 0, nil
		}
		return frames, len(rest) / frames, rest
	}
	sum := 0
	for i := range frames - 1 {
		size, used := frameSize(rest)
		if used == 0 {
			return 0, 0, nil
		}
		if i == 0 {
			first = size
		}
		sum, rest = sum+size, rest[used:]
	}
	last := len(rest) - sum
	if last < 0 || last > maxFrame {
		return 0, 0, nil
	}
	if frames == 1 {
		first = last
	}
	return frames, first, rest
}

// frameSize reads the size of a frame, of so many bytes; none: it isn't there whole.
func frameSize(p []byte) (size, used int) {
	switch {
	case len(p) > 0 && p[0] < 252:
		return int(p[0]), 1
	case len(p) > 1:
		return int(p[0]) + 4*int(p[1]), 2
	}
	return 0, 0
}

// frameSamples is how long a frame lasts.
func frameSamples(config byte) int {
	const ms = Rate / 1000
	switch {
	case config < 12: // SILK
		return [4]int{10 * ms, 20 * ms, 40 * ms, 60 * ms}[config&3]
	case config < 16: // both
		return [2]int{10 * ms, 20 * ms}[config&1]
	}
	return 5 * ms / 2 << (config & 3)
}

// silence is 20 ms of it: a frame of CELT for one channel that says that it is silent.
var silence = []byte{0xf8, 0xff, 0xfe}

// SilenceSamples is how long what [Writer.Silence] writes lasts.
const SilenceSamples = Rate / 50

// Concealed is a packet that says that one like p is missing: no frame of the same kind,
// which a decoder conceals (RFC 7845, section 4.1).
func Concealed(p []byte) (packet []byte, samples int) {
	return []byte{p[0] &^ 3}, frameSamples(p[0] >> 3)
}
