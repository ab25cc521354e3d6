package seal

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

var noon = time.Unix(1_800_000_000, 0)

// meeting makes a room of n members who came one after another and all met.
func meeting(t testing.TB, n int) []*Session {
	t.Helper()
	room := Open(NewSecret())
	var all []*Session
	for range n {
		all = append(all, NewSession(room.NewMe()))
		arrive(t, all)
	}
	return all
}

// arrive lets the last of them come in to the others.
func arrive(t testing.TB, all []*Session) {
	t.Helper()
	last := len(all) - 1
	newcomer := all[last]
	for _, host := range all[:last] {
		meet(t, host, newcomer, false)
		meet(t, newcomer, host, true)
	}
	m := newcomer.Greet()
	if m == nil {
		return
	}
	greeting := newcomer.Seal(m, noon)
	for _, host := range all[:last] {
		if o, err := host.Open(greeting.Body, greeting.Wraps[host.me.ID], noon); err != nil || !o.Greeting {
			t.Fatalf("greeting: %v", err)
		}
		pass(t, host, newcomer, "hello")
		pass(t, newcomer, host, "hello")
	}
}

func meet(t testing.TB, s, o *Session, newcomer bool) {
	t.Helper()
	p, err := s.me.room.Meet(o.me.Hello())
	if err == nil {
		err = s.Add(p, newcomer)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func pass(t testing.TB, from, to *Session, text string) Opened {
	t.Helper()
	m, err := from.Compose([]byte(text), false, to.me.ID)
	if err != nil {
		t.Fatal(err)
	}
	sealed := from.Seal(m, noon)
	o, err := to.Open(sealed.Body, sealed.Wraps[to.me.ID], noon)
	if err != nil || string(o.Text) != text || o.Missing != 0 {
		t.Fatalf("opened %q, %d missing: %v", o.Text, o.Missing, err)
	}
	return o
}

func TestEverybodyOpens(t *testing.T) {
	all := meeting(t, 5)
	now := noon
	for round := range 200 {
		now = now.Add(50 * time.Second)
		for _, from := range all {
			text := fmt.Sprint("round ", round)
			var to []ID
			for id := range from.peers {
				to = append(to, id)
			}
			m, err := from.Compose([]byte(text), true, to...)
			if err != nil {
				t.Fatal(err)
			}
			sealed := from.Seal(m, now)
			for _, at := range all {
				if at == from {
					continue
				}
				o, err := at.Open(sealed.Body, sealed.Wraps[at.me.ID], now)
				if err != nil || string(o.Text) != text || o.Missing != 0 || o.Twofold {
					t.Fatalf("round %d: opened %q, %d missing, twofold %v: %v", round, o.Text, o.Missing, o.Twofold, err)
				}
			}
		}
	}
	for _, s := range all {
		for _, p := range s.peers {
			if p.step < 20 {
				t.Errorf("a pair made %d steps", p.step)
			}
		}
	}
}

// A secret has one form in a link.
func TestSecretHasOneForm(t *testing.T) {
	secret := NewSecret()
	text := secret.String()
	if back, err := ParseSecret(text); err != nil || back != secret {
		t.Errorf("read back as %v, %v", back == secret, err)
	}
	for _, bad := range []string{"", "abc", text + "A", text + "=", text + "\n", text[:9] + "\r\n" + text[9:], strings.Repeat("A", 42) + "B"} {
		if _, err := ParseSecret(bad); err == nil {
			t.Errorf("%q is taken for a secret", bad)
		}
	}
}

// A number that nobody counts to is refused, and changes nothing: the next message
// opens, and none is missing but those.
func TestNumbersAreBounded(t *testing.T) {
	two := meeting(t, 2)
	for _, ends := range [][2]*Session{{two[0], two[1]}, {two[1], two[0]}} {
		from, to := ends[0], ends[1]
		pass := func(change func(*Message)) (Opened, error) {
			m, err := from.Compose([]byte("a"), true, to.me.ID)
			if err != nil {
				t.Fatal(err)
			}
			change(m)
			sealed := from.Seal(m, noon)
			return to.Open(sealed.Body, sealed.Wraps[to.me.ID], noon)
		}
		same := func(*Message) {}
		if _, err := pass(same); err != nil {
			t.Fatal(err)
		}
		for _, n := range []uint32{1 << 31, 1<<32 - 1} {
			if o, err := pass(func(m *Message) { m.number = n }); err == nil {
				t.Errorf("number %d: %d missing", n, o.Missing)
			}
			if o, err := pass(func(m *Message) { m.receiver[to.me.ID] = n }); err == nil {
				t.Errorf("q %d: %d missing", n, o.Missing)
			}
		}
		if o, err := pass(same); err != nil || o.Missing != 4 {
			t.Errorf("then %d are missing, %v; want the 4 that were refused", o.Missing, err)
		}
		o, err := pass(func(m *Message) { m.number, m.receiver[to.me.ID] = maxCount, maxCount })
		if err != nil || o.Missing < 1<<30 {
			t.Errorf("the last number: %d missing, %v", o.Missing, err)
		}
	}
}

func BenchmarkMeeting(b *testing.B) {
	for b.Loop() {
		meeting(b, MaxMembers)
	}
}
