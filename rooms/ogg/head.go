package ogg

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

var (
	headMagic = []byte("OpusHead")
	tagsMagic = []byte("OpusTags")
)

// headBytes is the size of a head without a table of channels.
const headBytes = 19

// checkHead says why a stream with this head isn't taken. The gain that it may ask for is
// not applied: that would take decoding.
func checkHead(b []byte) error {
	switch {
	case len(b) < headBytes, b[8]>>4 != 0:
		return errBrokenHead
	case b[18] != 0 || b[9] > 2:
		return Refusal(fmt.Sprintf("that Opus stream has %d channels, and voice has one or two: encode it with one (ffmpeg: -ac 1, opusenc: --downmix-mono)", b[9]))
	case b[9] == 0:
		return errBrokenHead
	}
	return nil
}

// appendHead appends the head of a stream with one channel.
func appendHead(b []byte, preSkip int) []byte {
	b = append(b, headMagic...)
	b = append(b, 1, 1)
	b = binary.LittleEndian.AppendUint16(b, uint16(preSkip))
	b = binary.LittleEndian.AppendUint32(b, Rate)
	return append(b, 0, 0, 0)
}

// tagsPadding is how many bytes of nothing follow the tags (RFC 7845, 5.2). A player reads
// some kilobytes before it plays, and silence has one and a half in a second: without these
// it would be late by what it waited, for as long as it plays.
const tagsPadding = 8 << 10

// appendTags appends the second packet of a stream, which says nothing: neither what
// wrote it nor when.
func appendTags(b []byte) []byte {
	b = append(b, tagsMagic...)
	return append(b, make([]byte, 8+tagsPadding)...)
}

// codecs are what else may be in Ogg, by how its first packet begins.
var codecs = []struct{ magic, name string }{
	{"\x01vorbis", "Vorbis"},
	{"\x7fFLAC", "FLAC"},
	{"Speex   ", "Speex"},
	{"\x80theora", "video (Theora)"},
	{"OVP80", "video (VP8)"},
	{"\x80daala", "video (Daala)"},
	{"PCM     ", "PCM"},
	{"\x80kate", "subtitles"},
	{"CELT    ", "CELT"},
}

// formats are what somebody may pipe instead, by how it begins.
var formats = []struct{ magic, name string }{
	{"RIFF", "WAV or AVI"},
	{"fLaC", "FLAC"},
	{"ID3", "MP3"},
	{"\xff\xfb", "MP3"},
	{"\x1aE\xdf\xa3", "Matroska or WebM"},
	{"FORM", "AIFF"},
	{".snd", "AU"},
	{"OpusHead", "Opus without Ogg"},
}

// named is the name of what begins like that, or instead.
func named(of []struct{ magic, name string }, b []byte, instead string) string {
	for _, f := range of {
		if bytes.HasPrefix(b, []byte(f.magic)) {
			return f.name
		}
	}
	return instead
}
