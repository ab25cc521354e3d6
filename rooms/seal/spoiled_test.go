package seal

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"testing"
)

// newcomers are two who see each other, and have not yet spoken: a host and a newcomer.
func newcomers(t *testing.T) (host, newcomer *Session) {
	t.Helper()
	room := Open(NewSecret())
	host, newcomer = NewSession(room.NewMe()), NewSession(room.NewMe())
	meet(t, host, newcomer, false)
	meet(t, newcomer, host, true)
	return host, newcomer
}

// A greeting whose share is of low order is refused and changes nothing: afterwards one
// that is sealed with no key at all is none either, and the true one is taken.
func TestGreetingOfLowOrder(t *testing.T) {
	host, newcomer := newcomers(t)
	p := newcomer.peers[host.me.ID]
	true1 := newcomer.Greet()
	low := *true1
	low.text = make([]byte, publicBytes)
	spoiled := newcomer.Seal(&low, noon)
	if _, err := host.Open(spoiled.Body, spoiled.Wraps[host.me.ID], noon); err == nil {
		t.Fatal("a share of low order is taken")
	}
	k := slices.Repeat([]byte{1}, 32)
	body := newcomer.body(&Message{greets: true, text: newKey().PublicKey().Bytes()}, k)
	sum := sha256.Sum256(body)
	bound := slices.Concat(sum[:], host.me.ID[:])
	wrap := lock(expand(nil, "wrap", bound), []byte{asGreeting}, k, append(bound, asGreeting))
	if _, err := host.Open(body, wrap, noon); err == nil {
		t.Error("a greeting under no key is taken")
	}
	if p.phase != greeted {
		t.Fatalf("phase %v", p.phase)
	}
	whole := newcomer.Seal(true1, noon)
	if o, err := host.Open(whole.Body, whole.Wraps[host.me.ID], noon); err != nil || !o.Greeting {
		t.Errorf("the true greeting: %v", err)
	}
}

// What costs something to refuse is counted, wherever it is refused.
func TestRefusalsAreCounted(t *testing.T) {
	host, newcomer := newcomers(t)
	greeting := newcomer.Seal(newcomer.Greet(), noon)
	if _, err := host.Open(greeting.Body, greeting.Wraps[host.me.ID], noon); err != nil {
		t.Fatal(err)
	}
	pass(t, host, newcomer, "hello")
	m, err := newcomer.Compose([]byte("y"), false, host.me.ID)
	if err != nil {
		t.Fatal(err)
	}
	sealed := newcomer.Seal(m, noon)
	head := make([]byte, wrapHead)
	head[0] = withShare
	binary.BigEndian.PutUint32(head[1:], 2)
	binary.BigEndian.PutUint32(head[5:], 1<<30) // far ahead in a chain that a step would begin
	wrap := slices.Concat(head, newKey().PublicKey().Bytes(), make([]byte, 48))
	for range 2 * failureBurst {
		if _, err := host.Open(sealed.Body, wrap, noon); err == nil {
			t.Fatal("it opens")
		}
	}
	if counted := host.peers[newcomer.me.ID].doubts.count; counted != failureBurst {
		t.Errorf("%d refusals were counted", counted)
	}
}
