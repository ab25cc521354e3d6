package wire

import (
	"bytes"
	"encoding/base64"
	"slices"

	"sotto/rooms"
)

// base64url is how bytes stand in a frame: unpadded, and in no second form.
var base64url = base64.RawURLEncoding.Strict()

func (f frame) bytes(key string, b []byte) frame {
	return append(base64url.AppendEncode(append(f.key(key), '"'), b), '"')
}

// bytes reads bytes, nil when absent.
func (o *object) bytes(key string) []byte {
	text := o.chars(key)
	if len(text) == 0 {
		return nil
	}
	b, err := base64url.AppendDecode(make([]byte, 0, base64url.DecodedLen(len(text))), text)
	if err != nil || base64url.EncodedLen(len(b)) != len(text) { // it overlooks line breaks
		o.complain("In a frame, %q is base64url without padding.", key)
		return nil
	}
	return b
}

func (o *object) seal() rooms.Op {
	o.must("body")
	op := rooms.Seal{ID: o.id("id"), Body: o.bytes("body"), Wraps: make(map[string][]byte)}
	o.list("wraps", func(w *object) {
		w.must("to")
		w.must("wrap")
		op.Wraps[w.id("to")] = w.bytes("wrap")
	})
	return op
}

func appendSeal(buf []byte, op rooms.Seal) []byte {
	f := begin(buf, "seal").text("id", op.ID).bytes("body", op.Body).key("wraps")
	sep := byte('[')
	for to, wrap := range op.Wraps {
		f = appendString(append(append(f, sep), `{"to":`...), to)
		f = f.bytes("wrap", wrap).close()
		sep = ','
	}
	if sep == '[' {
		f = append(f, '[')
	}
	return frame(append(f, ']')).close()
}

func (o *object) sealed() rooms.Event {
	o.must("body")
	return &rooms.Sealed{
		SealedBody: &rooms.SealedBody{At: o.at(), From: o.person("from").ID, Body: o.bytes("body")},
		WSeq:       o.number("wseq"), Wrap: o.bytes("wrap"), ID: o.id("id"),
	}
}

// ownBytes is what stands in a copy of a sealed message beside its wrap and what all
// share, at most.
const ownBytes = 64 + rooms.MaxIDBytes

// appendSealed writes what all copies share once, and each copy's own after it.
func appendSealed(buf []byte, e *rooms.Sealed) []byte {
	shared := e.Forms.Form(jsonForm{}, func() any {
		f := append(begin(nil, "sealed").at(e.At).key("from"), `{"id":`...)
		f = append(appendString(f, e.From), '}')
		return bytes.Clone(f.bytes("body", e.Body))
	}).([]byte)
	f := slices.Grow(frame(buf), len(shared)+ownBytes+base64url.EncodedLen(len(e.Wrap)))
	f = append(f, shared...).uint("wseq", e.WSeq)
	if e.Wrap != nil {
		f = f.bytes("wrap", e.Wrap)
	}
	return f.text("id", e.ID).close()
}
