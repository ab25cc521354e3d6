package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/vectors.json anew")

// vectors is one short chat with nothing left to chance, for every
// implementation to repeat. All byte strings are in hexadecimal.
type vectors struct {
	Secret     string          `json:"secret"`
	Passphrase phraseVector    `json:"passphrase"`
	Room       string          `json:"room"`
	Members    []memberVector  `json:"members"`
	RosterHash string          `json:"rosterHash"`
	Words      []string        `json:"words"`
	Messages   []messageVector `json:"messages"`
	File       fileVector      `json:"file"`
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

type messageVector struct {
	From      int               `json:"from"` // index of the member
	To        []int             `json:"to"`   // indexes of the receivers
	Key       string            `json:"key"`  // the message key, random in real life
	Plaintext string            `json:"plaintext"`
	Body      string            `json:"body"`
	Wraps     map[string]string `json:"wraps"` // by receiver id
}

const vectorsFile = "testdata/vectors.json"

// bytesOf is n bytes that are plainly made up.
func bytesOf(name string, n int) []byte {
	sum := sha256.Sum256([]byte("sotto vector " + name))
	return sum[:n]
}

func makeVectors(t *testing.T) (v vectors) {
	secret := Secret(bytesOf("secret", 32))
	room := Open(secret)
	pass, err := PassphraseSecret("correct horse battery staple é")
	if err != nil {
		t.Fatal(err)
	}
	v.Secret, v.Room = hex.EncodeToString(secret[:]), room.Name()
	v.Passphrase = phraseVector{"correct horse battery staple é", hex.EncodeToString(pass[:])}
	var sessions []*Session
	for _, name := range []string{"alice", "bob", "carol"} {
		private, err := ecdh.X25519().NewPrivateKey(bytesOf(name, 32))
		if err != nil {
			t.Fatal(err)
		}
		me := room.meFrom(private)
		sessions = append(sessions, NewSession(me))
		v.Members = append(v.Members, memberVector{
			hex.EncodeToString(private.Bytes()), hex.EncodeToString(me.key.Bytes()), hex.EncodeToString(me.ID[:]), hex.EncodeToString(me.Hello()),
		})
	}
	for _, s := range sessions {
		for _, o := range sessions {
			p, err := room.Meet(o.me.Hello())
			if err != nil || s.Add(p) != nil {
				t.Fatal("the members did not meet")
			}
		}
	}
	roster := sessions[0].RosterHash()
	v.RosterHash, v.Words = hex.EncodeToString(roster[:]), room.SafetyWords(sessions[0].Peers())
	for _, m := range []messageVector{
		{From: 0, To: []int{1, 2}, Plaintext: "hello"},
		{From: 0, To: []int{1}, Plaintext: "a whisper"},
		{From: 0, To: []int{1, 2}, Plaintext: ""},
		{From: 1, To: []int{0, 2}, Plaintext: "grüße, 世界 🎉"},
		{From: 2, To: []int{0, 1}, Plaintext: strings.Repeat("long ", 60)},
	} {
		k := bytesOf("key "+m.Plaintext, 32)
		var to []ID
		for _, i := range m.To {
			to = append(to, sessions[i].me.ID)
		}
		sealed, err := sessions[m.From].seal([]byte(m.Plaintext), k, to)
		if err != nil {
			t.Fatal(err)
		}
		m.Key, m.Body, m.Wraps = hex.EncodeToString(k), hex.EncodeToString(sealed.Body), map[string]string{}
		for id, wrap := range sealed.Wraps {
			m.Wraps[hex.EncodeToString(id[:])] = hex.EncodeToString(wrap)
		}
		for _, i := range m.To {
			if got, err := sessions[i].Open(sealed.Body, sealed.Wraps[sessions[i].me.ID]); err != nil || string(got.Plaintext) != m.Plaintext {
				t.Fatalf("a vector does not open: %v", err)
			}
		}
		v.Messages = append(v.Messages, m)
	}
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
		t.Fatal("this package does not make the bytes in testdata/vectors.json any more: that is another protocol version")
	}
}

// TestFormulas reads the vectors a third time, by the formulas of
// docs/SEALED.md alone: nothing of this package is called.
func TestFormulas(t *testing.T) {
	data, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	cat := func(parts ...[]byte) []byte { return slices.Concat(parts...) }
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	hm := func(k []byte, data []byte) []byte {
		h := hmac.New(sha256.New, k)
		h.Write(data)
		return h.Sum(nil)
	}
	e := func(k []byte, name string, ctx ...[]byte) []byte {
		return hm(k, cat([]byte("sotto/v1 "+name+"\x00"), cat(ctx...), []byte{1}))
	}
	hash := func(parts ...[]byte) []byte { sum := sha256.Sum256(cat(parts...)); return sum[:] }
	open := func(key, sealed, ad []byte) []byte {
		block, err := aes.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			t.Fatal(err)
		}
		text, err := gcm.Open(nil, make([]byte, 12), sealed, ad)
		if err != nil {
			t.Fatalf("a vector does not open by the formulas: %v", err)
		}
		return text
	}
	equal := func(what string, got, want []byte) {
		t.Helper()
		if !hmac.Equal(got, want) {
			t.Fatalf("%s is %x, want %x", what, got, want)
		}
	}

	prk := hm([]byte("sotto/v1 extract"), unhex(v.Secret))
	room := e(prk, "id")[:16]
	kHello, kPSK := e(prk, "hello"), e(prk, "psk")
	equal("room", room, unhex(v.Room))
	var keys [][]byte
	for _, m := range v.Members {
		private, err := ecdh.X25519().NewPrivateKey(unhex(m.Private))
		if err != nil {
			t.Fatal(err)
		}
		x := private.PublicKey().Bytes()
		equal("public", x, unhex(m.Public))
		id := hash([]byte("sotto/v1 member\x00"), room, x)[:8]
		equal("id", id, unhex(m.ID))
		equal("hello", cat(x, hm(kHello, cat(room, id, x))), unhex(m.Hello))
		keys = append(keys, x)
	}
	sort.Slice(keys, func(i, j int) bool { return string(keys[i]) < string(keys[j]) })
	equal("roster hash", hash(room, cat(keys...))[:16], unhex(v.RosterHash))
	list, err := os.ReadFile("words.txt")
	if err != nil {
		t.Fatal(err)
	}
	bits := ""
	for _, b := range hash([]byte("sotto/v1 words\x00"), kHello, cat(keys...)) {
		for i := 7; i >= 0; i-- {
			bits += string('0' + b>>i&1)
		}
	}
	for i, word := range v.Words {
		n := 0
		for _, bit := range bits[11*i : 11*i+11] {
			n = 2*n + int(bit-'0')
		}
		if strings.Split(string(list), "\n")[n] != word {
			t.Fatalf("word %d is %s", i, word)
		}
	}

	type direction struct{ from, to int }
	chains, counters := map[direction][]byte{}, map[direction]uint32{}
	for i, a := range v.Members {
		for j, b := range v.Members {
			if i == j {
				continue
			}
			private, _ := ecdh.X25519().NewPrivateKey(unhex(a.Private))
			public, _ := ecdh.X25519().NewPublicKey(unhex(b.Public))
			dh, err := private.ECDH(public)
			if err != nil {
				t.Fatal(err)
			}
			chains[direction{i, j}] = e(hm(kPSK, dh), "chain", room, unhex(a.Public), unhex(b.Public))
		}
	}
	sent := map[int]uint32{}
	for _, m := range v.Messages {
		body := unhex(m.Body)
		header := body[:61]
		equal("version, room and sender", header[:25], cat([]byte{1}, room, unhex(v.Members[m.From].ID)))
		if n := binary.BigEndian.Uint32(header[25:]); n != sent[m.From] {
			t.Fatalf("message counter %d, want %d", n, sent[m.From])
		}
		sent[m.From]++
		equal("roster hash in the header", header[29:45], unhex(v.RosterHash))
		equal("commitment", header[45:61], e(unhex(m.Key), "commit")[:16])
		for _, to := range m.To {
			d := direction{m.From, to}
			wrap, id := unhex(m.Wraps[v.Members[to].ID]), unhex(v.Members[to].ID)
			if c := binary.BigEndian.Uint32(wrap); c != counters[d] {
				t.Fatalf("pair counter %d, want %d", c, counters[d])
			}
			counters[d]++
			equal("message key", open(e(chains[d], "wrap"), wrap[4:], cat(hash(body), id)), unhex(m.Key))
			chains[d] = e(chains[d], "next")
		}
		text := open(e(unhex(m.Key), "body"), body[61:], header)
		size := 256
		for size < 4+len(m.Plaintext) {
			size *= 2
		}
		padded := make([]byte, size)
		binary.BigEndian.PutUint32(padded, uint32(len(m.Plaintext)))
		copy(padded[4:], m.Plaintext)
		equal("plaintext", text, padded)
	}
	key := unhex(v.File.Key)
	fid := e(key, "file")[:16]
	equal("file id", fid, unhex(v.File.ID))
	for _, pass := range v.File.Bodies {
		body, r := unhex(pass.Body), unhex(pass.Random)
		equal("file id and random", body[:32], cat(fid, r))
		text := open(e(key, "pass", r), body[32:], body[:32])
		equal("text", text, cat(unhex(pass.Text), make([]byte, pass.Bytes-len(pass.Text)/2)))
	}
}
