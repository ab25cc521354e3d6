//go:build e2e

package prove

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// observer is a member of a sealed room that says nothing, made of the formulas of
// docs/SEALED.md, to have every key that the others share with it in its hands.
type observer struct {
	t         *testing.T
	socket    *e2e.Socket
	private   *ecdh.PrivateKey
	room, id  []byte
	kPSK      []byte
	pairs     map[string]*pairKeys // by member id
	heard     string
	collected []needle // every key so far
	fileKey   needle   // of the last file that was offered
}

// pairKeys are shared with one member.
type pairKeys struct {
	nick string
	in   []byte // the chain of what they say to us, as both ends hold it now
	next uint32
	out  []byte // the chain of what we would say
}

func expand(k []byte, name string, context ...[]byte) []byte {
	return mac(k, []byte("sotto/v1 "+name+"\x00"), slices.Concat(context...), []byte{1})
}

func mac(k []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, k)
	h.Write(slices.Concat(parts...))
	return h.Sum(nil)
}

// witness enters, after all whom it is to hear.
func witness(t *testing.T, s *e2e.Server, secret seal.Secret) *observer {
	t.Helper()
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	must(t, err)
	prk := mac([]byte("sotto/v1 extract"), secret[:])
	kHello := expand(prk, "hello")
	o := &observer{t: t, private: private, room: expand(prk, "id")[:16], kPSK: expand(prk, "psk"), pairs: make(map[string]*pairKeys)}
	id := sha256.Sum256(slices.Concat([]byte("sotto/v1 member\x00"), o.room, o.public()))
	o.id = id[:8]
	o.socket = s.Dial(t)
	hello := slices.Concat(o.public(), mac(kHello, o.room, o.id, o.public()))
	o.socket.Send(e2e.Frame{"t": "join", "room": hex.EncodeToString(o.room), "hello": base64.RawURLEncoding.EncodeToString(hello)})
	o.keep("the room's secret", secret[:])
	o.keep("the extracted key", prk)
	o.keep("the hello key", kHello)
	o.keep("the pre-shared key", o.kPSK)
	o.keep("the witness's private key", private.Bytes())
	welcome := o.socket.Await("welcome")
	members, _ := welcome["members"].([]any)
	for _, m := range members {
		member, _ := m.(map[string]any)
		if member["id"] != e2e.Frame(welcome["you"].(map[string]any))["id"] {
			o.meet(fmt.Sprint(member["id"]), fmt.Sprint(member["hello"]))
		}
	}
	return o
}

func (o *observer) public() []byte { return o.private.PublicKey().Bytes() }

func (o *observer) keep(what string, key []byte) {
	o.collected = append(o.collected, keyNeedles(what, key)...)
}

// saw is keep for what lives for a moment.
func (o *observer) saw(what string, key []byte) {
	o.collected = append(o.collected, needle{what, "binary", key})
}

func (o *observer) meet(member, hello string) {
	o.t.Helper()
	said := o.decode(hello)
	theirs, err := ecdh.X25519().NewPublicKey(said[:32])
	must(o.t, err)
	shared, err := o.private.ECDH(theirs)
	must(o.t, err)
	prk := mac(o.kPSK, shared)
	p := &pairKeys{
		in:  expand(prk, "chain", o.room, said[:32], o.public()),
		out: expand(prk, "chain", o.room, o.public(), said[:32]),
	}
	o.pairs[member] = p
	o.keep("what X25519 gave", shared)
	o.keep("a pair's key", prk)
	o.keep("a chain key", p.in)
	o.keep("a chain key", p.out)
}

func (o *observer) decode(text string) []byte {
	o.t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	must(o.t, err)
	return b
}

// hear takes what comes until a member says this.
func (o *observer) hear(text string) {
	o.t.Helper()
	for o.heard = ""; !strings.Contains(o.heard, text); {
		f, err := o.socket.Next()
		must(o.t, err)
		switch member, _ := f["member"].(map[string]any); f.Type() {
		case "joined":
			o.meet(f.Member(), fmt.Sprint(member["hello"]))
		case "sealed":
			from, _ := f["from"].(map[string]any)
			o.open(o.pairs[fmt.Sprint(from["id"])], o.decode(fmt.Sprint(f["body"])), o.decode(fmt.Sprint(f["wrap"])))
		}
	}
}

// open opens a message, and keeps every key on the way.
func (o *observer) open(p *pairKeys, body, wrap []byte) {
	o.t.Helper()
	for counter := binary.BigEndian.Uint32(wrap); ; {
		wrapKey := expand(p.in, "wrap")
		p.in = expand(p.in, "next")
		o.saw("a chain key", p.in)
		o.saw("a wrapping key", wrapKey)
		if p.next++; p.next <= counter {
			continue
		}
		sum := sha256.Sum256(body)
		key := o.unseal(wrapKey, wrap[4:], slices.Concat(sum[:], o.id))
		bodyKey := expand(key, "body")
		o.saw("a message key", key)
		o.saw("a message key", bodyKey)
		text := o.unseal(bodyKey, body[61:], body[:61])
		var said struct {
			Nick, Text string
			File       struct{ Key, Sum string }
		}
		must(o.t, json.Unmarshal(text[4:4+binary.BigEndian.Uint32(text)], &said))
		o.heard = said.Text
		if said.File.Key != "" {
			o.keep("a file's key", o.decode(said.File.Key))
			o.keep("a file's sum", o.decode(said.File.Sum))
			o.fileKey = needle{"a file's key", "binary", o.decode(said.File.Key)}
		}
		if said.Nick != "" {
			p.nick = said.Nick
		}
		return
	}
}

func (o *observer) unseal(key, sealed, ad []byte) []byte {
	o.t.Helper()
	block, err := aes.NewCipher(key)
	must(o.t, err)
	gcm, err := cipher.NewGCM(block)
	must(o.t, err)
	text, err := gcm.Open(nil, make([]byte, 12), sealed, ad)
	must(o.t, err)
	return text
}

// chains are the two chain keys that somebody must hold now, to speak and to hear.
func (o *observer) chains(nick string) []needle {
	o.t.Helper()
	for _, p := range o.pairs {
		if p.nick == nick {
			return []needle{{"the chain to us", "binary", p.in}, {"the chain from us", "binary", p.out}}
		}
	}
	o.t.Fatalf("the witness never heard of %s", nick)
	return nil
}

// keyNeedles are the ways in which a program may hold 32 bytes: as they are, or
// written down.
func keyNeedles(what string, key []byte) []needle {
	return []needle{
		{what, "binary", key},
		{what, "base64url", []byte(base64.RawURLEncoding.EncodeToString(key))},
		{what, "base64", []byte(base64.RawStdEncoding.EncodeToString(key))},
		{what, "hexadecimal", []byte(hex.EncodeToString(key))},
	}
}
