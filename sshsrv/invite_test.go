package sshsrv

import (
	"net"
	"testing"
)

func TestInvite(t *testing.T) {
	at := func(ip string, port int) net.Addr { return &net.TCPAddr{IP: net.ParseIP(ip), Port: port} }
	tests := []struct {
		public Public
		local  net.Addr
		room   string
		want   invitation
	}{
		{Public{}, at("127.0.0.1", 2222), "lobby", invitation{"ssh -t -p 2222 127.0.0.1 lobby", "", true}},
		{Public{}, at("192.0.2.1", 22), "", invitation{"ssh -t 192.0.2.1", "", true}},
		{Public{HTTP: at("::", 3000)}, at("2001:db8::1", 2222), "lobby", invitation{"ssh -t -p 2222 2001:db8::1 lobby", "http://[2001:db8::1]:3000/r/lobby", true}},
		{Public{SSH: "chat.example"}, at("127.0.0.1", 2222), "lobby", invitation{"ssh -t chat.example lobby", "", false}},
		{Public{SSH: "chat.example:22", URL: "https://chat.example"}, at("127.0.0.1", 2222), "lobby", invitation{"ssh -t chat.example lobby", "https://chat.example/r/lobby", false}},
		{Public{SSH: "chat.example:2022", URL: "https://example/chat/", HTTP: at("::", 3000)}, at("127.0.0.1", 2222), "lobby", invitation{"ssh -t -p 2022 chat.example lobby", "https://example/chat/r/lobby", false}},
		{Public{SSH: "[2001:db8::1]:2222", HTTP: at("::", 80)}, at("127.0.0.1", 2222), "", invitation{"ssh -t -p 2222 2001:db8::1", "http://[2001:db8::1]", true}},
		{Public{TLS: true, HTTP: at("::", 443)}, at("192.0.2.1", 2222), "lobby", invitation{"ssh -t -p 2222 192.0.2.1 lobby", "https://192.0.2.1/r/lobby", true}},
	}
	for _, test := range tests {
		if got := test.public.invite(test.room, test.local); got != test.want {
			t.Errorf("%+v at %v: %+v, want %+v", test.public, test.local, got, test.want)
		}
	}
}
