package wire

import "sotto/rooms"

// This file has what people ask for about something that was said, and what came of it.

// mend reads such an op.
func (o *object) mend(t string) (op rooms.Op, ok bool) {
	switch t {
	case "react":
		o.must("re")
		o.must("on")
		return rooms.React{ID: o.id("id"), Re: o.uint("re"), Emoji: o.word("emoji"), On: o.bool("on")}, true
	case "retract":
		o.must("re")
		return rooms.Retract{ID: o.id("id"), Re: o.uint("re")}, true
	case "amend":
		o.must("re")
		return rooms.Amend{ID: o.id("id"), Re: o.uint("re"), Text: o.word("text")}, true
	}
	return nil, false
}

// appendMend writes such an op.
func appendMend(buf []byte, op rooms.Op) (frame []byte, ok bool) {
	switch op := op.(type) {
	case rooms.React:
		return begin(buf, "react").uint("re", op.Re).str("emoji", op.Emoji).boolean("on", op.On).text("id", op.ID).close(), true
	case rooms.Retract:
		return begin(buf, "retract").uint("re", op.Re).text("id", op.ID).close(), true
	case rooms.Amend:
		return begin(buf, "amend").uint("re", op.Re).str("text", op.Text).text("id", op.ID).close(), true
	}
	return nil, false
}

// mended reads an event about something said.
func (o *object) mended(t string) (event rooms.Event, ok bool) {
	switch t {
	case "reacted":
		o.must("on")
		return &rooms.Reacted{Seq: o.number("seq"), From: o.person("from"), Re: o.number("re"), Emoji: o.word("emoji"), On: o.bool("on"), ID: o.id("id")}, true
	case "retracted":
		return &rooms.Retracted{Seq: o.number("seq"), From: o.person("from"), Re: o.number("re"), ID: o.id("id")}, true
	case "amended":
		return &rooms.Amended{Seq: o.number("seq"), From: o.person("from"), Re: o.number("re"), Text: o.word("text"), ID: o.id("id")}, true
	}
	return nil, false
}

// encodeMended writes such an event.
func encodeMended(buf []byte, event rooms.Event) (frame []byte, ok bool) {
	switch e := event.(type) {
	case *rooms.Reacted:
		return begin(buf, "reacted").uint("seq", e.Seq).person("from", e.From).uint("re", e.Re).str("emoji", e.Emoji).boolean("on", e.On).text("id", e.ID).close(), true
	case *rooms.Retracted:
		return begin(buf, "retracted").uint("seq", e.Seq).person("from", e.From).uint("re", e.Re).text("id", e.ID).close(), true
	case *rooms.Amended:
		return begin(buf, "amended").uint("seq", e.Seq).person("from", e.From).uint("re", e.Re).str("text", e.Text).text("id", e.ID).close(), true
	}
	return nil, false
}

// texts reads a list of texts, none when absent.
func (o *object) texts(key string) (texts []string) {
	if o.get(key) == nil {
		return nil
	}
	s, more := o.items(key)
	for ; more; more = s.next(']') {
		if s.peek() != '"' || len(texts) == rooms.MaxOptions {
			o.complain("In a frame, %q is a list of at most ten strings.", key)
			return nil
		}
		texts = append(texts, string(unquote(s.str())))
	}
	return texts
}

// texts appends a list of texts, left out when there are none.
func (f frame) texts(key string, list []string) frame {
	if len(list) == 0 {
		return f
	}
	f = append(f.key(key), '[')
	for i, text := range list {
		if i > 0 {
			f = append(f, ',')
		}
		f = appendString(f, text)
	}
	return append(f, ']')
}
