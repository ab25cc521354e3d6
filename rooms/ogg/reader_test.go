package ogg_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"sotto/rooms/ogg"
)

// tone is a third of a second of 440 Hz, as opusenc 0.2 wrote it: 24 kbit/s and a page for
// each packet.
func tone(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/tone.opus")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// read reads a stream to its end: its packets, how long they last, and why it ended.
func read(from io.Reader) (packets [][]byte, samples int, err error) {
	r := ogg.NewReader(from)
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			return packets, samples, nil
		}
		if err != nil {
			return packets, samples, err
		}
		packets = append(packets, bytes.Clone(p.Data))
		samples += p.Samples
	}
}

// A page in a test's hands.
type page struct {
	flags    byte
	granule  uint64
	serial   uint32
	sequence uint32
	packets  [][]byte // each ends here
	goesOn   bool     // but the last, which has a multiple of 255 bytes
}

func (p page) bytes() []byte {
	var lacing, body []byte
	for i, packet := range p.packets {
		body = append(body, packet...)
		for range len(packet) / 255 {
			lacing = append(lacing, 255)
		}
		if !p.goesOn || i < len(p.packets)-1 {
			lacing = append(lacing, byte(len(packet)%255))
		}
	}
	b := append([]byte("OggS"), 0, p.flags)
	b = binary.LittleEndian.AppendUint64(b, p.granule)
	b = binary.LittleEndian.AppendUint32(b, p.serial)
	b = binary.LittleEndian.AppendUint32(b, p.sequence)
	b = append(b, 0, 0, 0, 0, byte(len(lacing)))
	b = append(append(b, lacing...), body...)
	var sum uint32
	for _, c := range b { // bit by bit, unlike what is tested
		for i := 7; i >= 0; i-- {
			high := sum>>31 ^ uint32(c>>i)&1
			sum <<= 1
			if high != 0 {
				sum ^= 0x04c11db7
			}
		}
	}
	binary.LittleEndian.PutUint32(b[22:], sum)
	return b
}

func stream(pages ...page) (b []byte) {
	for _, p := range pages {
		b = append(b, p.bytes()...)
	}
	return b
}

const (
	first     = 2
	last      = 4
	continued = 1
)

var (
	head = []byte("OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00")
	tags = []byte("OpusTags\x00\x00\x00\x00\x00\x00\x00\x00")
)

// said is a packet of 20 ms that can be told from others.
func said(n byte, size int) []byte {
	b := bytes.Repeat([]byte{n}, size)
	b[0] = 0xf8
	return b
}

// opus is a stream that begins, with what follows its two heads.
func opus(serial uint32, pages ...page) []byte {
	b := stream(page{flags: first, serial: serial, packets: [][]byte{head}}, page{serial: serial, sequence: 1, packets: [][]byte{tags}})
	for i := range pages {
		pages[i].serial, pages[i].sequence = serial, uint32(i+2)
	}
	return append(b, stream(pages...)...)
}

func TestRealFile(t *testing.T) {
	for name, from := range map[string]io.Reader{
		"whole": bytes.NewReader(tone(t)), "byte by byte": iotest.OneByteReader(bytes.NewReader(tone(t))),
	} {
		packets, samples, err := read(from)
		if err != nil || len(packets) != samples/960 || samples < 48_000*3/10 || samples > 48_000*4/10 {
			t.Errorf("%s: %d packets of %d samples, %v", name, len(packets), samples, err)
		}
	}
}

func TestPacketsOverPages(t *testing.T) {
	long := said(7, 600)
	b := opus(5,
		page{packets: [][]byte{said(1, 10), said(2, 255), long[:510]}, goesOn: true},
		page{flags: continued, packets: [][]byte{long[510:], said(3, 9), nil, {0xf9, 1, 2, 3}, said(4, 3)}}, // an empty one and one that is malformed
	)
	packets, _, err := read(bytes.NewReader(b))
	want := [][]byte{said(1, 10), said(2, 255), long, said(3, 9), said(4, 3)}
	if err != nil || !equal(packets, want) {
		t.Errorf("got %d packets, %v: %x", len(packets), err, packets)
	}
}

func equal(a, b [][]byte) bool {
	return bytes.Equal(bytes.Join(a, []byte("|")), bytes.Join(b, []byte("|")))
}

func TestBrokenStreams(t *testing.T) {
	plain := func() []page {
		return []page{{packets: [][]byte{said(1, 10)}}, {packets: [][]byte{said(2, 300)}}, {packets: [][]byte{said(3, 10)}}}
	}
	whole := opus(5, plain()...)
	second := bytes.Index(whole, said(2, 300))
	flipped := bytes.Clone(whole)
	flipped[second+9] ^= 1
	cut := append(bytes.Clone(whole[:second+100]), whole[second+250:]...)
	garbage := append(bytes.Clone(whole[:second-29]), "noise OggS\x00 and OggS again, OggS"...)
	garbage = append(garbage, whole[second-29:]...)
	wrong := plain()
	wrong[0].granule, wrong[1].granule, wrong[2].granule = 1<<63, 3, ^uint64(0)
	noTags := append(bytes.Clone(whole[:28+len(head)+30]), whole[28+len(head)+36:]...)
	long := said(7, 600)
	for name, c := range map[string]struct {
		b    []byte
		want [][]byte
	}{
		"a bit that flipped":       {flipped, [][]byte{said(1, 10), said(3, 10)}},
		"a page cut short":         {cut, [][]byte{said(1, 10), said(3, 10)}},
		"garbage between pages":    {garbage, [][]byte{said(1, 10), said(2, 300), said(3, 10)}},
		"the end cut off":          {whole[:len(whole)-3], [][]byte{said(1, 10), said(2, 300)}},
		"wrong granules":           {opus(5, wrong...), [][]byte{said(1, 10), said(2, 300), said(3, 10)}},
		"the page of tags broken":  {noTags, [][]byte{said(1, 10), said(2, 300), said(3, 10)}},
		"chained":                  {append(bytes.Clone(whole), opus(6, plain()...)...), [][]byte{said(1, 10), said(2, 300), said(3, 10), said(1, 10), said(2, 300), said(3, 10)}},
		"chained after an end":     {append(opus(5, page{flags: last, packets: [][]byte{said(1, 10)}}), opus(6, plain()...)...), [][]byte{said(1, 10), said(1, 10), said(2, 300), said(3, 10)}},
		"after its own end":        {opus(5, page{flags: last, packets: [][]byte{said(1, 10)}}, page{packets: [][]byte{said(2, 10)}}), [][]byte{said(1, 10)}},
		"a start that is missing":  {opus(5, page{packets: [][]byte{said(1, 10)}}, page{flags: continued, packets: [][]byte{long[510:], said(2, 9)}}), [][]byte{said(1, 10), said(2, 9)}},
		"an end that is missing":   {opus(5, page{packets: [][]byte{long[:510]}, goesOn: true}, page{packets: [][]byte{said(2, 9)}}), [][]byte{said(2, 9)}},
		"a stranger between pages": {append(opus(5, plain()[0]), stream(page{serial: 9, packets: [][]byte{said(9, 9)}}, page{serial: 5, sequence: 3, packets: [][]byte{said(2, 9)}})...), [][]byte{said(1, 10), said(2, 9)}},
		"a skeleton before it":     {append(stream(page{flags: first, serial: 1, packets: [][]byte{[]byte("fishead\x00 and more")}}), whole...), [][]byte{said(1, 10), said(2, 300), said(3, 10)}},
		"a film beside it": {append(stream(page{flags: first, serial: 1, packets: [][]byte{[]byte("\x80theora and more")}}), whole...),
			[][]byte{said(1, 10), said(2, 300), said(3, 10)}},
	} {
		packets, _, err := read(bytes.NewReader(c.b))
		if err != nil || !equal(packets, c.want) {
			t.Errorf("%s: got %d packets, %v: %x", name, len(packets), err, packets)
		}
	}
}

func TestRefusedStreams(t *testing.T) {
	begins := func(with string) []byte {
		return stream(page{flags: first, serial: 3, packets: [][]byte{[]byte(with)}}, page{serial: 3, sequence: 1, packets: [][]byte{[]byte("more")}})
	}
	silent := opus(5, page{packets: [][]byte{said(1, 10)}}, page{packets: [][]byte{said(2, 300)}})
	for at := range silent { // the checksum of every page but the first
		if at > 0 && bytes.HasPrefix(silent[at:], []byte("OggS")) {
			silent[at+22] ^= 1
		}
	}
	surround := append(bytes.Clone(head[:9]), append([]byte{48}, append(bytes.Clone(head[10:18]), 255, 48, 0)...)...)
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"vorbis":           {begins("\x01vorbis\x00\x00"), "Vorbis"},
		"flac":             {begins("\x7fFLAC\x01\x00"), "FLAC"},
		"speex":            {begins("Speex   1.2"), "Speex"},
		"a film":           {begins("\x80theora\x03"), "video"},
		"vorbis alone":     {begins("\x01vorbis\x00\x00")[:28+9], "Vorbis"},
		"anything":         {begins("anything"), "something else"},
		"48 channels":      {begins(string(surround)), "48 channels"},
		"of a later Opus":  {begins("OpusHead\x11\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00"), "broken"},
		"a head too short": {begins("OpusHead\x01\x01"), "broken"},
		"no channel":       {begins("OpusHead\x01\x00\x38\x01\x80\xbb\x00\x00\x00\x00\x00"), "broken"},
		"no head":          {stream(page{serial: 3, sequence: 7, packets: [][]byte{said(1, 9)}}), "head"},
		"all pages broken": {silent, "no sound could be read"},
		"a head alone":     {opus(5), "no sound could be read"},
		"a capture alone":  {[]byte("OggS"), "no sound could be read"},
		"wav":              {[]byte("RIFF\x00\x00\x00\x00WAVEfmt "), "WAV"},
		"webm":             {[]byte("\x1aE\xdf\xa3\x00"), "WebM"},
		"words":            {[]byte("hello\n"), "no Ogg stream"},
		"a letter":         {[]byte("O"), "no Ogg stream"},
		"then vorbis":      {append(opus(5, page{flags: last, packets: [][]byte{said(1, 10)}}), begins("\x01vorbis\x00\x00")...), "Vorbis"},
	} {
		_, _, err := read(bytes.NewReader(c.b))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), "\n") != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// endless is a stream of bytes that begins like Opus and has none of it.
type endless struct {
	then []byte
	pos  int
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.then[e.pos]
		e.pos = (e.pos + 1) % len(e.then)
	}
	e.read += len(p)
	return len(p), nil
}

func TestNothingIsReadForEver(t *testing.T) {
	for name, then := range map[string][]byte{
		"zeroes":          {0},
		"captures":        []byte("OggS"),
		"empty pages":     stream(page{serial: 5, sequence: 2}),
		"pages of others": stream(page{serial: 6, packets: [][]byte{said(1, 200)}}),
		"malformed":       stream(page{serial: 5, sequence: 2, packets: [][]byte{{0xf9, 1, 2, 3}}}),
		"one packet":      stream(page{flags: continued, serial: 5, sequence: 2, packets: [][]byte{make([]byte, 255*200)}, goesOn: true}),
	} {
		e := &endless{then: then}
		_, _, err := read(io.MultiReader(bytes.NewReader(opus(5)), e))
		if err == nil || !strings.Contains(err.Error(), "megabyte") || e.read > 2*ogg.MaxBarren {
			t.Errorf("%s: %v after %d bytes", name, err, e.read)
		}
	}
}

// A packet is there as soon as its page is: nobody waits for what comes after.
func TestReadsNoFurtherThanItMust(t *testing.T) {
	out, in := io.Pipe()
	defer out.Close()
	r := ogg.NewReader(out)
	got := make(chan byte)
	go func() {
		defer close(got)
		for {
			p, err := r.Next()
			if err != nil {
				return
			}
			got <- p.Data[1]
		}
	}()
	_, _ = in.Write(opus(5))
	for n := range byte(3) {
		_, _ = in.Write(stream(page{serial: 5, sequence: uint32(n) + 2, packets: [][]byte{said(n, 9)}}))
		if g := <-got; g != n {
			t.Errorf("packet %d came as %d", n, g)
		}
	}
	in.Close()
	<-got
}

func FuzzReader(f *testing.F) {
	b := tone(f)
	f.Add(b)
	f.Add(append(bytes.Clone(b[:500]), b[700:]...))
	f.Add(opus(5, page{packets: [][]byte{said(1, 510)}, goesOn: true}, page{flags: continued, packets: [][]byte{said(1, 20)}}))
	f.Add([]byte("RIFF"))
	f.Fuzz(func(t *testing.T, b []byte) {
		whole, samples, err := read(bytes.NewReader(b))
		for _, p := range whole {
			if o, ok := ogg.ParseOpus(p); !ok || o.Samples <= 0 || o.Samples > ogg.MaxSamples || len(p) > ogg.MaxPacket {
				t.Fatalf("%x came out", p)
			}
		}
		again, more, other := read(iotest.OneByteReader(bytes.NewReader(b)))
		if !equal(whole, again) || samples != more || (err == nil) != (other == nil) {
			t.Fatalf("%d packets at once (%v), %d byte by byte (%v)", len(whole), err, len(again), other)
		}
	})
}
