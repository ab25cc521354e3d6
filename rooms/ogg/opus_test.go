package ogg_test

import (
	"bytes"
	"testing"

	"sotto/rooms/ogg"
)

func TestOpusHeads(t *testing.T) {
	for name, c := range map[string]struct {
		packet []byte
		want   ogg.Opus
	}{
		"2.5 ms":                   {[]byte{16 << 3, 1, 2, 3}, ogg.Opus{Samples: 120, Frames: 1, Voiced: true}},
		"5 ms":                     {[]byte{17 << 3, 1, 2, 3}, ogg.Opus{Samples: 240, Frames: 1, Voiced: true}},
		"10 ms, stereo":            {[]byte{18<<3 | 4, 1, 2, 3}, ogg.Opus{Samples: 480, Frames: 1, Stereo: true, Voiced: true}},
		"20 ms":                    {[]byte{31 << 3, 1, 2, 3}, ogg.Opus{Samples: 960, Frames: 1, Voiced: true}},
		"60 ms of SILK, voiced":    {[]byte{3 << 3, 0x20, 2, 3}, ogg.Opus{Samples: 2880, Frames: 1, Voiced: true}},
		"60 ms of SILK, unvoiced":  {[]byte{3 << 3, 0x1f, 2, 3}, ogg.Opus{Samples: 2880, Frames: 1}},
		"20 ms of both, unvoiced":  {[]byte{13 << 3, 0x7f, 2, 3}, ogg.Opus{Samples: 960, Frames: 1}},
		"10 ms of both, voiced":    {[]byte{12 << 3, 0x80, 2, 3}, ogg.Opus{Samples: 480, Frames: 1, Voiced: true}},
		"two like frames":          {[]byte{31<<3 | 1, 1, 2, 3, 4, 5, 6}, ogg.Opus{Samples: 1920, Frames: 2, Voiced: true}},
		"two frames":               {[]byte{31<<3 | 2, 1, 2, 3, 4, 5, 6}, ogg.Opus{Samples: 1920, Frames: 2, Voiced: true}},
		"120 ms of six":            {append([]byte{31<<3 | 3, 6}, make([]byte, 18)...), ogg.Opus{Samples: 5760, Frames: 6, Voiced: true}},
		"padding":                  {append([]byte{31<<3 | 3, 1 | 64, 255, 2}, make([]byte, 10+256)...), ogg.Opus{Samples: 960, Frames: 1, Voiced: true}},
		"sizes of their own":       {append([]byte{31<<3 | 3, 3 | 128, 252, 1, 0}, make([]byte, 256+9)...), ogg.Opus{Samples: 2880, Frames: 3, Voiced: true}},
		"nothing":                  {[]byte{31 << 3}, ogg.Opus{Samples: 960, Frames: 1}},
		"silence":                  {[]byte{0xf8, 0xff, 0xfe}, ogg.Opus{Samples: 960, Frames: 1}},
		"three times no frame":     {[]byte{31<<3 | 3, 3}, ogg.Opus{Samples: 2880, Frames: 3}},
		"one of a size of its own": {append([]byte{1<<3 | 3, 1 | 128}, 0x80, 2, 3), ogg.Opus{Samples: 960, Frames: 1, Voiced: true}},
	} {
		if got, ok := ogg.ParseOpus(c.packet); !ok || got != c.want {
			t.Errorf("%s: %+v %v, want %+v", name, got, ok, c.want)
		}
	}
	for name, packet := range map[string][]byte{
		"none": nil,
		"frames of two sizes that ought to have one": {31<<3 | 1, 1, 2, 3},
		"a first frame larger than all":              {31<<3 | 2, 9, 1},
		"half a size":                                {31<<3 | 2, 252},
		"no count":                                   {31<<3 | 3},
		"no frames":                                  {31<<3 | 3, 0, 1},
		"140 ms":                                     append([]byte{31<<3 | 3, 7}, make([]byte, 14)...),
		"63 frames of 60 ms":                         append([]byte{3<<3 | 3, 63}, make([]byte, 63)...),
		"a frame too large":                          make([]byte, 1277),
		"a last frame too large":                     append([]byte{31<<3 | 2, 1}, make([]byte, 1+1276)...),
		"more padding than packet":                   {31<<3 | 3, 65, 9, 1},
		"endless padding":                            {31<<3 | 3, 65, 255, 255},
		"three that don't divide":                    {31<<3 | 3, 3, 1, 2, 3, 4},
		"sizes beyond the end":                       {31<<3 | 3, 130, 200, 1},
	} {
		if got, ok := ogg.ParseOpus(packet); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Whether somebody speaks is known of what a real encoder made of a tone.
func TestToneIsVoiced(t *testing.T) {
	packets, _, err := read(bytes.NewReader(tone(t)))
	if err != nil {
		t.Fatal(err)
	}
	voiced := 0
	for _, p := range packets {
		if o, _ := ogg.ParseOpus(p); o.Voiced {
			voiced++
		}
	}
	if voiced < len(packets)-2 {
		t.Errorf("%d of %d are", voiced, len(packets))
	}
}

func TestConcealed(t *testing.T) {
	packet, samples := ogg.Concealed([]byte{3<<3 | 3, 1 | 64, 0, 1, 2})
	if o, ok := ogg.ParseOpus(packet); !ok || o.Samples != samples || samples != 2880 || o.Voiced {
		t.Errorf("%x: %+v %v", packet, o, ok)
	}
}

// What is made longer says the same, and is as long as is asked for where it can be.
func samePadded(t *testing.T, packet []byte, o ogg.Opus) {
	t.Helper()
	for _, size := range []int{0, len(packet), len(packet) + 1, len(packet) + 2, len(packet) + 255, len(packet) + 256, len(packet) + 257, len(packet) + 600} {
		padded := ogg.Pad(nil, packet, size)
		if got, ok := ogg.ParseOpus(padded); !ok || got.Samples != o.Samples || got.Frames != o.Frames || got.Stereo != o.Stereo {
			t.Fatalf("%x to %d bytes is %x: %+v %v, was %+v", packet, size, padded, got, ok, o)
		}
		if size > len(packet)+1 && len(padded) != size || len(padded) > max(size, len(packet)) {
			t.Fatalf("%x to %d bytes has %d", packet, size, len(padded))
		}
	}
}

func TestPad(t *testing.T) {
	if got := ogg.Pad([]byte{9}, []byte{31 << 3, 1, 2, 3}, 9); !bytes.Equal(got, []byte{9, 31<<3 | 3, 65, 3, 1, 2, 3, 0, 0, 0}) {
		t.Errorf("%x", got)
	}
	for times := 1; times <= 6; times++ {
		packet := ogg.Silence(nil, times)
		o, ok := ogg.ParseOpus(packet)
		if !ok || o.Samples != times*960 || o.Voiced {
			t.Errorf("%x: %+v %v", packet, o, ok)
		}
		samePadded(t, packet, o)
	}
}

func FuzzOpus(f *testing.F) {
	f.Add([]byte{31<<3 | 3, 3 | 128 | 64, 252, 1, 0, 9})
	f.Add([]byte{1<<3 | 2, 2, 1, 2, 3})
	f.Add([]byte{31<<3 | 1, 1, 2, 3, 4})
	f.Add(append([]byte{31<<3 | 3, 1 | 64, 255, 2}, make([]byte, 10+256)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		if o, ok := ogg.ParseOpus(b); ok && (o.Samples < 120 || o.Samples > ogg.MaxSamples || o.Frames < 1 || o.Frames > 48) {
			t.Fatalf("%x: %+v", b, o)
		} else if ok {
			samePadded(t, b, o)
		}
	})
}
