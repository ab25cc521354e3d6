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
	T      string     `json:"t"`                // confirm, say, whisper, nick, topic, typing, offer
	Nick   string     `json:"nick,omitempty"`   // confirm, nick
	Text   string     `json:"text,omitempty"`   // say, whisper, topic
	Action bool       `json:"action,omitempty"` // say
	Re     *reference `json:"re,omitempty"`     // say
	// Topic, in a confirm, is the topic as the sender knows it, so that a
	// newcomer learns it from those who are here.
	Topic *topic `json:"topic,omitempty"`
	File  *file  `json:"file,omitempty"` // offer
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

// reference names a message in the same way for everybody.
type reference struct {
	From   ID     `json:"from"`
	Number uint32 `json:"n"`
}

// topic is a room's topic and who set it when; the newest counts.
type topic struct {
	Text string `json:"text"`
	At   int64  `json:"at"` // ms, by the server's clock as the setter's copy bore it
}

// errPayload is for what a member sealed that this version can't read.
var errPayload = errors.New("a member's program sent something that can't be shown")

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
	case "nick", "typing":
	default:
		return payload{}, errPayload
	}
	return p, nil
}
