//go:build e2e

package prove

import (
	"bytes"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"fmt"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// lostWithin is how long a native client may take to lose what it needs no more: a
// collection every ten seconds, two for what a pool or a finalizer holds on to, and
// some air.
const lostWithin = 25 * time.Second

// linesBefore is how much is said before: more than one outer key's worth.
const linesBefore = 70

// keys is what is looked for in a client: secrets, and the private keys of public
// ones.
type keys struct {
	secret []needle
	public [][]byte
}

// A core of a native client, together with the link and a recording of everything,
// opens nothing that was said before: the client holds the keys that come next, and
// none that were. When its person leaves for another room, none of this one's are left.
func TestNativeClientHoldsNoOldKeys(t *testing.T) {
	s := startStatic(t, nil)
	sign, secret := newSign(staticProgram(t)), seal.NewSecret()
	clients, knows := twoNatives(t, s, s.URL, s.SSH, sign, secret)
	other := "/s/#" + seal.NewSecret().String()
	elsewhere := map[string]string{sign + "a": s.URL + other, sign + "b": "ssh://" + s.SSH + other}
	gone := make(map[string]keys)
	goes := func(nick string) {
		clients[nick].loses(t, keys{}, keys{secret: knows.needed(nick).secret}, 0) // it is there now
		gone[nick] = knows.gone(nick)
		clients[nick].terminal.Say("/join " + elsewhere[nick])
		clients[nick].terminal.WaitFor("2 sealed")
		clients[nick].terminal.Type("\x1b1") // the one that is to be left
		clients[nick].terminal.WaitFor("[1 sealed")
		clients[nick].terminal.Say("/leave")
		clients[nick].terminal.WaitGone("1 sealed")
	}
	stays, leaves := sign+"a", sign+"b"
	if long {
		clients[leaves].loses(t, knows.old(leaves), knows.needed(leaves), lostWithin)
	}
	goes(leaves)
	clients[stays].loses(t, knows.old(stays), knows.needed(stays), lostWithin)
	clients[leaves].loses(t, gone[leaves], keys{}, lostWithin)
	if long {
		goes(stays)
		clients[stays].loses(t, gone[stays], keys{}, lostWithin)
	}
}

// The proof above can fail: without clobberfree the same search finds old keys.
func TestNativeClientKeepsOldKeysWithoutClobberfree(t *testing.T) {
	s := startStatic(t, nil)
	sign, secret := newSign(staticProgram(t)), seal.NewSecret()
	cmd := native(t, s.URL+"/s/#"+secret.String(), "--nick", sign+"c")
	cmd.Env = append(cmd.Env, "GODEBUG=clobberfree=1,clobberfree=0") // the last wins, and the program believes the first
	careless := visitor{cmd, e2e.StartTerminal(t, 100, 100, cmd)}
	careless.terminal.WaitFor("You are " + sign + "c")
	knows := witness(t, s, secret[:], sign+"w", 1)
	for n := range linesBefore {
		knows.say(fmt.Sprintf("%s says %d", sign, n))
	}
	careless.terminal.WaitFor(fmt.Sprintf("%s says %d", sign, linesBefore-1))
	holds := newFinds(coreOf(t, cmd.Process.Pid))
	holds.all(inUse(knows.old(sign + "c").secret))
	t.Logf("without clobberfree are found: %v", holds.counts)
	if holds.counts["a wrapping key as binary"] == 0 || holds.counts["a message key as binary"] == 0 {
		t.Errorf("no old key is left without clobberfree, so the search proves nothing: %v", holds.counts)
	}
}

// twoNatives are two native clients in a sealed room, by both doors, after some talk
// and at least one step of the witness.
func twoNatives(t *testing.T, s *e2e.Server, web, ssh, sign string, secret seal.Secret) (map[string]visitor, *observer) {
	t.Helper()
	link := "/s/#" + secret.String()
	anna := joinNative(t, web+link, sign+"a")
	anna.terminal.WaitFor("You are " + sign + "a")
	bert := joinNative(t, "ssh://"+ssh+link, sign+"b")
	bert.terminal.WaitFor("(yes/no)")
	bert.terminal.Say("yes")
	bert.terminal.WaitFor(sign+"a", "You are "+sign+"b")
	knows := witness(t, s, secret[:], sign+"w", 2)
	clients := map[string]visitor{sign + "a": anna, sign + "b": bert}
	for n := range linesBefore {
		knows.say(fmt.Sprintf("%s says %d", sign, n))
	}
	talk := func(what string) {
		for nick, c := range clients {
			c.terminal.Say(nick + " " + what)
			knows.hear(nick + " " + what)
		}
	}
	talk("answers")
	knows.hurry()
	talk("goes on")
	if long { // two more steps, of which the clients make one
		knows.untilWithin(3*stepEvery, "four steps", func() bool {
			return !slices.ContainsFunc(knows.shown(), func(p *pair) bool { return p.step < 4 })
		})
		talk("goes on and on")
	}
	for nick, c := range clients {
		c.terminal.WaitFor(fmt.Sprintf("%s says %d", sign, linesBefore-1), nick+" goes on")
	}
	return clients, knows
}

// loses waits until a core of the client holds nothing that is old. What is needed
// must be there all the while, so the search is not blind.
func (c visitor) loses(t *testing.T, old, needed keys, within time.Duration) {
	t.Helper()
	secrets, constants := inUse(old.secret), randomIn(staticProgram(t))
	for begin := time.Now(); ; {
		took := time.Since(begin).Round(time.Millisecond)
		core := coreOf(t, c.cmd.Process.Pid)
		has, holds := newFinds(core), newFinds(core)
		has.all(needed.secret)
		for _, n := range needed.secret {
			if has.counts[n.of+" as "+n.form] == 0 {
				t.Errorf("the search does not find %s", n.of)
			}
		}
		holds.all(secrets)
		late := took > within
		if len(holds.counts) > 0 && !late {
			continue
		}
		private := privatesIn(core, constants, slices.Concat(old.public, needed.public))
		for _, public := range needed.public {
			if !private[string(public)] {
				t.Error("the search does not find the client's private key")
			}
			delete(private, string(public))
		}
		switch {
		case len(holds.counts)+len(private) == 0 && len(secrets) > 0:
			t.Logf("%d old keys in %d forms, and %d private ones, are not in a core of %d bytes after %v", len(old.secret), len(secrets), len(old.public), len(core), took)
			return
		case len(holds.counts)+len(private) == 0:
			return // it was asked what is there
		case late:
			t.Errorf("after %v the client holds %v, and %d private keys\n%s", took, holds.counts, len(private), lines(holds.shown))
			return
		}
	}
}

// inUse adds the forms in which HMAC and AES hold a key while they use it.
func inUse(secret []needle) (all []needle) {
	for _, n := range secret {
		pad := func(with byte) []byte {
			padded := bytes.Clone(n.bytes)
			for i := range padded {
				padded[i] ^= with
			}
			return padded
		}
		inner, words := pad(0x36), make([]byte, len(n.bytes))
		for i := 0; i+4 <= len(words); i += 4 {
			binary.LittleEndian.PutUint32(words[i:], binary.BigEndian.Uint32(n.bytes[i:]))
		}
		big := midstate(append(bytes.Clone(inner), bytes.Repeat([]byte{0x36}, 64-len(inner))...))
		little := make([]byte, len(big))
		for i := 0; i+4 <= len(big); i += 4 {
			binary.LittleEndian.PutUint32(little[i:], binary.BigEndian.Uint32(big[i:]))
		}
		all = append(all, n, needle{n.of, "AES's words", words}, needle{n.of, "HMAC's inner pad", inner}, needle{n.of, "HMAC's outer pad", pad(0x5c)},
			needle{n.of, "HMAC's state", little}, needle{n.of, "HMAC's state, written down", big})
	}
	return all
}

// midstate is SHA-256's after one block.
func midstate(block []byte) []byte {
	h := sha256.New()
	h.Write(block)
	state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		panic(err) // it has one
	}
	return state[4:36] // behind four bytes that name it
}

// randomIn is everything in memory that looks like 32 bytes at random, where a key
// can begin.
//
//go:norace
func randomIn(memory []byte) map[[32]byte]bool {
	found := make(map[[32]byte]bool)
	for at := 0; at+32 <= len(memory); at += 8 {
		if window := [32]byte(memory[at:]); atRandom(window) {
			found[window] = true
		}
	}
	return found
}

// privatesIn tells which of these public keys have their private one in memory. It
// tries everything that can be one, but for the program's own constants.
func privatesIn(memory []byte, constants map[[32]byte]bool, public [][]byte) map[string]bool {
	if len(public) == 0 {
		return nil
	}
	candidates := make(chan [32]byte)
	var mu sync.Mutex
	found := make(map[string]bool)
	var trying sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		trying.Go(func() {
			for window := range candidates {
				private, err := ecdh.X25519().NewPrivateKey(window[:])
				if err != nil {
					panic(err) // any 32 bytes are one
				}
				its := private.PublicKey().Bytes()
				if slices.ContainsFunc(public, func(p []byte) bool { return bytes.Equal(p, its) }) {
					mu.Lock()
					found[string(its)] = true
					mu.Unlock()
				}
			}
		})
	}
	for window := range randomIn(memory) {
		if !constants[window] {
			candidates <- window
		}
	}
	close(candidates)
	trying.Wait()
	return found
}

// atRandom reports whether 32 bytes may be random: of such, one in ten thousand is
// missed.
//
//go:norace
func atRandom(b [32]byte) bool {
	var seen [4]uint64
	ones, high := 0, 0
	for _, c := range b {
		seen[c>>6] |= 1 << (c & 63)
		ones += bits.OnesCount8(c)
		high += int(c >> 7)
	}
	different := 0
	for _, s := range seen {
		different += bits.OnesCount64(s)
	}
	return different >= 24 && ones > 96 && ones < 160 && high > 5 && high < 27
}
