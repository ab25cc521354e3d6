package sshsrv

import (
	"net"
	"testing"

	"sotto/rooms"
)

func TestInvite(t *testing.T) {
	at := func(ip string, port int) net.Addr { return &net.TCPAddr{IP: net.ParseIP(ip), Port: port} }
	tests := []struct {
		public Public
		local  net.Addr
		room   string
		want   rooms.Invitation
	}{
		{Public{}, at("127.0.0.1", 2222), "lobby", rooms.Invitation{SSH: "ssh -t -p 2222 127.0.0.1 lobby", Note: byAddress}},
		{Public{}, at("192.0.2.1", 22), "", rooms.Invitation{SSH: "ssh -t 192.0.2.1", Note: byAddress}},
		{Public{HTTP: at("::", 3000)}, at("2001:db8::1", 2222), "lobby", rooms.Invitation{SSH: "ssh -t -p 2222 2001:db8::1 lobby", Web: "http://[2001:db8::1]:3000/r/lobby", Note: byAddress}},
		{Public{SSH: "chat.example"}, at("127.0.0.1", 2222), "lobby", rooms.Invitation{SSH: "ssh -t chat.example lobby"}},
		{Public{SSH: "chat.example:22", URL: "https://chat.example"}, at("127.0.0.1", 2222), "lobby", rooms.Invitation{SSH: "ssh -t chat.example lobby", Web: "https://chat.example/r/lobby"}},
		{Public{SSH: "chat.example:2022", URL: "https://example/chat/", HTTP: at("::", 3000)}, at("127.0.0.1", 2222), "lobby", rooms.Invitation{SSH: "ssh -t -p 2022 chat.example lobby", Web: "https://example/chat/r/lobby"}},
		{Public{SSH: "[2001:db8::1]:2222", HTTP: at("::", 80)}, at("127.0.0.1", 2222), "", rooms.Invitation{SSH: "ssh -t -p 2222 2001:db8::1", Web: "http://[2001:db8::1]", Note: byAddress}},
		{Public{TLS: true, HTTP: at("::", 443)}, at("192.0.2.1", 2222), "lobby", rooms.Invitation{SSH: "ssh -t -p 2222 192.0.2.1 lobby", Web: "https://192.0.2.1/r/lobby", Note: byAddress}},
	}
	for _, test := range tests {
		if got := test.public.invite(test.room, "", test.local); got != test.want {
			t.Errorf("%+v at %v: %+v, want %+v", test.public, test.local, got, test.want)
		}
	}
}

// An invitation's token is an option of a command, and behind the "#" of a link: what is
// before that is all that a server is sent of it.
func TestInviteByToken(t *testing.T) {
	const token = "Zm9yIGV4YW1wbGUgb25seQ"
	got := Public{SSH: "chat.example", URL: "https://chat.example"}.invite("lobby", token, nil)
	if want := (rooms.Invitation{SSH: "ssh -t chat.example lobby --invite " + token, Web: "https://chat.example/r/lobby#" + token}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if req, err := parseRequest("lobby --invite "+token, true); err != nil || req.token != token {
		t.Errorf("the command is read as %+v: %v", req, err)
	}
}
