package native

import (
	"strings"
	"testing"

	"sotto/rooms/seal"
)

// The link of who watches is known as one, with an invitation or without.
func TestWatchLinks(t *testing.T) {
	for text, want := range map[string]Address{
		"https://chat.example/r/den?watch":                        {Room: "den", Watch: true},
		"https://chat.example/r/den?watch#Zm9yIGV4YW1wbGUgb25seQ": {Room: "den", Watch: true, Invite: "Zm9yIGV4YW1wbGUgb25seQ"},
		"https://chat.example/r/den#Zm9yIGV4YW1wbGUgb25seQ":       {Room: "den", Invite: "Zm9yIGV4YW1wbGUgb25seQ"},
	} {
		if a, err := ParseAddress(text); err != nil || a.Room != want.Room || a.Watch != want.Watch || a.Invite != want.Invite {
			t.Errorf("%s: %+v, %v", text, a, err)
		}
	}
	for _, text := range []string{"https://chat.example?watch", "https://chat.example/r/den?watch=1", "https://chat.example/r/den?x", "https://chat.example/s/?watch#" + seal.NewSecret().String()} {
		if a, err := ParseAddress(text); err == nil && a.Watch {
			t.Errorf("%s: %+v", text, a)
		}
	}
}

func TestParseAddress(t *testing.T) {
	key := seal.NewSecret().String()
	tests := []struct{ text, server, room, link string }{
		{"http://127.0.0.1:3000/r/den", "http://127.0.0.1:3000", "den", "http://127.0.0.1:3000/r/den"},
		{"https://chat.example", "https://chat.example", "", "https://chat.example"},
		{"https://chat.example/", "https://chat.example", "", "https://chat.example"},
		{"https://example.org/a/chat/r/den/", "https://example.org/a/chat", "den", "https://example.org/a/chat/r/den"},
		{"https://chat.example/s/#" + key, "https://chat.example", "", "https://chat.example/s/#" + key},
		{"https://example.org/chat/s#" + key, "https://example.org/chat", "", "https://example.org/chat/s/#" + key},
		{"ssh://chat.example/den", "ssh://chat.example", "den", "ssh://chat.example/den"},
		{"ssh://chat.example/rabbit", "ssh://chat.example", "rabbit", "ssh://chat.example/rabbit"},
		{"ssh://chat.example/r/den", "ssh://chat.example", "den", "ssh://chat.example/den"},
		{"ssh://[2001:db8::1]:2222/den", "ssh://[2001:db8::1]:2222", "den", "ssh://[2001:db8::1]:2222/den"},
		{"ssh://chat.example:2222/s/#" + key, "ssh://chat.example:2222", "", "ssh://chat.example:2222/s/#" + key},
		{"ssh://chat.example", "ssh://chat.example", "", "ssh://chat.example"},
	}
	for _, test := range tests {
		a, err := ParseAddress(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if a.Server.String() != test.server || a.Room != test.room || a.Link() != test.link || (a.Secret != nil) != strings.Contains(test.text, "#") {
			t.Errorf("%s: server %s, room %q, link %s", test.text, a.Server, a.Room, a.Link())
		}
	}
}

// What is refused is not quoted: it may be a key with a slip in it.
func TestBadAddresses(t *testing.T) {
	key := seal.NewSecret().String()
	for _, text := range []string{
		"", "den", "127.0.0.1:3000", "ftp://chat.example/r/den", "https://", "https:///r/den",
		"https://anna@chat.example/r/den", "https://chat.example/r/den?x=1",
		"https://chat.example/r/A_B", "https://chat.example/s/", "https://chat.example/s/#" + key[1:],
		"https://chat.example/s/#" + key + "x", "https://chat.example/r/den#" + key, "ssh://chat.example/den#" + key,
		"https://chat.example/%zz", "ssh://chat.example/two/words",
	} {
		if a, err := ParseAddress(text); err == nil {
			t.Errorf("%q became %+v", text, a)
		} else if strings.Contains(err.Error(), key[1:20]) {
			t.Errorf("%q is quoted: %v", text, err)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("https://chat.example/s/#" + seal.Secret{1}.String())
	f.Add("ssh://[::1]:22/r/den")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAddress(text)
		if err != nil {
			return
		}
		again, err := ParseAddress(a.Link())
		if err != nil || again.Link() != a.Link() {
			t.Errorf("%q is %q, and that is %q: %v", text, a.Link(), again.Link(), err)
		}
	})
}

func TestLocalLink(t *testing.T) {
	a, _ := ParseAddress("https://example.org/chat/r/den")
	if got := localLink(a, addr("127.0.0.1:4000")); got != "http://127.0.0.1:4000/r/den" {
		t.Errorf("the page is at %s", got)
	}
	if a.Server.Host != "example.org" {
		t.Error("the address itself was changed")
	}
}

type addr string

func (addr) Network() string  { return "tcp" }
func (a addr) String() string { return string(a) }

// A link may have an invitation where a sealed room's has its key. It is passed on as it
// came, to the local page too, and nothing else is taken for one.
func TestInvitedAddresses(t *testing.T) {
	const token = "Zm9yIGV4YW1wbGUgb25seQ"
	for text, command := range map[string]string{
		"https://chat.example/r/den#" + token:    "sotto join https://chat.example/r/den#" + token,
		"https://chat.example/chat/r/s#" + token: "sotto join https://chat.example/chat/r/s#" + token,
		"ssh://chat.example/den#" + token:        "ssh -t chat.example den --invite " + token,
		"ssh://chat.example:2222/den#" + token:   "ssh -t -p 2222 chat.example den --invite " + token,
	} {
		a, err := ParseAddress(text)
		if err != nil || a.Invite != token || a.Link() != text {
			t.Errorf("%s is %+v, with the link %s: %v", text, a, a.Link(), err)
			continue
		}
		h := &host{server: Address{Server: a.Server}}
		if got := h.invite(a.Room, token); got.SSH != command || got.Web != "" && got.Web != text {
			t.Errorf("%s: %+v", text, got)
		}
		if got := h.invite(a.Room, ""); strings.Contains(got.SSH+got.Web, token) {
			t.Errorf("%s: an invitation is shown that nobody asked for: %+v", text, got)
		}
	}
	for _, text := range []string{"https://chat.example/r/den#" + token[1:], "https://chat.example/r/den#" + token + "x", "https://chat.example#" + token, "ssh://chat.example/#" + token} {
		if a, err := ParseAddress(text); err == nil {
			t.Errorf("%q became %+v", text, a)
		} else if strings.Contains(err.Error(), token[1:]) {
			t.Errorf("%q is quoted: %v", text, err)
		}
	}
	a, _ := ParseAddress("https://chat.example/r/den#" + token)
	if got := localLink(a, addr("127.0.0.1:4000")); got != "http://127.0.0.1:4000/r/den#"+token {
		t.Errorf("the page is at %s", got)
	}
}

// Several rooms in one window are rooms of one server, each named once.
func TestParseAddresses(t *testing.T) {
	const at = "https://chat.example/r/"
	many := []string{at + "a", at + "b", at + "c", at + "d", at + "e", at + "f", at + "g", at + "h"}
	for _, c := range []struct {
		typed []string
		rooms string
		err   error
	}{
		{[]string{at + "den"}, "den", nil},
		{[]string{"https://chat.example"}, "", nil},
		{[]string{at + "den", at + "ops"}, "den ops", nil},
		{[]string{at + "den", at + "DEN", at + "ops"}, "den ops", nil},
		{append(many, at+"a"), "a b c d e f g h", nil},
		{append(many, at+"i"), "", errTooMany},
		{[]string{at + "den", "https://other.example/r/ops"}, "", errServers},
		{[]string{at + "den", "https://chat.example"}, "", errEachRoom},
		{[]string{"https://chat.example", at + "den"}, "", errEachRoom},
		{[]string{at + "den", at + "ops?watch"}, "", errMixedWatch},
		{[]string{at + "den", "nonsense"}, "", errAddress},
	} {
		first, more, err := ParseAddresses(c.typed)
		names := []string{first.Room}
		for _, a := range more {
			names = append(names, a.Room)
		}
		if got := strings.Join(names, " "); err != c.err || err == nil && got != c.rooms {
			t.Errorf("%q is %q, %v; want %q, %v", c.typed, got, err, c.rooms, c.err)
		}
	}
}
