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
		if got := test.public.invite(test.room, test.local); got != test.want {
			t.Errorf("%+v at %v: %+v, want %+v", test.public, test.local, got, test.want)
		}
	}
}
