package seal

import (
	"crypto/ecdh"
	"crypto/mlkem"
	"crypto/mlkem/mlkemtest"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write testdata/vectors.json anew")

// vectors is one short chat with nothing left to chance, for every
// implementation to repeat. All byte strings are in hexadecimal.
type vectors struct {
	Secret     string         `json:"secret"`
	Passphrase phraseVector   `json:"passphrase"`
	Room       string         `json:"room"`
	Members    []memberVector `json:"members"` // in the order in which they come
	View       viewVector     `json:"view"`
	Chat       []chatVector   `json:"chat"`
	Skip       skipVector     `json:"skip"`
	File       fileVector     `json:"file"`
}

type phraseVector struct {
	Words  string `json:"words"`
	Secret string `json:"secret"`
}

type memberVector struct {
	Private string `json:"private"`
	Public  string `json:"public"`
	ID      string `json:"id"`
	Hello   string `json:"hello"`
}

type viewVector struct {
	Nicks []string `json:"nicks"` // of the members, by their index
	Hash  string   `json:"hash"`
	Words []string `json:"words"`
}

// chatVector is one sealed message, a greeting if Greet is there. Drawn are the
// private shares that its sender drew for it, or that each receiver of a greeting
// drew when it opened it, by the receiver's index.
type chatVector struct {
	At     int               `json:"at"`   // seconds since the beginning
	From   int               `json:"from"` // index of the member
	To     []int             `json:"to"`   // indexes of the receivers
	Greet  *greetVector      `json:"greet,omitempty"`
	All    bool              `json:"all,omitempty"`
	Salt   string            `json:"salt,omitempty"` // of a message to all
	Text   string            `json:"text"`           // as it is; of a greeting in hexadecimal
	Epoch  uint32            `json:"epoch"`
	View   string            `json:"view"` // of the sender
	Drawn  map[int]string    `json:"drawn"`
	Random map[int]string    `json:"random,omitempty"` // by which a receiver encapsulated
	Key    string            `json:"key"`              // the message key
	Body   string            `json:"body"`
	Wraps  map[string]string `json:"wraps"` // by receiver id
}

type greetVector struct {
	Share string `json:"share"`         // private
	Seed  string `json:"kem,omitempty"` // of the ML-KEM key; empty: the end has none
}

// skipVector is a chain and a key far ahead in it.
type skipVector struct {
	Chain   string `json:"chain"`
	Context string `json:"context"`
	N       uint32 `json:"n"`
	Key     string `json:"key"`
}

type fileVector struct {
	Key    string       `json:"key"`
	ID     string       `json:"id"`
	Bodies []passVector `json:"bodies"`
}

type passVector struct {
	Random string `json:"random"`
	Text   string `json:"text"`  // without the zeros that end it
	Bytes  int    `json:"bytes"` // of the text with them
	Body   string `json:"body"`
}

const vectorsFile = "testdata/vectors.json"

// bytesOf is n bytes that are plainly made up.
func bytesOf(name string, n int) (b []byte) {
	for i := byte(0); len(b) < n; i++ {
		sum := sha256.Sum256(append([]byte("sotto vector "+name), i))
		b = append(b, sum[:]...)
	}
	return b[:n]
}

func keyOf(t *testing.T, name string) *ecdh.PrivateKey {
	t.Helper()
	key, err := ecdh.X25519().NewPrivateKey(bytesOf(name, 32))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// storyteller makes the vectors: sessions whose every draw is written down.
type storyteller struct {
	t        *testing.T
	sessions []*Session
	index    map[ID]int
	kem      map[int]bool // who has ML-KEM
	drawn    map[int]string
	random   map[int]string
	message  int
}

// join lets a member come in and greet.
func (s *storyteller) join(v *vectors, private *ecdh.PrivateKey) {
	n := len(s.sessions)
	me := Open(Secret(bytesOf("secret", 32))).meFrom(private)
	session := NewSession(me)
	me.draw = draws{
		salt: func() [saltBytes]byte { return [saltBytes]byte(bytesOf(fmt.Sprint("salt ", len(v.Chat)), saltBytes)) },
		share: func() *ecdh.PrivateKey { // the caller says for whom it was
			s.message++
			key := keyOf(s.t, "share "+string(rune('0'+s.message/10))+string(rune('0'+s.message%10)))
			s.drawn[-1-n] = hex.EncodeToString(key.Bytes())
			return key
		},
	}
	if s.kem[n] {
		me.draw.encapsulate = func(ek *mlkem.EncapsulationKey768) ([]byte, []byte) {
			random := bytesOf("random", 32)
			s.random[n] = hex.EncodeToString(random)
			secret, ciphertext, err := mlkemtest.Encapsulate768(ek, random)
			if err != nil {
				s.t.Fatal(err)
			}
			return secret, ciphertext
		}
	}
	s.sessions, s.index[me.ID] = append(s.sessions, session), n
	v.Members = append(v.Members, memberVector{
		hex.EncodeToString(private.Bytes()), hex.EncodeToString(me.public[:]), hex.EncodeToString(me.ID[:]), hex.EncodeToString(me.Hello()),
	})
	var to []int
	if n > 0 {
		session.See(View{1, me.room.ViewOf([]Shown{{me.Peer, vectorNicks[n]}})})
	}
	for i, host := range s.sessions[:n] {
		meet(s.t, host, session, false)
		meet(s.t, session, host, true)
		to = append(to, i)
	}
	if n == 0 {
		return
	}
	greet := &greetVector{Share: hex.EncodeToString(bytesOf("greeting "+v.Members[n].ID, 32))}
	me.draw.greeting = func() *greeting {
		g := &greeting{share: keyOf(s.t, "greeting "+v.Members[n].ID)}
		if s.kem[n] {
			seed := bytesOf("kem", 64)
			greet.Seed = hex.EncodeToString(seed)
			var err error
			if g.kem, err = mlkem.NewDecapsulationKey768(seed); err != nil {
				s.t.Fatal(err)
			}
		}
		return g
	}
	s.pass(v, session.Greet(), chatVector{From: n, To: to, Greet: greet})
}

// say lets a member say something.
func (s *storyteller) say(v *vectors, c chatVector) {
	var to []ID
	for _, i := range c.To {
		to = append(to, s.sessions[i].me.ID)
	}
	m, err := s.sessions[c.From].Compose([]byte(c.Text), c.All, to...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.pass(v, m, c)
}

func (s *storyteller) pass(v *vectors, m *Message, c chatVector) {
	if len(v.Chat) > 0 && c.At == 0 {
		c.At = v.Chat[len(v.Chat)-1].At
	}
	now := noon.Add(time.Duration(c.At) * time.Second)
	s.drawn, s.random = map[int]string{}, map[int]string{}
	from := s.sessions[c.From]
	if c.Greet != nil {
		c.Text = hex.EncodeToString(m.text)
	}
	if c.All {
		c.Salt = hex.EncodeToString(m.text[:saltBytes])
	}
	key := bytesOf(fmt.Sprint("key ", len(v.Chat), c.Text), 32)
	c.Epoch, c.View = from.view.Epoch, hex.EncodeToString(from.view.Hash[:])
	sealed := from.seal(m, append([]byte(nil), key...), now)
	c.Drawn = map[int]string{}
	for _, to := range c.To { // at most one receiver steps in these vectors
		if share := s.drawn[-1-c.From]; share != "" {
			c.Drawn[to] = share
		}
	}
	c.Key, c.Body, c.Wraps = hex.EncodeToString(key), hex.EncodeToString(sealed.Body), map[string]string{}
	for id, wrap := range sealed.Wraps {
		c.Wraps[hex.EncodeToString(id[:])] = hex.EncodeToString(wrap)
	}
	for _, to := range c.To {
		s.drawn = map[int]string{}
		o, err := s.sessions[to].Open(sealed.Body, sealed.Wraps[s.sessions[to].me.ID], now)
		if err != nil || o.Greeting != (c.Greet != nil) || !o.Greeting && string(o.Text) != c.Text || !o.Greeting && o.View != from.view || o.Missing != 0 || o.Twofold || len(s.sessions[to].Compare(o)) > 0 {
			s.t.Fatalf("a vector does not open: %+v, %v", o, err)
		}
		if share := s.drawn[-1-to]; share != "" {
			c.Drawn[to] = share
		}
	}
	if len(s.random) > 0 {
		c.Random = s.random
	}
	v.Chat = append(v.Chat, c)
}

// vectorNicks are the names of the members, in the order in which they come.
var vectorNicks = []string{"anna", "bob", "kärl", "guest-0a1b2c3d"}

func makeVectors(t *testing.T) (v vectors) {
	secret := Secret(bytesOf("secret", 32))
	room := Open(secret)
	const words = "abandon ability zoo zebra wrong exact ocean"
	pass, err := PassphraseSecret(words)
	if err != nil {
		t.Fatal(err)
	}
	v.Secret, v.Room = hex.EncodeToString(secret[:]), room.Name()
	v.Passphrase = phraseVector{words, hex.EncodeToString(pass[:])}

	// Anna and dora run programs with ML-KEM, bob and carl do not.
	s := &storyteller{t: t, index: map[ID]int{}, kem: map[int]bool{0: true, 3: true}}
	s.join(&v, keyOf(t, "anna"))
	s.join(&v, keyOf(t, "bob"))
	s.say(&v, chatVector{From: 0, To: []int{1}, Text: `{"t":"confirm","nick":"anna"}`})
	s.say(&v, chatVector{From: 1, To: []int{0}, Text: `{"t":"confirm","nick":"bob"}`})
	for i, session := range s.sessions {
		shown := []Shown{{s.sessions[0].me.Peer, "anna"}, {s.sessions[1].me.Peer, "bob"}}
		session.See(View{uint32(i + 1), room.ViewOf(shown)})
	}
	s.say(&v, chatVector{From: 0, To: []int{1}, All: true, Text: "hello"})
	s.say(&v, chatVector{At: 30, From: 1, To: []int{0}, All: true, Text: "grüße, 世界 🎉"})
	s.join(&v, keyOf(t, "carl"))
	for i := range 2 {
		s.say(&v, chatVector{From: i, To: []int{2}, Text: `{"t":"confirm","nick":"` + []string{"anna", "bob"}[i] + `"}`})
	}
	s.say(&v, chatVector{From: 2, To: []int{0, 1}, Text: `{"t":"confirm","nick":"carl"}`})
	for range 2 {
		s.say(&v, chatVector{At: 40, From: 0, To: []int{1, 2}, All: true, Text: "welcome, carl"})
	}
	s.say(&v, chatVector{From: 2, To: []int{0, 1}, All: true, Text: "carl heard anna"})
	s.say(&v, chatVector{From: 1, To: []int{0, 2}, All: true, Text: "bob heard both"})
	s.say(&v, chatVector{From: 0, To: []int{1}, Text: "a whisper"})
	s.say(&v, chatVector{At: 200, From: 1, To: []int{0}, Text: "bob steps"})
	s.say(&v, chatVector{At: 210, From: 0, To: []int{1, 2}, All: true, Text: strings.Repeat("long ", 60)})
	s.say(&v, chatVector{At: 400, From: 0, To: []int{1}, Text: "anna steps"})
	s.say(&v, chatVector{At: 410, From: 1, To: []int{0}, Text: ""})
	s.join(&v, keyOf(t, "dora"))
	s.say(&v, chatVector{From: 1, To: []int{3}, Text: `{"t":"confirm","nick":"bob"}`})
	s.say(&v, chatVector{From: 0, To: []int{3}, Text: `{"t":"confirm","nick":"anna"}`})
	s.say(&v, chatVector{From: 3, To: []int{0, 1}, Text: `{"t":"confirm","nick":"dora"}`})

	v.View.Nicks = vectorNicks
	var shown []Shown
	for i, nick := range v.View.Nicks {
		shown = append(shown, Shown{s.sessions[i].me.Peer, nick})
	}
	view := room.ViewOf(shown)
	v.View.Hash, v.View.Words = hex.EncodeToString(view[:]), room.WordsFor(shown)

	v.Skip = skipVector{Chain: hex.EncodeToString(bytesOf("chain", 32)), Context: hex.EncodeToString(bytesOf("context", 40)), N: 4096}
	far, err := newChain(bytesOf("chain", 32)).at(v.Skip.N)
	if err != nil {
		t.Fatal(err)
	}
	key := far.step(bytesOf("context", 40))
	v.Skip.Key = hex.EncodeToString(key[:])
	v.File = makeFileVector(t)
	return v
}

// makeFileVector is a report ("want", from chunk 4 up to chunk 12) and the second
// chunk of a file that ends in it.
func makeFileVector(t *testing.T) fileVector {
	key := FileKey(bytesOf("file", 32))
	id := key.ID()
	v := fileVector{Key: hex.EncodeToString(key[:]), ID: hex.EncodeToString(id[:])}
	for _, pass := range []passVector{
		{Random: "report", Text: "\x01\x00\x00\x00\x04\x00\x00\x00\x0c", Bytes: 9},
		{Random: "chunk", Text: "\x00\x00\x00\x00\x01the end of the file", Bytes: 5 + 16384},
	} {
		text := append([]byte(pass.Text), make([]byte, pass.Bytes-len(pass.Text))...)
		random := bytesOf(pass.Random, 16)
		body := key.seal(text, random)
		if opened, err := key.Open(body); err != nil || string(opened) != string(text) {
			t.Fatalf("a vector does not open: %v", err)
		}
		pass.Random, pass.Text, pass.Body = hex.EncodeToString(random), hex.EncodeToString([]byte(pass.Text)), hex.EncodeToString(body)
		v.Bodies = append(v.Bodies, pass)
	}
	return v
}

func TestVectors(t *testing.T) {
	made, err := json.MarshalIndent(makeVectors(t), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	made = append(made, '\n')
	if *update {
		if err := os.WriteFile(vectorsFile, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != string(made) {
		t.Fatal("this package does not make the bytes in testdata/vectors.json any more: that is another version of the scheme")
	}
}
