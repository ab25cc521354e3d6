package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"sotto/cmd/sotto/admit"
	"sotto/rooms"
	"sotto/rooms/voice"
	webvoice "sotto/webbridge/voice"
)

// carrier is what carries voice, where there is any.
type carrier struct {
	ports  *webvoice.Ports
	calls  *voice.Calls
	server *webvoice.Server
	beside bool // TCP comes at the web's number
	public []netip.AddrPort
}

// openVoice opens the ports of voice, or nothing where there is to be none: behind Tor
// nobody could send it anything, but by telling where they are.
func (s *server) openVoice(ctx context.Context, c *serveCommand, stderr io.Writer) error {
	switch {
	case c.VoiceAddr == noVoice, c.Tor && c.VoiceAddr == "":
		return nil
	case c.VoiceAddr == "" && c.PublicVoice == "" && s.web.Addr().(*net.TCPAddr).IP.IsLoopback() && !isLocal(c.PublicURL):
		fmt.Fprintln(stderr, "sotto: voice is off: browsers elsewhere can't send to this machine's own address, and a proxy carries no sound; say --voice-addr, and --public-voice if an address translation stands before this machine")
		return nil
	}
	v := &carrier{calls: voice.New(voice.Config{Size: c.VoiceSize})}
	var err error
	if v.public, err = publicVoice(ctx, c.PublicVoice); err != nil {
		return err
	}
	if v.ports, v.beside, err = s.voicePorts(ctx, c); err != nil {
		return err
	}
	if v.server, err = webvoice.New(webvoice.Config{Ports: v.ports, Calls: v.calls, Public: v.public}); err != nil {
		v.ports.Close()
		return fmt.Errorf("can't carry voice: %w", rooms.Cause(err))
	}
	s.voice = v
	return nil
}

// where says at which numbers sound arrives, for the line at the start.
func (v *carrier) where() string {
	udp, tcp := v.ports.Port(), v.ports.TCPPort()
	switch tcp {
	case udp:
		return fmt.Sprintf("port %d, UDP and TCP", udp)
	case 0:
		return fmt.Sprintf("port %d, UDP alone, since the web has TCP there at another address: another number with --voice-addr has both", udp)
	}
	return fmt.Sprintf("port %d, UDP, and port %d, TCP", udp, tcp)
}

// isLocal reports whether a URL is of this machine alone, as none is.
func isLocal(address string) bool {
	u, err := url.Parse(address)
	if err != nil || address == "" || u.Hostname() == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return err == nil && addr.IsLoopback()
}

// portTries is how often a number is tried that has to be free of UDP and TCP.
const portTries = 16

// voicePorts opens the socket, and a listener, unless the web's is reached at that address
// and number too: there sound is told from requests. Where the web has the number at another
// address, so that no listener is to be had, there is UDP alone.
func (s *server) voicePorts(ctx context.Context, c *serveCommand) (ports *webvoice.Ports, beside bool, err error) {
	web, addr := s.web.Addr().(*net.TCPAddr), c.VoiceAddr
	if addr == "" {
		addr = web.String()
	}
	host, number, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, false, err
	}
	port, err := net.DefaultResolver.LookupPort(ctx, "udp", number)
	if err != nil {
		return nil, false, err
	}
	for try := 1; ; try++ {
		udp, err := listenUDP(ctx, net.JoinHostPort(host, strconv.Itoa(port)))
		if err != nil && c.VoiceAddr == "" && strings.HasSuffix(c.HTTPAddr, ":0") { // no number was asked for
			udp, err = listenUDP(ctx, net.JoinHostPort(host, "0"))
		}
		if err != nil {
			return nil, false, err
		}
		at := udp.LocalAddr().(*net.UDPAddr)
		got := at.Port
		if c.VoiceAddr == "" || got == web.Port && (web.IP.IsUnspecified() || web.IP.Equal(at.IP)) {
			return webvoice.NewPorts(udp, nil, web.Port), true, nil
		}
		tcp, err := listen(ctx, "voice", net.JoinHostPort(host, strconv.Itoa(got)))
		switch {
		case err == nil:
			return webvoice.NewPorts(udp, s.gate.Listen(tcp, admit.Silence), got), false, nil
		case got == web.Port && port != 0 && at.IP.IsUnspecified():
			return webvoice.NewPorts(udp, nil, 0), false, nil
		case port != 0 || try == portTries:
			udp.Close()
			return nil, false, err
		}
		udp.Close()
	}
}

func listenUDP(ctx context.Context, addr string) (*net.UDPConn, error) {
	var config net.ListenConfig
	c, err := config.ListenPacket(ctx, "udp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("can't listen for voice on %s: another program has that UDP port; stop it, choose another with --voice-addr, or say --voice-addr off", addr)
	case err != nil:
		return nil, fmt.Errorf("can't listen for voice on %s: %w", addr, rooms.Cause(err))
	}
	return c.(*net.UDPConn), nil
}

// publicVoice is what --public-voice means, of each kind of address one.
func publicVoice(ctx context.Context, s string) (at []netip.AddrPort, err error) {
	if s == "" {
		return nil, nil
	}
	host, number, err := net.SplitHostPort(s)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return nil, err
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("can't find the address of --public-voice %s: %w", s, rooms.Cause(err))
	}
	kinds := make(map[bool]bool)
	for _, addr := range addrs {
		if addr = addr.Unmap(); !kinds[addr.Is4()] {
			kinds[addr.Is4()] = true
			at = append(at, netip.AddrPortFrom(addr, uint16(port)))
		}
	}
	return at, nil
}

// testVoice says in a line if voice can't be reached.
func (s *server) testVoice(ctx context.Context, stderr io.Writer) {
	if s.voice == nil {
		return
	}
	if s.voice.server.Test(ctx, s.voice.server.Here()) != nil && ctx.Err() == nil {
		fmt.Fprintln(stderr, "sotto: warning: voice can't be reached even from this machine: UDP is filtered; docs/VOICE.md says what is needed, and --voice-addr off ends this warning")
		return
	}
	for _, at := range s.voice.public {
		if s.voice.server.Test(ctx, at) != nil && ctx.Err() == nil {
			fmt.Fprintln(stderr, "sotto: warning: "+s.voice.unreached(at))
		}
	}
}

// unreached says why voice may not be reached where browsers send it to.
func (v *carrier) unreached(at netip.AddrPort) string {
	if v.server.IsLoopback() && !at.Addr().IsLoopback() {
		return fmt.Sprintf("voice can't be reached at %s, since it is at %s, which nobody but this machine has: say --voice-addr :%d", at, v.server.Here(), v.ports.Port())
	}
	return fmt.Sprintf("voice can't be reached at %s from this machine; behind some address translations that is so though browsers can, docs/VOICE.md says how to find out", at)
}
