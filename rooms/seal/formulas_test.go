package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/mlkem"
	"crypto/mlkem/mlkemtest"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
)

// This file was written from docs/SEALED.md alone, and calls nothing of the
// package: it shows that the document is enough to write another program by.

func byJoin(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func byU32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func byHash(parts ...[]byte) []byte {
	h := sha256.Sum256(byJoin(parts...))
	return h[:]
}

func byHMAC(k []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, k)
	h.Write(byJoin(parts...))
	return h.Sum(nil)
}

// byE is E(k, name, context) of the document.
func byE(k []byte, name string, context ...[]byte) []byte {
	return byHMAC(k, []byte("sotto/v2 "+name), []byte{0}, byJoin(context...), []byte{1})
}

// byPad is pad(text) of the document.
func byPad(text []byte) []byte {
	size := 256
	for size < 4+len(text) {
		size *= 2
	}
	return append(byJoin(byU32(uint32(len(text))), text), make([]byte, size-4-len(text))...)
}

// byW is W(n, context) of the chain that begins with c.
func byW(c []byte, n uint32, context ...[]byte) []byte {
	outer, inner := byE(c, "outer"), byE(c, "inner")
	for range n / 64 {
		outer, inner = byE(outer, "outer"), byE(outer, "inner")
	}
	for range n % 64 {
		inner = byE(inner, "next")
	}
	return byE(inner, "wrap", context...)
}

// byReader checks as it goes.
type byReader struct {
	*testing.T
	room   []byte
	sealed map[string]bool // every key that sealed something
}

func (r byReader) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r byReader) same(what string, got, want []byte) {
	r.Helper()
	if !bytes.Equal(got, want) {
		r.Fatalf("%s: the document says %x, the vector %x", what, got, want)
	}
}

func (r byReader) hex(s string) []byte {
	r.Helper()
	b, err := hex.DecodeString(s)
	r.must(err)
	return b
}

func (r byReader) aead(k []byte) cipher.AEAD {
	block, err := aes.NewCipher(k)
	r.must(err)
	a, err := cipher.NewGCM(block)
	r.must(err)
	return a
}

// seal is A(k, ad, text) of the document. No key may come twice.
func (r byReader) seal(k, ad, text []byte) []byte {
	if r.sealed[string(k)] {
		r.Fatal("a key seals two texts")
	}
	r.sealed[string(k)] = true
	return r.aead(k).Seal(nil, make([]byte, 12), text, ad)
}

func (r byReader) open(k, ad, sealed []byte) []byte {
	text, err := r.aead(k).Open(nil, make([]byte, 12), sealed, ad)
	r.must(err)
	return text
}

func (r byReader) private(s string) *ecdh.PrivateKey {
	k, err := ecdh.X25519().NewPrivateKey(r.hex(s))
	r.must(err)
	return k
}

// dh takes public keys in their one form alone.
func (r byReader) dh(k *ecdh.PrivateKey, public []byte) []byte {
	turned := slices.Clone(public)
	slices.Reverse(turned)
	if prime := byJoin([]byte{0x7f}, bytes.Repeat([]byte{0xff}, 30), []byte{0xed}); bytes.Compare(turned, prime) >= 0 {
		r.Fatalf("%x is no public key", public)
	}
	other, err := ecdh.X25519().NewPublicKey(public)
	r.must(err)
	d, err := k.ECDH(other)
	r.must(err)
	return d
}

// byEnd is what one end of a pair knows.
type byEnd struct {
	host        bool
	mine, other []byte // the long public keys
	root, hek   []byte
	step        uint32
	near        *ecdh.PrivateKey // the own newest share
	far         []byte           // the other's
	dk          *mlkem.DecapsulationKey768
	out, in     []byte // what the chains begin with
	n, next     uint32 // in them
	q, expected uint32
	news        []byte // E, or E ‖ ct, while it may not have arrived
	made        uint32 // the step that news is of
	at          int    // the time of the last step
	said        bool   // whether something was said since
}

// turn makes a step with the share e, or takes the other's step with the share
// public if e is nil.
func (p *byEnd) turn(r byReader, e *ecdh.PrivateKey, public, ss, ct []byte, at int) {
	var d, from, z []byte
	if e != nil {
		public = e.PublicKey().Bytes()
		d, from, z = r.dh(e, p.far), p.far, byJoin(p.mine, p.other)
	} else {
		d, from, z = r.dh(p.near, public), p.near.PublicKey().Bytes(), byJoin(p.other, p.mine)
	}
	p.step++
	if (p.step%2 == 1) != (p.host == (e != nil)) {
		r.Fatal("a step out of turn")
	}
	t := byJoin(r.room, byU32(p.step), z, public, from, p.hek, byHash(ct))
	prk := byHMAC(p.root, d, ss)
	p.root = byE(prk, "root", t)
	chain, back := byE(prk, "chain", t), byE(prk, "back", t)
	p.at, p.said = at, false
	if e != nil {
		p.out, p.n, p.near, p.made = chain, 0, e, p.step
		p.news = byJoin(public, ct)
		if p.step == 1 {
			p.in = back
		}
		return
	}
	if p.in, p.next, p.far = chain, 0, public; p.step == 1 {
		p.out = back
	}
}

func TestFormulas(t *testing.T) {
	var v struct {
		Secret     string
		Passphrase struct{ Words, Secret string }
		Room       string
		Members    []struct{ Private, Public, ID, Hello string }
		View       struct {
			Nicks, Words []string
			Hash         string
		}
		Chat []struct {
			At, From        int
			To              []int
			Greet           *struct{ Share, Kem string }
			All             bool
			Epoch           uint32
			View            string
			Wraps           map[string]string
			Drawn, Random   map[int]string
			Text, Key, Body string
			Salt            string
		}
		Skip struct {
			Chain, Context, Key string
			N                   uint32
		}
		File struct {
			Key, ID string
			Bodies  []struct {
				Random, Text, Body string
				Bytes              int
			}
		}
	}
	r := byReader{T: t, sealed: map[string]bool{}}
	raw, err := os.ReadFile("testdata/vectors.json")
	r.must(err)
	r.must(json.Unmarshal(raw, &v))
	list, err := os.ReadFile("../bip39/words.txt")
	r.must(err)
	bip := strings.Fields(string(list))

	// Secret and room.
	prk := byHMAC([]byte("sotto/v2 extract"), r.hex(v.Secret))
	r.room = byE(prk, "id")[:16]
	hello, psk := byE(prk, "hello"), byE(prk, "psk")
	r.same("room", r.room, r.hex(v.Room))
	s, err := pbkdf2.Key(sha256.New, v.Passphrase.Words, []byte("sotto/v2 passphrase"), 1_000_000, 32)
	r.must(err)
	r.same("passphrase", s, r.hex(v.Passphrase.Secret))
	said := strings.Split(v.Passphrase.Words, " ")
	if len(said) != 7 || slices.ContainsFunc(said, func(w string) bool { return !slices.Contains(bip, w) }) {
		t.Fatal("the passphrase is not seven words of the list")
	}

	// Members.
	var long []*ecdh.PrivateKey
	var publics, ids, view [][]byte
	for i, m := range v.Members {
		k := r.private(m.Private)
		x := k.PublicKey().Bytes()
		id := byHash([]byte("sotto/v2 member\x00"), r.room, x)[:16]
		r.same("public", x, r.hex(m.Public))
		r.same("id", id, r.hex(m.ID))
		r.same("hello", byJoin([]byte{2}, x, byHMAC(hello, []byte{2}, r.room, id, x)), r.hex(m.Hello))
		long, publics, ids = append(long, k), append(publics, x), append(ids, id)
		nick := v.View.Nicks[i]
		view = append(view, byJoin(x, []byte{byte(len(nick))}, []byte(nick)))
	}

	// View and safety words.
	// In the chat, nobody is shown in epoch 0. Newcomers show themselves, later anna and bob
	// those two.
	hashOf := func(members [][]byte) []byte {
		slices.SortFunc(members, bytes.Compare) // the keys come first in each
		return byHash([]byte("sotto/v2 view\x00"), r.room, byJoin(members...))
	}
	both := hashOf(slices.Clone(view[:2]))
	var alone [][]byte
	for i := range view {
		alone = append(alone, hashOf(slices.Clone(view[i:i+1])))
	}
	r.same("view", hashOf(view), r.hex(v.View.Hash))
	bits, err := pbkdf2.Key(sha256.New, string(byJoin(view...)), byJoin([]byte("sotto/v2 words\x00"), hello), 65_536, 17)
	r.must(err)
	number := new(big.Int).Rsh(new(big.Int).SetBytes(bits), 17*8-132)
	var words []string
	for i := range 12 {
		eleven := new(big.Int).Rsh(number, uint(132-11*(i+1))).Uint64() & 2047
		words = append(words, bip[eleven])
	}
	if !slices.Equal(words, v.View.Words) {
		t.Fatalf("words: %v, not %v", words, v.View.Words)
	}

	// The chat.
	ends := map[[2]int]*byEnd{} // whose, with whom
	numbers := make([]uint32, len(ids))
	var pasts [][]byte // of each, P
	for _, id := range ids {
		pasts = append(pasts, byHash([]byte("sotto/v2 past\x00"), r.room, id))
	}
	owed := make([][]int, len(ids)) // by each, of whom; in these vectors nothing is missing
	for _, m := range v.Chat {
		k, text, body := r.hex(m.Key), []byte(m.Text), r.hex(m.Body)
		var e0 *ecdh.PrivateKey
		var dk *mlkem.DecapsulationKey768
		var ek []byte
		if m.Greet != nil {
			e0 = r.private(m.Greet.Share)
			if m.Greet.Kem != "" {
				dk, err = mlkem.NewDecapsulationKey768(r.hex(m.Greet.Kem))
				r.must(err)
				ek = dk.EncapsulationKey().Bytes()
			}
			text = byJoin(e0.PublicKey().Bytes(), ek)
			r.same("greeting", text, r.hex(m.Text))
		}
		flags, past := byte(0), pasts[m.From]
		if m.All {
			flags = 1
			numbers[m.From]++
			claims := [][]byte{r.hex(m.Salt), {byte(len(owed[m.From]))}}
			for _, about := range owed[m.From] {
				claims = append(claims, ids[about], byU32(numbers[about]), pasts[about])
			}
			owed[m.From] = nil
			text = byJoin(byJoin(claims...), text)
			pasts[m.From] = byHash([]byte("sotto/v2 past\x00"), past, byU32(numbers[m.From]), text)
			for _, to := range m.To {
				if !slices.Contains(owed[to], m.From) {
					owed[to] = append(owed[to], m.From)
				}
			}
		}
		seen := r.hex(m.View)
		if m.Epoch == 0 {
			r.same("the first view", seen, make([]byte, 32))
		} else if !bytes.Equal(seen, alone[m.From]) {
			r.same("a view", seen, both)
		}
		if m.Greet != nil {
			seen = make([]byte, 32)
		}
		mask := byE(k, "view")
		subtle.XORBytes(mask, mask, seen)
		header := byJoin([]byte{2}, r.room, ids[m.From], []byte{flags}, byU32(numbers[m.From]),
			byU32(m.Epoch), mask, past, byE(k, "commit")[:16])
		r.same("header", header, body[:122])
		r.same("body", byJoin(header, r.seal(byE(k, "body"), header, byPad(text))), body)
		r.same("text", r.open(byE(k, "body"), body[:122], body[122:]), byPad(text))
		h := byHash(body)
		for _, to := range m.To {
			wrap := r.hex(m.Wraps[hex.EncodeToString(ids[to])])
			bound := byJoin(h, ids[to])
			drawn, draws := m.Drawn[to]

			if m.Greet != nil {
				d := r.dh(long[m.From], publics[to])
				r.same("D", d, r.dh(long[to], publics[m.From]))
				prk0, pair := byHMAC(psk, d), byJoin(r.room, publics[m.From], publics[to])
				key, ad := byE(byE(prk0, "greet", pair), "wrap", bound), append(bound, 4)
				r.same("wrap of a greeting", byJoin([]byte{4}, r.seal(key, ad, k)), wrap)
				r.same("key", r.open(key, ad, wrap[1:]), k)
				newcomer := &byEnd{mine: publics[m.From], other: publics[to], root: byE(prk0, "root", pair),
					hek: byHash(ek), near: e0, dk: dk}
				host := &byEnd{host: true, mine: publics[to], other: publics[m.From], root: newcomer.root,
					hek: byHash(ek), far: text[:32]}
				ends[[2]int{m.From, to}], ends[[2]int{to, m.From}] = newcomer, host
				var ss, ct []byte
				if random, ok := m.Random[to]; ok { // other hosts have no ML-KEM
					ss, ct, err = mlkemtest.Encapsulate768(dk.EncapsulationKey(), r.hex(random))
					r.must(err)
				}
				host.turn(r, r.private(drawn), nil, ss, ct, m.At)
				continue
			}

			// The sender.
			p := ends[[2]int{m.From, to}]
			due := p.host == (p.step%2 == 0) && p.said && m.At-p.at >= 120
			if draws != due {
				t.Fatalf("at %d: a step is due: %v, made: %v", m.At, due, draws)
			}
			if draws {
				p.turn(r, r.private(drawn), nil, nil, nil, m.At)
			} else {
				p.said = true
			}
			kind := map[int]byte{0: 0, 32: 1, 32 + 1088: 3}[len(p.news)]
			head := byJoin([]byte{kind}, byU32(p.step), byU32(p.n), byU32(p.q), p.news)
			r.same("wrap", byJoin(head, r.seal(byW(p.out, p.n, bound), byJoin(bound, head), k)), wrap)
			p.n, p.q = p.n+1, p.q+1

			// The receiver, who has the wrap alone.
			p = ends[[2]int{to, m.From}]
			size := len(wrap) - 48
			head, step := wrap[:size], binary.BigEndian.Uint32(wrap[1:])
			n, q := binary.BigEndian.Uint32(wrap[5:]), binary.BigEndian.Uint32(wrap[9:])
			if lengths := []int{13, 45, -1, 1133}; wrap[0] > 3 || size != lengths[wrap[0]] {
				t.Fatalf("flags %d, a head of %d bytes", wrap[0], size)
			}
			if step == p.step+1 {
				var ss, ct []byte
				if wrap[0]&2 != 0 {
					ct = head[45:]
					ss, err = p.dk.Decapsulate(ct)
					r.must(err)
				}
				p.turn(r, nil, head[13:45], ss, ct, m.At)
			} else {
				p.said = true
			}
			if step > p.step || n != p.next || q != p.expected {
				t.Fatalf("step %d, n %d, q %d: not what comes next", step, n, q)
			}
			r.same("key", r.open(byW(p.in, n, bound), byJoin(bound, head), wrap[size:]), k)
			p.next, p.expected = n+1, q+1
			if step >= p.made {
				p.news = nil
			}
		}
	}

	// A chain far ahead.
	r.same("skip", byW(r.hex(v.Skip.Chain), v.Skip.N, r.hex(v.Skip.Context)), r.hex(v.Skip.Key))

	// Files.
	file := r.hex(v.File.Key)
	fid := byE(file, "file")[:16]
	r.same("fid", fid, r.hex(v.File.ID))
	for _, b := range v.File.Bodies {
		random, text := r.hex(b.Random), make([]byte, b.Bytes)
		copy(text, r.hex(b.Text))
		if size := map[bool]int{true: 1 + 4 + 16_384, false: 9}[text[0] == 0]; size != b.Bytes || text[0] > 5 {
			t.Fatalf("kind %d of %d bytes", text[0], b.Bytes)
		}
		key, ad := byE(file, "pass", random), byJoin(fid, random)
		r.same("file body", byJoin(ad, r.seal(key, ad, text)), r.hex(b.Body))
		r.same("file text", r.open(key, ad, r.hex(b.Body)[32:]), text)
	}
}
