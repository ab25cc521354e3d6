package ogg

import (
	"bytes"
	"errors"
	"io"
)

const (
	// MaxPacket is how large a packet may be, in bytes: 48 of the largest frames and
	// their sizes. A larger one is stepped over.
	MaxPacket = 48*(maxFrame+2) + 2
	// MaxBarren is how many bytes may come without one packet of Opus among them: a
	// picture among the tags fits, and somebody who pipes something else hears of it.
	MaxBarren = 1 << 20
)

// Refusal is a sentence about a stream that isn't taken, for whoever pipes it.
type Refusal string

func (r Refusal) Error() string { return string(r) }

const (
	errBarren     = Refusal("nothing of Opus in Ogg has come for a megabyte: voice takes Ogg Opus, as opusenc and ffmpeg -c:a libopus -f ogg write it")
	errBrokenHead = Refusal("the head of that Ogg stream is broken or missing, so nobody can tell what is in it")
	errSilent     = Refusal("no sound could be read in that Ogg stream: it is broken, or ends before any")
)

// Packet is one packet of a stream.
type Packet struct {
	Opus
	Data []byte // good until the next is asked for
}

// Reader reads the Opus packets of a stream. Streams that follow one another are read
// one after the other, and of those beside each other the first that is Opus.
type Reader struct {
	pages pages
	begun bool
	heard bool // a packet was handed out

	met    bool   // one of Opus has begun
	in     bool   // one is being read, and has not ended
	serial uint32 // which
	last   uint32 // the number of its last page
	tags   bool   // its second packet is still to come
	other  string // what else began here; "" for nothing

	lacing, body []byte // what is left of the page
	part         []byte // of the packet that has begun
	open         bool   // it goes on
	torn         bool   // it is not whole
	given        bool   // part was handed out
}

// NewReader reads from a stream of bytes.
func NewReader(from io.Reader) *Reader { return &Reader{pages: pages{from: from}} }

// Next is the next packet. Its error is io.EOF at the end of the stream of bytes, if that
// had none at all or a packet among them, that of the stream, or a [Refusal].
func (r *Reader) Next() (Packet, error) {
	if err := r.begin(); err != nil {
		return Packet{}, err
	}
	for {
		for len(r.lacing) > 0 {
			if data := r.segment(); data != nil {
				if o, ok := ParseOpus(data); ok {
					r.pages.read, r.heard = 0, true
					return Packet{o, data}, nil
				}
			}
		}
		if r.pages.read > MaxBarren {
			return Packet{}, errBarren
		}
		if err := r.turn(); err != nil {
			return Packet{}, err
		}
	}
}

// begin looks at what the stream of bytes begins with, which is a page.
func (r *Reader) begin() error {
	if r.begun {
		return nil
	}
	r.begun = true
	if !r.pages.fill(len(capture)) && len(r.pages.buf) == 0 {
		return r.pages.err
	}
	if b := r.pages.buf; !bytes.HasPrefix(b, capture) {
		return Refusal("that is " + named(formats, b, "no Ogg stream") + ", and voice takes Ogg Opus, as opusenc and ffmpeg -c:a libopus -f ogg write it")
	}
	return nil
}

// turn takes up the next page, if it is of the stream that is read or begins one.
func (r *Reader) turn() error {
	p, err := r.pages.next()
	switch {
	case err != nil && errors.Is(err, io.EOF) && r.other != "":
		return r.refuse()
	case errors.Is(err, io.EOF) && !r.heard:
		return errSilent
	case err != nil:
		return err
	case p.flags&flagFirst != 0:
		return r.meet(p)
	case !r.in && r.other != "":
		return r.refuse()
	case !r.met:
		return errBrokenHead
	case !r.in || p.serial != r.serial:
		return nil
	}
	if p.sequence != r.last+1 {
		r.open = false
	}
	continued := p.flags&flagContinued != 0
	if !continued || !r.open { // what had begun does not go on
		r.restart()
		r.torn = continued
	}
	r.last, r.open = p.sequence, false
	r.lacing, r.body = p.lacing, p.body
	r.in = p.flags&flagLast == 0
	return nil
}

// refuse says what there is instead of Opus.
func (r *Reader) refuse() error {
	return Refusal("there is " + r.other + " in that Ogg stream, and voice takes Opus: ffmpeg -i FILE -c:a libopus -f ogg - makes it of most things")
}

// meet takes the first page of a stream.
func (r *Reader) meet(p page) error {
	switch {
	case r.in && r.tags: // beside one that has just begun
		return nil
	case !bytes.HasPrefix(p.body, headMagic):
		if !r.in && r.other == "" && !bytes.HasPrefix(p.body, []byte("fishead\x00")) {
			r.other = named(codecs, p.body, "something else")
		}
		return nil
	}
	if err := checkHead(p.body); err != nil {
		return err
	}
	r.restart()
	r.met, r.in, r.serial, r.last, r.tags, r.other = true, true, p.serial, p.sequence, true, ""
	r.lacing, r.body, r.open = nil, nil, false
	return nil
}

// restart forgets what has begun.
func (r *Reader) restart() { r.part, r.torn, r.given = r.part[:0], false, false }

// segment takes the next segment of the page. It returns the packet that this ends, if
// it is whole and to be heard.
func (r *Reader) segment() []byte {
	n := int(r.lacing[0])
	piece := r.body[:n]
	r.lacing, r.body = r.lacing[1:], r.body[n:]
	if r.given {
		r.restart()
	}
	if r.torn = r.torn || len(r.part)+n > MaxPacket; !r.torn {
		r.part = append(r.part, piece...)
	}
	if r.open = n == 255; r.open {
		return nil
	}
	r.given = true
	// A second packet that has no tags is what comes after them: their page was broken.
	tags := r.tags && bytes.HasPrefix(r.part, tagsMagic)
	if r.tags = false; tags || r.torn {
		return nil
	}
	return r.part
}
