//go:build e2e

package prove

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"
)

// The formulas of docs/SEALED.md, written from that page alone.

func expand(k []byte, name string, context ...[]byte) []byte {
	return mac(k, []byte("sotto/v2 "+name+"\x00"), slices.Concat(context...), []byte{1})
}

func mac(k []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, k)
	h.Write(slices.Concat(parts...))
	return h.Sum(nil)
}

func hash(parts ...[]byte) []byte {
	sum := sha256.Sum256(slices.Concat(parts...))
	return sum[:]
}

func u32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func enclose(key, ad, text []byte) []byte {
	return gcm(key).Seal(nil, make([]byte, 12), text, ad)
}

func disclose(key, ad, sealed []byte) ([]byte, error) {
	return gcm(key).Open(nil, make([]byte, 12), sealed, ad)
}

func gcm(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // of 32 bytes each
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}

func newKeys() *ecdh.PrivateKey {
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return private
}

func exchange(private *ecdh.PrivateKey, public []byte) ([]byte, error) {
	theirs, err := ecdh.X25519().NewPublicKey(public)
	if err != nil {
		return nil, err
	}
	return private.ECDH(theirs)
}

// keyring is every key that passed through the witness's hands.
type keyring struct {
	lasting []needle // as long as the room lives, in every form that keys are written in
	passing []needle // for a moment: others must lose them
}

func (k *keyring) keep(what string, key []byte) {
	k.lasting = append(k.lasting, keyNeedles(what, key)...)
}

func (k *keyring) saw(what string, key []byte) {
	k.passing = append(k.passing, needle{what, "binary", key})
}

// A chain gives one key for each message.
type chain struct {
	*keyring
	whose        string
	outer, inner []byte
	n            uint32 // of the next key
}

func newChain(ring *keyring, whose string, begin []byte) *chain {
	c := &chain{keyring: ring, whose: whose, outer: expand(begin, "outer"), inner: expand(begin, "inner")}
	ring.saw("a chain's beginning", begin)
	c.hold()
	return c
}

func (c *chain) hold() {
	c.saw("an outer chain key", c.outer)
	c.saw("an inner chain key", c.inner)
}

// key is the n-th wrapping key for this context; the chain goes on behind it.
func (c *chain) key(n uint32, context []byte) ([]byte, error) {
	if n < c.n || n > c.n+4096 {
		return nil, fmt.Errorf("key %d of a chain that is at %d", n, c.n)
	}
	for c.n < n {
		c.goOn()
	}
	key := expand(c.inner, "wrap", context)
	c.saw("a wrapping key", key)
	c.goOn()
	return key, nil
}

func (c *chain) goOn() {
	if c.n++; c.n%64 == 0 {
		c.outer, c.inner = expand(c.outer, "outer"), expand(c.outer, "inner")
	} else {
		c.inner = expand(c.inner, "next")
	}
	c.hold()
}

func (c *chain) now() []needle {
	return []needle{{"the outer key of " + c.whose, "binary", c.outer}, {"the inner key of " + c.whose, "binary", c.inner}}
}

// stepEvery is how old a pair's last step is when the next is due.
const stepEvery = 2 * time.Minute

// pair is what the witness shares with one member.
type pair struct {
	*keyring
	room       []byte
	place      string // the server's number of theirs
	ours       *ecdh.PrivateKey
	theirs, id []byte
	host       bool // they were here before us
	nick       string
	shown      bool

	greet, root []byte
	step        uint32
	stepped     time.Time
	share       *ecdh.PrivateKey // our newest
	arrived     bool             // they have it
	theirShare  []byte
	shares      [][]byte // all of theirs
	ek          []byte   // the hash of the greeting's
	in, out     *chain

	inQ, outQ uint32
	number    uint32            // of theirs to all; 0 if none was for us
	past      []byte            // of them, with that one
	said      map[uint32][]byte // the same, of each that came
	view      []byte            // which they sent last
	owed      bool              // they asked for our view
	asked     int               // so often
	answered  time.Time
}

// meet computes what a pair begins with from a hello.
func meet(ring *keyring, room, kHello, kPSK []byte, ours *ecdh.PrivateKey, place string, host bool, hello []byte) (*pair, error) {
	if len(hello) != 65 || hello[0] != 2 {
		return nil, fmt.Errorf("a hello of %d bytes, version %d", len(hello), hello[0])
	}
	p := &pair{keyring: ring, room: room, place: place, ours: ours, theirs: hello[1:33], host: host, ek: hash(), said: make(map[uint32][]byte)}
	p.id = memberID(room, p.theirs)
	if !hmac.Equal(hello[33:], mac(kHello, []byte{2}, room, p.id, p.theirs)) {
		return nil, errors.New("a ghost")
	}
	shared, err := exchange(ours, p.theirs)
	if err != nil {
		return nil, err
	}
	prk := mac(kPSK, shared)
	newcomer, first := p.theirs, ours.PublicKey().Bytes()
	if host {
		newcomer, first = first, newcomer
	}
	p.greet = expand(prk, "greet", room, newcomer, first)
	p.root = expand(prk, "root", room, newcomer, first)
	ring.saw("what X25519 gave", shared)
	ring.saw("a pair's key", prk)
	ring.saw("a greeting's key", p.greet)
	ring.saw("a root", p.root)
	return p, nil
}

func memberID(room, public []byte) []byte {
	return hash([]byte("sotto/v2 member\x00"), room, public)[:16]
}

// turn reports whether the next step is ours: the host makes the odd ones.
func (p *pair) turn() bool { return p.theirShare != nil && p.host == (p.step%2 == 1) }

func (p *pair) due() bool {
	return p.step > 0 && p.turn() && time.Since(p.stepped) >= stepEvery
}

// makeStep draws a share and goes on by it.
func (p *pair) makeStep() error {
	share := newKeys()
	shared, err := exchange(share, p.theirShare)
	if err != nil {
		return err
	}
	own, back := p.goOn(shared, p.ours.PublicKey().Bytes(), p.theirs, share.PublicKey().Bytes(), p.theirShare)
	p.share, p.arrived = share, false
	p.out = newChain(p.keyring, "the chain from us", own)
	if p.step == 1 {
		p.in = newChain(p.keyring, "the chain to us", back)
	}
	return nil
}

// takeStep goes on by a share of theirs.
func (p *pair) takeStep(share []byte) error {
	shared, err := exchange(p.share, share)
	if err != nil {
		return err
	}
	own, back := p.goOn(shared, p.theirs, p.ours.PublicKey().Bytes(), share, p.share.PublicKey().Bytes())
	p.theirShare, p.shares, p.arrived = share, append(p.shares, share), true
	p.in = newChain(p.keyring, "the chain to us", own)
	if p.step == 1 {
		p.out = newChain(p.keyring, "the chain from us", back)
	}
	return nil
}

func (p *pair) goOn(shared, z, zOther, e, f []byte) (own, back []byte) {
	p.step++
	p.stepped = time.Now()
	t := slices.Concat(p.room, u32(p.step), z, zOther, e, f, p.ek, hash()) // no ML-KEM of ours
	prk := mac(p.root, shared)
	p.root = expand(prk, "root", t)
	p.saw("what X25519 gave", shared)
	p.saw("a step's key", prk)
	p.saw("a root", p.root)
	if p.step == 1 {
		back = expand(prk, "back", t)
	}
	return expand(prk, "chain", t), back
}

// now is what both ends of the pair must hold to go on.
func (p *pair) now() []needle {
	if p.in == nil {
		return []needle{{"the greeting's key", "binary", p.greet}, {"the root", "binary", p.root}}
	}
	return append(append(p.in.now(), p.out.now()...), needle{"the root", "binary", p.root})
}

// wrap wraps a message's key for the other end.
func (p *pair) wrap(body, k []byte) ([]byte, error) {
	if p.due() {
		if err := p.makeStep(); err != nil {
			return nil, err
		}
	}
	head := slices.Concat([]byte{0}, u32(p.step), u32(p.out.n), u32(p.outQ))
	if !p.arrived {
		head = append(head, p.share.PublicKey().Bytes()...)
		head[0] = 1
	}
	p.outQ++
	context := slices.Concat(hash(body), p.id)
	key, err := p.out.key(p.out.n, context)
	return append(head, enclose(key, slices.Concat(context, head), k)...), err
}

// unwrap opens a wrap for the one with this id.
func (p *pair) unwrap(id, body, wrap []byte) ([]byte, error) {
	context := slices.Concat(hash(body), id)
	if wrap[0] == 4 {
		if p.host || p.in != nil {
			return nil, errors.New("a greeting out of turn")
		}
		key := expand(p.greet, "wrap", context)
		p.saw("a wrapping key", key)
		return disclose(key, slices.Concat(context, wrap[:1]), wrap[1:])
	}
	length, ok := map[byte]int{0: 13, 1: 45}[wrap[0]]
	if !ok || len(wrap) != length+48 {
		return nil, fmt.Errorf("a wrap of %d bytes that begins with %d", len(wrap), wrap[0])
	}
	head, step := wrap[:length], binary.BigEndian.Uint32(wrap[1:])
	switch {
	case step == p.step+1 && length == 45 && p.share != nil && !p.turn():
		if err := p.takeStep(head[13:]); err != nil {
			return nil, err
		}
	case p.in == nil || step > p.step || step+1 < p.step:
		return nil, fmt.Errorf("step %d of a pair that is at %d", step, p.step)
	case step == p.step:
		p.arrived = true
	}
	if q := binary.BigEndian.Uint32(wrap[9:]); q != p.inQ {
		return nil, fmt.Errorf("message %d of %s came as number %d", q, p.nick, p.inQ)
	}
	p.inQ++
	key, err := p.in.key(binary.BigEndian.Uint32(wrap[5:]), context)
	if err != nil {
		return nil, err
	}
	return disclose(key, slices.Concat(context, head), wrap[length:])
}

const headerBytes = 122

// mask hides a view by a message's key, and shows it again.
func mask(view, k []byte) []byte {
	masked := expand(k, "view")
	subtle.XORBytes(masked, masked, view)
	return masked
}

// header is what stands before a sealed text; of one that was read, the view is masked.
type header struct {
	number, epoch uint32
	toAll         bool
	view, past    []byte
}

func (h header) bytes(room, id, k []byte) []byte {
	flags := byte(0)
	if h.toAll {
		flags = 1
	}
	return slices.Concat([]byte{2}, room, id, []byte{flags}, u32(h.number), u32(h.epoch), mask(h.view, k), h.past, expand(k, "commit")[:16])
}

func readHeader(room, id, body []byte) (h header, err error) {
	if len(body) < headerBytes+16+256 || body[0] != 2 || !bytes.Equal(body[1:17], room) || !bytes.Equal(body[17:33], id) || body[33] > 1 {
		return h, fmt.Errorf("a body of %d bytes under a wrong header", len(body))
	}
	return header{
		toAll:  body[33] == 1,
		number: binary.BigEndian.Uint32(body[34:]), epoch: binary.BigEndian.Uint32(body[38:]),
		view: body[42:74], past: body[74:106],
	}, nil
}

// pastOf is what binds all that somebody said before they have said anything, and
// pastWith with one message more.
func pastOf(room, id []byte) []byte { return hash([]byte("sotto/v2 past\x00"), room, id) }

func pastWith(past []byte, number uint32, text []byte) []byte {
	return hash([]byte("sotto/v2 past\x00"), past, u32(number), text)
}

// claim is what somebody heard of somebody else.
type claim struct {
	id     []byte
	number uint32
	past   []byte
}

// toAll is the text of a message to all.
func toAll(claims []claim, said []byte) []byte {
	text := make([]byte, 16)
	rand.Read(text)
	text = append(text, byte(len(claims)))
	for _, c := range claims {
		text = slices.Concat(text, c.id, u32(c.number), c.past)
	}
	return append(text, said...)
}

func readToAll(text []byte) (claims []claim, said []byte, err error) {
	if len(text) < 17 || text[16] > 8 || len(text) < 17+52*int(text[16]) {
		return nil, nil, fmt.Errorf("a text to all of %d bytes", len(text))
	}
	for n, rest := int(text[16]), text[17:]; ; n, rest = n-1, rest[52:] {
		if n == 0 {
			return claims, rest, nil
		}
		claims = append(claims, claim{rest[:16], binary.BigEndian.Uint32(rest[16:]), rest[20:52]})
	}
}

func pad(text []byte) []byte {
	size := 256
	for size < 4+len(text) {
		size *= 2
	}
	return append(append(u32(uint32(len(text))), text...), make([]byte, size-4-len(text))...)
}

// openBody returns the text under a message's key.
func openBody(ring *keyring, k, body []byte) ([]byte, error) {
	if !hmac.Equal(expand(k, "commit")[:16], body[106:headerBytes]) {
		return nil, errors.New("a key that was not committed to")
	}
	key := expand(k, "body")
	ring.saw("a message key", k)
	ring.saw("a message key", key)
	padded, err := disclose(key, body[:headerBytes], body[headerBytes:])
	if err != nil {
		return nil, err
	}
	if length := binary.BigEndian.Uint32(padded); int(length) <= len(padded)-4 && bytes.Equal(pad(padded[4:4+length]), padded) {
		return padded[4 : 4+length], nil
	}
	return nil, errors.New("wrong padding")
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
