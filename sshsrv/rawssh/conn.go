// Package rawssh is an SSH client whose every message is its caller's own, so that
// a server can be sent what no library would let anybody send. Only tests import it.
//
// It speaks curve25519-sha256 and aes128-gcm@openssh.com, believes any host key, and
// knows nothing of what its messages mean.
package rawssh

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"

	gossh "golang.org/x/crypto/ssh"
)

// Conn is a connection that is as far as its caller has brought it.
type Conn struct {
	net.Conn
	R       *bufio.Reader // what comes
	in, out *sealing
}

// sealing is AES-GCM in one direction (RFC 5647, section 7).
type sealing struct {
	aead  cipher.AEAD
	nonce [12]byte
}

func (s *sealing) next() []byte {
	nonce := s.nonce
	counter := s.nonce[4:]
	binary.BigEndian.PutUint64(counter, binary.BigEndian.Uint64(counter)+1)
	return nonce[:]
}

// Sealed is a message as it goes over the wire.
func (c *Conn) Sealed(payload []byte) []byte {
	p := Packet(payload, c.out != nil)
	if c.out == nil {
		return p
	}
	return c.out.aead.Seal(p[:4:4], c.out.next(), p[4:], p[:4])
}

// Send sends a message.
func (c *Conn) Send(payload []byte) error {
	_, err := c.Write(c.Sealed(payload))
	return err
}

// Flood sends messages again and again, many in one write, until that fails.
func (c *Conn) Flood(payloads ...[]byte) {
	for n := 0; ; n++ {
		var many []byte
		for range 64 {
			for _, payload := range payloads {
				many = append(many, c.Sealed(payload)...)
			}
		}
		if _, err := c.Write(many); err != nil {
			return
		}
	}
}

// Receive returns the next message.
func (c *Conn) Receive() ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(c.R, size[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(size[:]))
	if n > 1<<18 {
		return nil, errors.New("a packet of more than 256 KiB")
	}
	if c.in != nil {
		n += c.in.aead.Overhead()
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(c.R, body); err != nil {
		return nil, err
	}
	if c.in != nil {
		var err error
		if body, err = c.in.aead.Open(body[:0], c.in.next(), body, size[:]); err != nil {
			return nil, err
		}
	}
	if len(body) < 2 || int(body[0]) > len(body)-2 {
		return nil, errors.New("a packet without a message")
	}
	return body[1 : len(body)-int(body[0])], nil
}

// Await receives until a message of this kind comes.
func (c *Conn) Await(kind byte) ([]byte, error) {
	for {
		m, err := c.Receive()
		if err != nil || m[0] == kind {
			return m, err
		}
		if m[0] == MsgDisconnect {
			return nil, fmt.Errorf("disconnected: %q", m)
		}
	}
}

// Exchange makes conn an SSH connection whose keys are known.
func Exchange(conn net.Conn) (*Conn, error) {
	const version = "SSH-2.0-x"
	c := &Conn{Conn: conn, R: bufio.NewReader(conn)}
	ours := KexInit()
	if _, err := conn.Write(append([]byte(version+"\r\n"), Packet(ours, false)...)); err != nil {
		return nil, err
	}
	theirVersion, err := c.R.ReadString('\n')
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(theirVersion, "SSH-") {
		return nil, fmt.Errorf("refused: %s", theirVersion)
	}
	theirs, err := c.Await(MsgKexInit)
	if err != nil {
		return nil, err
	}
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	if err := c.Send(Message(MsgExchange, string(key.PublicKey().Bytes()))); err != nil {
		return nil, err
	}
	reply, err := c.Await(MsgExchanged)
	if err != nil {
		return nil, err
	}
	var answer struct{ Host, Key, Signature []byte }
	if err := gossh.Unmarshal(append([]byte(nil), reply[1:]...), &answer); err != nil {
		return nil, err
	}
	peer, err := ecdh.X25519().NewPublicKey(answer.Key)
	if err != nil {
		return nil, err
	}
	shared, err := key.ECDH(peer)
	if err != nil {
		return nil, err
	}
	secret := gossh.Marshal(struct{ K *big.Int }{new(big.Int).SetBytes(shared)})
	hash := sha256.Sum256(append(gossh.Marshal(struct {
		OurVersion, TheirVersion string
		Ours, Theirs             []byte
		Host, OurKey, TheirKey   []byte
	}{version, strings.TrimRight(theirVersion, "\r\n"), ours, theirs, answer.Host, key.PublicKey().Bytes(), answer.Key}), secret...))
	derive := func(letter byte) []byte {
		sum := sha256.Sum256(append(append(append(append([]byte(nil), secret...), hash[:]...), letter), hash[:]...))
		return sum[:]
	}
	seal := func(iv, key byte) (*sealing, error) {
		block, err := aes.NewCipher(derive(key)[:16])
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCM(block)
		return &sealing{aead: aead, nonce: [12]byte(derive(iv)[:12])}, err
	}
	if _, err := c.Await(MsgNewKeys); err != nil {
		return nil, err
	}
	if err := c.Send([]byte{MsgNewKeys}); err != nil {
		return nil, err
	}
	var failed [2]error
	c.out, failed[0] = seal('A', 'C')
	c.in, failed[1] = seal('B', 'D')
	return c, errors.Join(failed[:]...)
}

// Knock asks for the service that lets people in.
func (c *Conn) Knock() error {
	if err := c.Send(Message(MsgServiceRequest, "ssh-userauth")); err != nil {
		return err
	}
	_, err := c.Await(MsgServiceAccept)
	return err
}

// Come goes in by the method "none".
func (c *Conn) Come() error {
	if err := c.Knock(); err != nil {
		return err
	}
	if err := c.Send(Message(MsgAuthRequest, "x", "ssh-connection", "none")); err != nil {
		return err
	}
	_, err := c.Await(MsgAuthSuccess)
	return err
}
