package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"sotto/rooms"
)

// TestVoiceFlags: where sound arrives, and that off is off: no port, no microphone, and a
// welcome that does not speak of it.
func TestVoiceFlags(t *testing.T) {
	for name, c := range map[string]struct {
		flags  serveCommand
		offers bool
		beside bool // at the web's number
		says   string
	}{
		"by default":              {serveCommand{}, true, true, ""},
		"at a number of its own":  {serveCommand{VoiceAddr: "127.0.0.1:0"}, true, false, ""},
		"off":                     {serveCommand{VoiceAddr: "off"}, false, false, ""},
		"behind Tor":              {serveCommand{Tor: true}, false, false, ""},
		"behind Tor, and wanted":  {serveCommand{Tor: true, VoiceAddr: "127.0.0.1:0"}, true, false, ""},
		"behind a proxy":          {serveCommand{PublicURL: "https://chat.example"}, false, false, "sotto: voice is off: "},
		"for this machine alone":  {serveCommand{PublicURL: "http://localhost:3000"}, true, true, ""},
		"behind a proxy, past it": {serveCommand{PublicURL: "https://chat.example", PublicVoice: "192.0.2.1:3478"}, true, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, stderr, _ := servingBy(t, &c.flags)
			if s.voice != nil != c.offers || c.offers && s.voice.beside != c.beside || !strings.Contains(stderr.String(), c.says) {
				t.Fatalf("offers %v, says %s", s.voice != nil, stderr)
			}
			seat, err := s.hub.Join(t.Context(), rooms.Visitor{Room: "den"})
			if err != nil {
				t.Fatal(err)
			}
			defer seat.Close()
			first, err := seat.Take()
			if err != nil || first[0].(*rooms.Welcome).Voice != c.offers {
				t.Errorf("the welcome is %+v, %v", first, err)
			}
			request, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+s.web.Addr().String()+"/r/den", nil)
			if err != nil {
				t.Fatal(err)
			}
			if host := c.flags.PublicURL; host != "" {
				_, request.Host, _ = strings.Cut(host, "//")
			}
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			response, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			_, _ = io.Copy(io.Discard, response.Body)
			want := "microphone=()"
			if c.offers {
				want = "microphone=(self)"
			}
			if policy := response.Header.Get("Permissions-Policy"); !strings.Contains(policy, want) {
				t.Errorf("the page may %s", policy)
			}
		})
	}
}

// TestVoiceAtTheWebsNumber: TCP is offered where somebody listens, and the line at the start
// is true.
func TestVoiceAtTheWebsNumber(t *testing.T) {
	for name, c := range map[string]struct {
		web, host   string
		tcp, beside bool
	}{
		"at the web's address":            {"127.0.0.1", "127.0.0.1", true, true},
		"at one, and the web at all":      {"", "127.0.0.1", true, true},
		"at all, as the web":              {"", "", true, true},
		"at all, and the web at one":      {"127.0.0.1", "", false, false},
		"at another address than the web": {"127.0.0.1", "127.0.0.2", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, number := voiceBeside(t, c.web, c.host)
			if at := s.voice.ports.TCPPort(); at != 0 != c.tcp || s.voice.beside != c.beside {
				t.Errorf("TCP at port %d, beside the web %v", at, s.voice.beside)
			}
			var said lines
			s.ready(&said)
			want := "sotto: voice on port " + number + ", UDP and TCP\n"
			if !c.tcp {
				want = "sotto: voice on port " + number + ", UDP alone, since the web has TCP there at another address: another number with --voice-addr has both\n"
			}
			if !strings.Contains(said.String(), want) {
				t.Errorf("the line at the start is not %q: %s", want, &said)
			}
			host := c.host
			if host == "" {
				host = "127.0.0.3"
			}
			conn, err := net.Dial("tcp", net.JoinHostPort(host, number))
			if (err == nil) != c.tcp {
				t.Errorf("who comes by TCP: %v", err)
			}
			if err == nil {
				conn.Close()
			}
		})
	}
}

// voiceBeside is a server whose voice has the number of its web.
func voiceBeside(t *testing.T, web, host string) (s *server, number string) {
	t.Helper()
	var err error
	for range portTries { // as that number may be taken of UDP
		c := serveCommand{SSHAddr: "127.0.0.1:0", HTTPAddr: web + ":0", HostKey: "memory", RoomSize: 10, LogLevel: "info", VoiceAddr: "off"}
		s, err = newServer(t.Context(), &c, new(lines))
		if err != nil {
			t.Fatal(err)
		}
		number = strconv.Itoa(port(s.web))
		c.VoiceAddr, c.PublicVoice = host+":"+number, "192.0.2.2:"+number
		if err = s.openVoice(t.Context(), &c, new(lines)); err == nil {
			t.Cleanup(s.close)
			return s, number
		}
		s.close()
	}
	t.Fatal(err)
	return nil, ""
}

// TestVoicePortTaken names the flag by which another is chosen.
func TestVoicePortTaken(t *testing.T) {
	taken, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	c := serveCommand{SSHAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", HostKey: "memory", RoomSize: 10, LogLevel: "info", VoiceAddr: taken.LocalAddr().String()}
	_, err = newServer(t.Context(), &c, new(lines))
	if err == nil || !strings.Contains(err.Error(), "--voice-addr") {
		t.Errorf("a port that is taken: %v", err)
	}
}

// TestVoiceTest finds that packets come through, and says so where none do.
func TestVoiceTest(t *testing.T) {
	s, stderr, _ := serving(t)
	s.testVoice(t.Context(), stderr)
	if said := stderr.String(); strings.Contains(said, "warning") {
		t.Errorf("the test says %s", said)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	if s.voice.server.Test(ctx, silent.LocalAddr().(*net.UDPAddr).AddrPort()) == nil {
		t.Error("packets come through to where nobody is")
	}
}

// TestVoiceAtLoopback names the flag by which it is reached from elsewhere.
func TestVoiceAtLoopback(t *testing.T) {
	outside, here := netip.MustParseAddrPort("192.0.2.2:3478"), netip.MustParseAddrPort("127.0.0.1:3478")
	s, _ := voiceBeside(t, "127.0.0.1", "127.0.0.1")
	if said := s.voice.unreached(outside); !strings.Contains(said, fmt.Sprintf("--voice-addr :%d", s.voice.ports.Port())) {
		t.Errorf("at this machine's own address: %s", said)
	}
	all, _ := voiceBeside(t, "", "")
	for said, at := range map[string]string{"at another": all.voice.unreached(outside), "both at its own": s.voice.unreached(here)} {
		if strings.Contains(at, "--voice-addr") {
			t.Errorf("%s: %s", said, at)
		}
	}
}
