package seal

import (
	"encoding/base64"
	"encoding/json"
	"errors"

	"sotto/rooms"
	"sotto/rooms/seal/sframe"
)

// payload is what stands inside a sealed message, as JSON. It comes from another
// member's program, which may be hostile: the receiver cleans and checks all of
// it, since the server can't.
type payload struct {
	T       string   `json:"t"`                 // confirm, say, react, retract, amend, whisper, nick, topic, aside, typing, offer, leap, step, ask, view, voice
	Nick    string   `json:"nick"`              // confirm, nick
	Text    string   `json:"text"`              // say, amend, whisper, topic, aside
	Action  bool     `json:"action,omitempty"`  // say
	Options []string `json:"options,omitempty"` // say: of a poll
	Re      *Hash    `json:"re,omitempty"`      // say, react, retract, amend: names the message that it answers, or is about
	Emoji   string   `json:"emoji,omitempty"`   // react: or the number of an option
	On      bool     `json:"on"`                // react, aside
	// Aside, in a confirm, is why the sender is away, if they are: nobody else tells a newcomer.
	Aside *aside `json:"aside,omitempty"`
	// Topic, in a confirm, is the topic as the sender knows it, so that a
	// newcomer learns it from those who are here.
	Topic *topic `json:"topic,omitempty"`
	File  *file  `json:"file,omitempty"` // offer
	Key   string `json:"key,omitempty"`  // leap: of the other room, on the same server; voice: a base key
	// KID and Counter, in a voice, are the id of that key, and what the time stands at there.
	KID     uint64 `json:"-"`
	Counter uint64 `json:"-"`
	// Shown, in a view, is whom the sender shows, itself among them: the answer to
	// an ask.
	Shown []seen `json:"shown,omitzero"`
}

// seen is a member as another end shows it.
type seen struct {
	ID   ID     `json:"id"`
	Nick string `json:"nick"`
}

// forAll reports whether a kind of payload is for everybody who is shown. One that
// came to some alone, and seems to be for all, was meant to mislead.
func forAll(t string) bool {
	switch t {
	case "say", "react", "retract", "amend", "nick", "topic", "aside", "typing", "offer":
		return true
	}
	return false
}

// file is what an offer says; key and sum are unpadded base64url.
type file struct {
	Name string `json:"name"`
	Size uint64 `json:"size"`
	Key  string `json:"key"`
	Sum  string `json:"sum"`
}

func fileOf(f rooms.File) *file {
	return &file{f.Name, f.Size, base64url.EncodeToString([]byte(f.Key)), base64url.EncodeToString([]byte(f.Sum))}
}

// file reads an offer's file, cleaned and bounded.
func (f *file) file() (rooms.File, error) {
	if f == nil {
		return rooms.File{}, errPayload
	}
	key, err := base64url.DecodeString(f.Key)
	if err != nil || base64url.EncodeToString(key) != f.Key { // it overlooks line breaks
		return rooms.File{}, errPayload
	}
	sum, err := base64url.DecodeString(f.Sum)
	if err != nil || base64url.EncodeToString(sum) != f.Sum {
		return rooms.File{}, errPayload
	}
	return rooms.CleanFile(rooms.File{Name: f.Name, Size: f.Size, Key: string(key), Sum: string(sum)})
}

// base64url is how bytes stand in sealed JSON: unpadded, and in no second form.
var base64url = base64.RawURLEncoding.Strict()

// aside is why somebody is away; empty: they did not say why.
type aside struct {
	Text string `json:"text"`
}

// topic is a room's topic and who set it when; the newest counts.
type topic struct {
	Text string `json:"text"`
	At   int64  `json:"at"` // ms, by the server's clock as the setter's copy bore it
}

var (
	// errPayload is for what a member sealed and this version can't show.
	errPayload = errors.New("a member's program sent something that can't be shown")
	// errKind is for a kind of payload that this version does not know.
	errKind = errors.New("a member's program sent something that this version does not know")
)

// encode writes a form: what belongs to it stands there even when it is empty.
func (p payload) encode() []byte {
	form := struct {
		T    string  `json:"t"`
		Nick *string `json:"nick,omitempty"`
		Text *string `json:"text,omitempty"`
		On   *bool   `json:"on,omitempty"`
		KID  *uint64 `json:"kid,omitempty"`
		Ctr  *uint64 `json:"ctr,omitempty"`
		payload
	}{T: p.T, payload: p}
	switch p.T {
	case "confirm", "nick":
		form.Nick = &p.Nick
	case "say", "amend", "whisper", "topic":
		form.Text = &p.Text
	case "react":
		form.On = &p.On
	case "aside":
		form.On, form.Text = &p.On, &p.Text
	case "voice":
		form.KID, form.Ctr = &p.KID, &p.Counter
	}
	b, err := json.Marshal(form)
	if err != nil {
		panic(err) // a payload is made of plain values
	}
	return b
}

// decodePayload reads, cleans and bounds. Of a kind that this version does not
// know, nothing else is looked at: a later version may mean anything by it.
func decodePayload(text []byte) (p payload, err error) {
	o, err := readObject(text)
	if err != nil {
		return payload{}, err
	}
	if p.T, err = field[string](o, "t"); err != nil {
		return payload{}, err
	}
	switch p.T {
	case "say":
		err = p.readSay(o)
	case "react":
		err = p.readReact(o)
	case "retract":
		err = p.readRe(o)
	case "amend":
		if err = p.readRe(o); err == nil {
			err = p.readWords(o)
		}
	case "whisper":
		err = p.readWords(o)
	case "topic":
		p.Text, err = readTopic(o)
	case "aside":
		if p.On, err = field[bool](o, "on"); err == nil {
			p.Text, err = readAside(o)
		}
		if !p.On {
			p.Text = "" // where it means nothing
		}
	case "confirm":
		err = p.readConfirm(o)
	case "nick":
		p.Nick, err = field[string](o, "nick")
	case "offer":
		p.File, err = readFile(o)
	case "leap":
		p.Key, err = readKey(o)
	case "view":
		p.Shown, err = readShown(o)
	case "voice":
		err = p.readVoice(o)
	case "typing", "step", "ask":
	default:
		return payload{}, errKind
	}
	if err != nil {
		return payload{}, err
	}
	return p, nil
}

func (p *payload) readSay(o object) (err error) {
	if o.has("action") {
		if p.Action, err = field[bool](o, "action"); err != nil {
			return err
		}
	}
	if o.has("re") {
		if err := p.readRe(o); err != nil {
			return err
		}
	}
	if o.has("options") {
		if err := p.readOptions(o); err != nil {
			return err
		}
	}
	return p.readWords(o)
}

// readRe reads which message it is about.
func (p *payload) readRe(o object) error {
	name, err := field[string](o, "re")
	if err != nil {
		return err
	}
	p.Re = new(Hash)
	return p.Re.UnmarshalText([]byte(name))
}

// readReact reads a reaction, which has one form.
func (p *payload) readReact(o object) (err error) {
	if p.Emoji, err = field[string](o, "emoji"); err != nil {
		return err
	}
	if one, ok := rooms.CleanReaction(p.Emoji); !ok || one != p.Emoji {
		return errPayload
	}
	if p.On, err = field[bool](o, "on"); err != nil {
		return err
	}
	return p.readRe(o)
}

// readOptions reads those of a poll.
func (p *payload) readOptions(o object) error {
	list, err := field[[]any](o, "options")
	if err != nil || p.Action {
		return errPayload
	}
	var options []string
	for _, each := range list {
		option, ok := each.(string)
		if !ok {
			return errPayload
		}
		options = append(options, option)
	}
	if p.Options, err = rooms.CleanOptions(options); err != nil {
		return errPayload
	}
	return nil
}

// readWords reads what is said.
func (p *payload) readWords(o object) error {
	text, err := field[string](o, "text")
	if err != nil {
		return err
	}
	if p.Text = rooms.Clean(text); p.Text == "" || rooms.CheckText(p.Text) != nil {
		return errPayload
	}
	return nil
}

func readTopic(o object) (string, error) {
	text, err := field[string](o, "text")
	if err != nil {
		return "", err
	}
	if text = rooms.CleanTopic(text); len(text) > rooms.MaxTopicBytes {
		return "", errPayload
	}
	return text, nil
}

func readAside(o object) (string, error) {
	text, err := field[string](o, "text")
	if err != nil {
		return "", err
	}
	if text, err = rooms.CleanAside(text); err != nil {
		return "", errPayload
	}
	return text, nil
}

func (p *payload) readConfirm(o object) (err error) {
	if p.Nick, err = field[string](o, "nick"); err != nil {
		return err
	}
	if o.has("aside") {
		of, err := field[object](o, "aside")
		if err != nil {
			return err
		}
		p.Aside = new(aside)
		if p.Aside.Text, err = readAside(of); err != nil {
			return err
		}
	}
	if !o.has("topic") {
		return nil
	}
	known, err := field[object](o, "topic")
	if err != nil {
		return err
	}
	p.Topic = new(topic)
	if p.Topic.Text, err = readTopic(known); err != nil {
		return err
	}
	p.Topic.At, err = known.integer("at")
	return err
}

func readFile(o object) (*file, error) {
	o, err := field[object](o, "file")
	if err != nil {
		return nil, err
	}
	var f file
	if f.Name, err = field[string](o, "name"); err != nil {
		return nil, err
	}
	size, err := o.integer("size")
	if err != nil {
		return nil, err
	}
	f.Size = uint64(size)
	if f.Key, err = field[string](o, "key"); err != nil {
		return nil, err
	}
	if f.Sum, err = field[string](o, "sum"); err != nil {
		return nil, err
	}
	offered, err := f.file()
	if err != nil {
		return nil, errPayload
	}
	return fileOf(offered), nil
}

func readKey(o object) (string, error) {
	key, err := field[string](o, "key")
	if err != nil {
		return "", err
	}
	if _, err := ParseSecret(key); err != nil {
		return "", errPayload
	}
	return key, nil
}

// readVoice reads a key of voice. Numbers that no program holds are none.
func (p *payload) readVoice(o object) (err error) {
	for _, each := range []struct {
		field string
		into  *uint64
		most  uint64
	}{{"kid", &p.KID, sframe.MaxKID}, {"ctr", &p.Counter, sframe.MaxCounter}} {
		n, err := o.integer(each.field)
		if err != nil {
			return err
		}
		if *each.into = uint64(n); *each.into > each.most {
			return errPayload
		}
	}
	if p.Key, err = field[string](o, "key"); err != nil {
		return err
	}
	_, err = p.voiceKey()
	return err
}

func readShown(o object) ([]seen, error) {
	list, err := field[[]any](o, "shown")
	if err != nil || len(list) > MaxMembers {
		return nil, errPayload
	}
	shown := []seen{}
	for _, each := range list {
		o, ok := each.(object)
		if !ok {
			return nil, errPayload
		}
		id, err := field[string](o, "id")
		if err != nil {
			return nil, err
		}
		var m seen
		if m.Nick, err = field[string](o, "nick"); err != nil || !isNick(m.Nick) {
			return nil, errPayload
		}
		if err := m.ID.UnmarshalText([]byte(id)); err != nil {
			return nil, err
		}
		shown = append(shown, m)
	}
	return shown, nil
}
