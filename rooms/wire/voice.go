package wire

import "sotto/rooms"

// This file has what a program asks for about the room's voice, and what comes of it.

// askVoice reads what a client asks for.
func (o *object) askVoice() rooms.Op {
	o.must("on")
	op := rooms.AskVoice{ID: o.id("id"), On: o.bool("on"), Offer: o.str("offer")}
	if o.get("muted") != nil {
		muted := o.bool("muted")
		op.Muted = &muted
	}
	return op
}

func appendAskVoice(buf []byte, op rooms.AskVoice) []byte {
	f := begin(buf, "voice").boolean("on", op.On).text("offer", op.Offer)
	if op.Muted != nil {
		f = f.boolean("muted", *op.Muted)
	}
	return f.text("id", op.ID).close()
}

// voice reads how somebody is in voice, which has a member, or the answer to whoever asked.
func (o *object) voice() rooms.Event {
	if o.get("member") != nil {
		return &rooms.VoiceNow{Member: o.person("member").ID, In: o.bool("in"), Muted: o.bool("muted"), Speaking: o.bool("speaking")}
	}
	e := &rooms.VoiceAnswered{ID: o.id("id"), Answer: o.str("answer")}
	o.list("members", func(m *object) {
		m.must("id")
		e.Members = append(e.Members, rooms.VoiceNow{Member: m.token("id"), In: true, Muted: m.bool("muted"), Speaking: m.bool("speaking")})
	})
	return e
}

func encodeVoiceNow(buf []byte, e *rooms.VoiceNow) []byte {
	f := append(begin(buf, "voice").key("member"), `{"id":`...)
	f = append(appendString(f, e.Member), '}')
	return frame(f).boolean("in", e.In).boolean("muted", e.Muted).boolean("speaking", e.Speaking).close()
}

func encodeVoiceAnswered(buf []byte, e *rooms.VoiceAnswered) []byte {
	f := begin(buf, "voice").text("answer", e.Answer).key("members")
	f = append(f, '[')
	for i := range e.Members {
		if i > 0 {
			f = append(f, ',')
		}
		m := &e.Members[i]
		f = appendString(append(f, `{"id":`...), m.Member)
		f = f.boolean("muted", m.Muted).boolean("speaking", m.Speaking).close()
	}
	return frame(append(f, ']')).text("id", e.ID).close()
}
