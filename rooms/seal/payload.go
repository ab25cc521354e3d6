package seal

import (
	"encoding/base64"
	"encoding/json"
	"errors"

	"sotto/rooms"
)

// payload is what stands inside a sealed message, as JSON. It comes from another
// member's program, which may be hostile: the receiver cleans and checks all of
// it, since the server can't.
type payload struct {
	T      string `json:"t"`                // confirm, say, whisper, nick, topic, typing, offer, step, ask, view
	Nick   string `json:"nick,omitempty"`   // confirm, nick
	Text   string `json:"text,omitempty"`   // say, whisper, topic
	Action bool   `json:"action,omitempty"` // say
	Re     *Hash  `json:"re,omitempty"`     // say: names the message that it answers
	// Topic, in a confirm, is the topic as the sender knows it, so that a
	// newcomer learns it from those who are here.
	Topic *topic `json:"topic,omitempty"`
	File  *file  `json:"file,omitempty"` // offer
	// Shown, in a view, is whom the sender shows, itself among them: the answer to
	// an ask.
	Shown []seen `json:"shown,omitempty"`
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
	case "say", "nick", "topic", "typing", "offer":
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
	if err != nil {
		return rooms.File{}, errPayload
	}
	sum, err := base64url.DecodeString(f.Sum)
	if err != nil {
		return rooms.File{}, errPayload
	}
	return rooms.CleanFile(rooms.File{Name: f.Name, Size: f.Size, Key: string(key), Sum: string(sum)})
}

// base64url is how bytes stand in sealed JSON: unpadded, and in no second form.
var base64url = base64.RawURLEncoding.Strict()

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

func (p payload) encode() []byte {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // a payload is made of plain values
	}
	return b
}

// decodePayload reads, cleans and bounds.
func decodePayload(text []byte) (payload, error) {
	var p payload
	if json.Unmarshal(text, &p) != nil {
		return payload{}, errPayload
	}
	switch p.T {
	case "say", "whisper":
		p.Text = rooms.Clean(p.Text)
		if p.Text == "" || rooms.CheckText(p.Text) != nil {
			return payload{}, errPayload
		}
	case "topic":
		if p.Text = rooms.CleanTopic(p.Text); len(p.Text) > rooms.MaxTopicBytes {
			return payload{}, errPayload
		}
	case "confirm":
		if p.Topic != nil {
			if p.Topic.Text = rooms.CleanTopic(p.Topic.Text); len(p.Topic.Text) > rooms.MaxTopicBytes {
				return payload{}, errPayload
			}
		}
	case "offer":
		offered, err := p.File.file()
		if err != nil {
			return payload{}, errPayload
		}
		p.File = fileOf(offered)
	case "view":
		if len(p.Shown) > MaxMembers {
			return payload{}, errPayload
		}
		for _, m := range p.Shown {
			if !isNick(m.Nick) {
				return payload{}, errPayload
			}
		}
	case "nick", "typing", "step", "ask":
	default:
		return payload{}, errKind
	}
	return p, nil
}
