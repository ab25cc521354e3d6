package rooms

// facts are what queues, encoders and connections have to know of an event without
// knowing which it is.
type facts struct {
	at    Position
	bytes int    // of its text and bodies
	op    string // id of the op that it answers or is the copy of
	soft  bool   // wakes nobody by itself; see room.ripple
	forms *Forms // of one that many readers share
}

// Position is how far somebody has come in what a seat is told: the numbers of room
// events and of whispers. An event's own has one of them, and an event without a
// number neither.
type Position struct{ Seq, WSeq uint64 }

// PositionOf returns the number that an event has.
func PositionOf(e Event) Position { return e.facts().at }

// BytesOf returns how many bytes of text and bodies an event carries.
func BytesOf(e Event) int { return e.facts().bytes }

// OpOf returns the id of the op that an event answers or is the copy of, or "".
func OpOf(e Event) string { return e.facts().op }

// FormsOf returns where derived forms of an event are kept; nil of one that has one
// reader.
func FormsOf(e Event) *Forms { return e.facts().forms }

func inRoom(seq uint64) Position { return Position{Seq: seq} }
func toOne(wseq uint64) Position { return Position{WSeq: wseq} }

func (e *Said) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: len(e.Text) + optionBytes(e.Options), op: e.ID, forms: &e.Forms}
}

// optionBytes is what the options of a poll take, in bytes.
func optionBytes(options []string) (bytes int) {
	for _, option := range options {
		bytes += overhead + len(option)
	}
	return bytes
}

func (e *Reacted) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: len(e.Emoji), op: e.ID, soft: true, forms: &e.Forms}
}

func (e *Retracted) facts() facts { return facts{at: inRoom(e.Seq), op: e.ID, forms: &e.Forms} }

func (e *Amended) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: len(e.Text), op: e.ID, forms: &e.Forms}
}

func (e *Whispered) facts() facts {
	return facts{at: toOne(e.WSeq), bytes: len(e.Text), op: e.ID}
}

func (e *Leapt) facts() facts {
	return facts{at: toOne(e.WSeq), bytes: len(e.Room) + len(e.Key), op: e.ID}
}

func (e *Sealed) facts() facts {
	return facts{at: toOne(e.WSeq), bytes: len(e.Body) + len(e.Wrap), op: e.ID}
}

func (e *Offered) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: len(e.File.Name), op: e.ID, forms: &e.Forms}
}

func (e *Joined) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: len(e.Member.Hello) + asideBytes(e.Member), soft: true, forms: &e.Forms}
}

// asideBytes is what the words of a member who is away take, in bytes.
func asideBytes(m Member) int { return len(m.Aside.Text) }

func (e *TopicSet) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: len(e.Text), op: e.ID, forms: &e.Forms}
}

func (e *Held) facts() facts {
	f := facts{op: e.ID}
	for _, field := range e.Fields {
		f.bytes += overhead + len(field.Value)
	}
	return f
}

func (e *Left) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: len(e.Why) + asideBytes(e.Member), soft: true, forms: &e.Forms}
}

func (e *RulesSet) facts() facts { return facts{at: inRoom(e.Seq), op: e.ID, forms: &e.Forms} }
func (e *HostSet) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: asideBytes(e.Member), op: e.ID, forms: &e.Forms}
}
func (e *Muted) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: asideBytes(e.Member), op: e.ID, forms: &e.Forms}
}
func (e *SpeakSet) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: asideBytes(e.Member), op: e.ID, forms: &e.Forms}
}
func (e *Voting) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: asideBytes(e.Member), op: e.ID, forms: &e.Forms}
}
func (e *KeyShown) facts() facts { return facts{bytes: len(e.Words), op: e.ID} }
func (e *Knocking) facts() facts {
	return facts{bytes: len(e.Nick) + len(e.Text), forms: &e.Forms}
}
func (e *Invited) facts() facts { return facts{bytes: len(e.Token), op: e.ID} }
func (e *Knocked) facts() facts { return facts{op: e.ID, forms: &e.Forms} }

func (e *Renamed) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: asideBytes(e.Member), op: e.ID, forms: &e.Forms}
}
func (e *Away) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: asideBytes(e.Member), soft: true, forms: &e.Forms}
}
func (e *AsideSet) facts() facts {
	return facts{at: inRoom(e.Seq), bytes: asideBytes(e.Member) + len(e.was.Text), op: e.ID, soft: true, forms: &e.Forms}
}
func (e *Gap) facts() facts       { return facts{at: inRoom(e.Seq)} }
func (e *Passed) facts() facts    { return facts{bytes: len(e.Body), forms: &e.Forms} }
func (e *TypingNow) facts() facts { return facts{forms: &e.Forms} }
func (e *VoiceNow) facts() facts  { return facts{forms: &e.Forms} }
func (e *Synced) facts() facts    { return facts{op: e.ID} }
func (e *Refused) facts() facts   { return facts{op: e.ID} }

func (e *VoiceAnswered) facts() facts { return facts{bytes: len(e.Answer), op: e.ID} }
func (*Welcome) facts() facts         { return facts{} } // begins the numbers, and has none
func (*Unconfirmed) facts() facts     { return facts{} }
func (*Compared) facts() facts        { return facts{} }
func (*Notice) facts() facts          { return facts{} }
func (*Link) facts() facts            { return facts{} }
func (*Silence) facts() facts         { return facts{} }
func (*Transfer) facts() facts        { return facts{} }

// opFacts are what paces, connections and seals have to know of an op without knowing
// which it is.
type opFacts struct {
	id    string // which its answer bears
	said  int    // bytes that it takes of others' lines, no less than it puts on an outbox; 0: it says nothing
	words bool   // it carries somebody's, in the clear: in a sealed room its end seals them
}

// IDOf returns the id of an op that is answered whatever becomes of it, or "".
func IDOf(op Op) string { return op.opFacts().id }

// HasWords reports whether an op carries words in the clear.
func HasWords(op Op) bool { return op.opFacts().words }

func (o Say) opFacts() opFacts {
	said := frameBytes + escapedBytes(o.Text)
	for _, option := range o.Options {
		said += overhead + escapedBytes(option)
	}
	return opFacts{id: o.ID, said: said, words: true}
}

func (o React) opFacts() opFacts   { return opFacts{id: o.ID, said: frameBytes, words: true} }
func (o Retract) opFacts() opFacts { return opFacts{id: o.ID, said: frameBytes, words: true} }
func (o Amend) opFacts() opFacts {
	return opFacts{id: o.ID, said: frameBytes + escapedBytes(o.Text), words: true}
}

func (o Whisper) opFacts() opFacts {
	return opFacts{id: o.ID, said: frameBytes + escapedBytes(o.Text), words: true}
}

func (o SetTopic) opFacts() opFacts {
	return opFacts{id: o.ID, said: frameBytes + escapedBytes(o.Text), words: true}
}

func (o SetAside) opFacts() opFacts {
	return opFacts{id: o.ID, said: frameBytes + escapedBytes(o.Text), words: true}
}

func (o Offer) opFacts() opFacts {
	return opFacts{id: o.ID, said: frameBytes + fileBytes + escapedBytes(o.File.Name), words: true}
}

func (o Seal) opFacts() opFacts {
	return opFacts{id: o.ID, said: frameBytes + sealedBytes(o)*4/3} // in base64
}

func (o rename) opFacts() opFacts { return opFacts{id: o.id, said: frameBytes} }
func (o Rename) opFacts() opFacts { return opFacts{id: o.ID, words: true} } // said as a rename

func (o SetRules) opFacts() opFacts { return opFacts{id: o.ID, said: frameBytes} }
func (o MakeHost) opFacts() opFacts { return opFacts{id: o.ID, said: frameBytes} }
func (o Mute) opFacts() opFacts     { return opFacts{id: o.ID, said: frameBytes} }
func (o Vote) opFacts() opFacts     { return opFacts{id: o.ID, said: frameBytes} }
func (o LetSpeak) opFacts() opFacts { return opFacts{id: o.ID, said: frameBytes} }
func (o Remove) opFacts() opFacts {
	return opFacts{id: o.ID, said: frameBytes + escapedBytes(o.Reason)}
}
func (o Leap) opFacts() opFacts {
	return opFacts{id: o.ID, said: frameBytes + len(o.Room), words: true}
}
func (o Claim) opFacts() opFacts    { return opFacts{id: o.ID} }
func (o AskKey) opFacts() opFacts   { return opFacts{id: o.ID} }
func (o Decide) opFacts() opFacts   { return opFacts{id: o.ID} }
func (o Invite) opFacts() opFacts   { return opFacts{id: o.ID} }
func (o Uninvite) opFacts() opFacts { return opFacts{id: o.ID} }
func (o Burn) opFacts() opFacts     { return opFacts{id: o.ID} }

func (o AskVoice) opFacts() opFacts { return opFacts{id: o.ID} }
func (Voice) opFacts() opFacts      { return opFacts{} }
func (o Sync) opFacts() opFacts     { return opFacts{id: o.ID} }
func (o Inspect) opFacts() opFacts  { return opFacts{id: o.ID} }

func (Pass) opFacts() opFacts      { return opFacts{} } // its id comes back on a refusal alone
func (Typing) opFacts() opFacts    { return opFacts{} }
func (Ack) opFacts() opFacts       { return opFacts{} }
func (Leave) opFacts() opFacts     { return opFacts{} }
func (o claimed) opFacts() opFacts { return opFacts{id: o.id} }
func (o keyMade) opFacts() opFacts { return opFacts{id: o.id} }
func (depart) opFacts() opFacts    { return opFacts{} }
func (absence) opFacts() opFacts   { return opFacts{} }
