package wire

import "sotto/rooms"

// ClientFrame is what a client sends: a join, a knock, a return, or an op.
type ClientFrame struct {
	Join   *Join
	Knock  *Knock
	Resume *Resume
	Op     rooms.Op
	ID     string // the client's own, of an op that has one
}

// Join asks for a place in a room.
type Join struct {
	Room   string // as typed
	Nick   string // as typed, or empty for a generated one
	Resume bool   // keep the place after a lost connection; the welcome brings a ticket
	Hello  string // raw bytes; given, this is a join of a sealed room
	Native bool   // the program is sotto's own client, not what the door is usually used with
	NoHost bool   // whoever makes the room by this becomes no host of it
	Invite string // the token of an invitation, or empty
	Watch  bool   // to read, and say nothing
}

// Via is what the person's program is, seen from a door that knows no better.
func (j Join) Via(door rooms.Via) rooms.Via {
	if j.Native {
		return rooms.ViaNative
	}
	return door
}

// Resume takes a place back. Seq and WSeq are the last that were received.
type Resume struct {
	Ticket    string
	Seq, WSeq uint64
}

// ErrNotJoined refuses an op of whoever has no place, and ErrLate ends them after
// [JoinTimeout].
var (
	ErrNotJoined = &rooms.Error{Code: rooms.NotAllowed, Message: "Join a room first."}
	ErrLate      = &rooms.Ended{Code: rooms.Timeout, Retry: true, Message: "No join came within ten seconds."}
)

// DecodeClient reads one frame from a client. What can't be read is a refusal,
// with the frame's id if it has a readable one.
func DecodeClient(frame []byte) (ClientFrame, *rooms.Refused) {
	o, err := parse(frame)
	if err != nil {
		return ClientFrame{}, &rooms.Refused{Err: err}
	}
	f := o.client()
	if o.err != nil {
		why := o.err
		o.err = nil
		id := o.id("id")
		return ClientFrame{}, &rooms.Refused{ID: id, Err: why}
	}
	return f, nil
}

func (o *object) client() (f ClientFrame) {
	o.must("t")
	switch t := o.str("t"); {
	case o.err != nil:
	case t == "join" && o.get("ticket") != nil:
		o.must("seq")
		f.Resume = &Resume{Ticket: o.str("ticket"), Seq: o.uint("seq"), WSeq: o.uint("wseq")}
	case t == "join":
		join := o.join()
		f.Join = &join
	case t == "knock":
		f.Knock = o.knock()
	case t == "typing", t == "ack", t == "leave":
		f.Op = o.op(t)
	default:
		f.Op, f.ID = o.op(t), o.id("id")
	}
	return f
}

func (o *object) join() Join {
	o.must("room")
	return Join{
		Room: o.str("room"), Nick: o.str("nick"), Resume: o.bool("resume"), Hello: string(o.bytes("hello")), Native: o.str("via") == string(rooms.ViaNative),
		NoHost: o.get("host") != nil && !o.bool("host"), Invite: o.str("invite"), Watch: o.bool("watch"),
	}
}

func (o *object) op(t string) rooms.Op {
	switch t {
	case "say":
		o.must("text")
		return rooms.Say{ID: o.id("id"), Text: o.str("text"), Action: o.bool("action"), Re: o.uint("re"), Options: o.texts("options")}
	case "whisper":
		o.must("to")
		o.must("text")
		return rooms.Whisper{ID: o.id("id"), To: o.id("to"), Text: o.str("text")}
	case "nick":
		o.must("nick")
		return rooms.Rename{ID: o.id("id"), Nick: o.str("nick")}
	case "topic":
		o.must("text")
		return rooms.SetTopic{ID: o.id("id"), Text: o.str("text")}
	case "aside":
		o.must("on")
		return rooms.SetAside{ID: o.id("id"), On: o.bool("on"), Text: o.str("text")}
	case "typing":
		return rooms.Typing{}
	case "voice":
		return o.askVoice()
	case "seal":
		return o.seal()
	case "offer":
		return rooms.Offer{ID: o.id("id"), File: o.file("file")}
	case "pass":
		return o.pass()
	case "sync":
		o.must("id")
		return rooms.Sync{ID: o.id("id"), Refused: o.id("refused")}
	case "ack":
		o.must("seq")
		return rooms.Ack{Seq: o.uint("seq"), WSeq: o.uint("wseq")}
	case "held":
		return rooms.Inspect{ID: o.id("id")}
	case "leave":
		return rooms.Leave{}
	}
	if op, ok := o.mend(t); ok {
		return op
	}
	if op, ok := o.power(t); ok {
		return op
	}
	o.err = unknownType
	return nil
}

var unknownType = &rooms.Error{Code: rooms.UnknownType, Message: "This program doesn't know that type of frame."}

// AppendJoin appends a join.
func AppendJoin(buf []byte, j Join) []byte { return begin(buf, "join").join(j).close() }

func (f frame) join(j Join) frame {
	f = f.str("room", j.Room).text("nick", j.Nick).flag("resume", j.Resume)
	if j.Hello != "" {
		f = f.bytes("hello", []byte(j.Hello))
	}
	if j.Native {
		f = f.str("via", string(rooms.ViaNative))
	}
	if j.NoHost {
		f = f.boolean("host", false)
	}
	return f.text("invite", j.Invite).flag("watch", j.Watch)
}

// AppendResume appends a join that takes a place back.
func AppendResume(buf []byte, r Resume) []byte {
	return begin(buf, "join").str("ticket", r.Ticket).uint("seq", r.Seq).uint("wseq", r.WSeq).close()
}

// AppendOp appends an op of a client. An op that package rooms keeps to itself
// has no frame; asking for one panics.
func AppendOp(buf []byte, op rooms.Op) []byte {
	switch op := op.(type) {
	case rooms.Say:
		f := begin(buf, "say").str("text", op.Text).text("id", op.ID).flag("action", op.Action)
		if op.Re != 0 {
			f = f.uint("re", op.Re)
		}
		return f.texts("options", op.Options).close()
	case rooms.Whisper:
		return begin(buf, "whisper").str("to", op.To).str("text", op.Text).text("id", op.ID).close()
	case rooms.Rename:
		return begin(buf, "nick").str("nick", op.Nick).text("id", op.ID).close()
	case rooms.SetTopic:
		return begin(buf, "topic").str("text", op.Text).text("id", op.ID).close()
	case rooms.SetAside:
		return begin(buf, "aside").boolean("on", op.On).text("text", op.Text).text("id", op.ID).close()
	case rooms.Typing:
		return begin(buf, "typing").close()
	case rooms.AskVoice:
		return appendAskVoice(buf, op)
	case rooms.Seal:
		return appendSeal(buf, op)
	case rooms.Offer:
		return begin(buf, "offer").text("id", op.ID).file("file", op.File).close()
	case rooms.Pass:
		return appendPass(buf, op)
	case rooms.Sync:
		return begin(buf, "sync").str("id", op.ID).text("refused", op.Refused).close()
	case rooms.Ack:
		return begin(buf, "ack").uint("seq", op.Seq).uint("wseq", op.WSeq).close()
	case rooms.Inspect:
		return begin(buf, "held").text("id", op.ID).close()
	case rooms.Leave:
		return begin(buf, "leave").close()
	}
	if frame, ok := appendMend(buf, op); ok {
		return frame
	}
	if frame, ok := appendPower(buf, op); ok {
		return frame
	}
	panic("wire: this op has no frame")
}
