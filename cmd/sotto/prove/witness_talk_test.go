//go:build e2e

package prove

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sotto/cmd/sotto/e2e"
)

// host takes a greeting, and makes the first step.
func (o *observer) host(p *pair, text []byte) error {
	if len(text) != 32 && len(text) != 32+1184 {
		return fmt.Errorf("a greeting of %d bytes", len(text))
	}
	p.theirShare, p.shares, p.ek = text[:32], [][]byte{text[:32]}, hash(text[32:])
	if err := p.makeStep(); err != nil {
		return err
	}
	return o.seal([]*pair{p}, false, e2e.Frame{"t": "step"})
}

// spoken is a text, of any form.
type spoken struct {
	T, Nick, Text string
	Topic         *struct {
		Text string
		At   int64
	}
	File struct{ Key, Sum string }
	Key  string // of a voice
	KID  uint64
}

// listen is what a text does.
func (o *observer) listen(p *pair, text []byte, all bool, at int64) error {
	var said spoken
	if err := json.Unmarshal(text, &said); err != nil {
		return err
	}
	forAll := slices.Contains([]string{"say", "nick", "topic", "typing", "offer"}, said.T)
	if forAll != all || !p.shown && said.T != "step" && said.T != "confirm" {
		return fmt.Errorf("%q said by %q to all: %v, shown: %v", said.T, p.nick, all, p.shown)
	}
	confirm := e2e.Frame{"t": "confirm", "nick": o.nick}
	switch said.T {
	case "step":
		if p.host && !p.shown {
			return o.seal([]*pair{p}, false, confirm)
		}
	case "confirm":
		if said.Topic != nil && said.Topic.At > o.topicAt {
			o.topic, o.topicAt = said.Topic.Text, said.Topic.At
		}
		if p.shown {
			return nil
		}
		p.shown = true
		if err := o.call(p, said.Nick); err != nil || p.host {
			return err
		}
		if o.topicAt > 0 {
			confirm["topic"] = e2e.Frame{"text": o.topic, "at": o.topicAt}
		}
		return o.seal([]*pair{p}, false, confirm)
	case "say", "whisper":
		o.heard = append(o.heard, said.Text)
	case "nick":
		return o.call(p, said.Nick)
	case "topic":
		o.topic, o.topicAt = said.Text, at
	case "offer":
		key, err := base64.RawURLEncoding.DecodeString(said.File.Key)
		if err != nil {
			return err
		}
		sum, err := base64.RawURLEncoding.DecodeString(said.File.Sum)
		if err != nil {
			return err
		}
		o.keep("a file's key", key)
		o.keep("a file's sum", sum)
		o.fileKey = needle{"a file's key", "binary", key}
	case "ask":
		p.owed = true
		p.asked++
		return o.doWhatIsDue()
	case "voice":
		return o.hold(p, said.Key, said.KID)
	case "typing":
	default:
		return fmt.Errorf("%s said %q", p.nick, said.T)
	}
	return nil
}

// call gives somebody a name.
func (o *observer) call(p *pair, nick string) error {
	for _, other := range o.pairs {
		if other != p && strings.EqualFold(other.nick, nick) || strings.EqualFold(nick, o.nick) {
			return fmt.Errorf("two are called %q", nick)
		}
	}
	p.nick = nick
	o.look()
	return nil
}
