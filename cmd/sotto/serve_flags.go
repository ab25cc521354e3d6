package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"sotto/cmd/sotto/admit"
	"sotto/rooms"
	"sotto/rooms/cluster/redis"
)

// serveCommand is what `sotto serve` can be told.
type serveCommand struct {
	SSHAddr  string `name:"ssh-addr" default:":2222" help:"Where ssh listens."`
	HTTPAddr string `name:"http-addr" default:":3000" help:"Where the web listens."`
	HostKey  string `placeholder:"FILE|memory|env" help:"SSH host key: a file, made if it isn't there; 'memory' for one that dies with the process; 'env' takes it from SOTTO_HOST_KEY_PEM. Without this flag, a file in your state directory."`

	PublicSSH string `name:"public-ssh" placeholder:"HOST[:PORT]" help:"How invitations name the ssh door."`
	PublicURL string `name:"public-url" placeholder:"URL" help:"How invitations name the web door; also sets the path prefix and the only Host and Origin allowed."`

	RoomSize    int     `default:"500" help:"People in one room, at most 800."`
	Connections int     `default:"4096" help:"Connections at once, of all people together, at most 16000; each is an open file."`
	SayRate     float64 `default:"2" help:"Messages a second per person, after a burst of five times that; 0 for no limit at all: then who talks can end who reads slowly."`
	LogLevel    string  `default:"info" help:"error, info or debug; no level names a person, a room or a word."`

	VoiceAddr   string `name:"voice-addr" placeholder:"ADDR|off" help:"Where sound arrives, by UDP and TCP at one number; without this flag that of the web (with --tor: nowhere). off: no voice at all."`
	VoiceSize   int    `name:"voice-size" default:"16" help:"People in one room's voice at once, at most 32."`
	PublicVoice string `name:"public-voice" placeholder:"HOST:PORT" help:"Where browsers send sound to, if an address translation stands before this machine."`

	Redis      string `placeholder:"URL" env:"-" help:"Share all rooms with the servers that have this Redis and the same cluster key: redis://, rediss:// or unix://, with ?master=NAME for Sentinel. It sees no word and no name."`
	ClusterKey string `name:"cluster-key" placeholder:"FILE" env:"-" help:"The key that those servers share, as sotto cluster-key prints it; without this flag it is taken from SOTTO_CLUSTER_KEY, or from the systemd credential cluster-key."`

	Strict       bool      `help:"Refuse to start if this system can't enforce every defence."`
	AllowSwap    bool      `help:"Accept that the kernel may write memory to swap."`
	Tor          bool      `help:"All visitors share an address: no limits per source."`
	TrustedProxy []network `placeholder:"CIDR" help:"Believe the PROXY header and X-Forwarded-For of these; may be given more than once."`
	TLSCert      string    `name:"tls-cert" placeholder:"FILE" help:"Certificate chain for the web door; read again on SIGHUP."`
	TLSKey       string    `name:"tls-key" placeholder:"FILE" help:"Its key."`
}

// network is a CIDR on the command line.
type network struct{ netip.Prefix }

// UnmarshalText reads a network, or one address.
func (n *network) UnmarshalText(text []byte) error {
	if addr, err := netip.ParseAddr(string(text)); err == nil {
		addr = addr.Unmap()
		n.Prefix = netip.PrefixFrom(addr, addr.BitLen())
		return nil
	}
	p, err := netip.ParsePrefix(string(text))
	if err != nil {
		return fmt.Errorf("wants a network like 10.0.0.0/8, not %q", text)
	}
	if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	if p.Bits() < widestProxy {
		return fmt.Errorf("would believe nearly everybody who says that they come from elsewhere; name the network of your proxy, a /%d at most, not %q", widestProxy, text)
	}
	n.Prefix = p
	return nil
}

// widestProxy is how many bits the widest network has whose word is taken for where
// others come from: all of 10.0.0.0/8.
const widestProxy = 8

// trusted are the proxies to believe.
func (c *serveCommand) trusted() (all []netip.Prefix) {
	for _, n := range c.TrustedProxy {
		all = append(all, n.Prefix)
	}
	return all
}

// Validate is called by kong after parsing. What it refuses makes no sense on
// any machine; what only this machine can't do is found later.
func (c *serveCommand) Validate() error {
	for _, l := range []struct{ flag, addr string }{{"--ssh-addr", c.SSHAddr}, {"--http-addr", c.HTTPAddr}} {
		_, port, err := net.SplitHostPort(l.addr)
		if err == nil {
			_, err = net.LookupPort("tcp", port)
		}
		if err != nil {
			return fmt.Errorf("%s wants an address like :2222 or 127.0.0.1:2222, not %q", l.flag, l.addr)
		}
	}
	switch {
	case c.RoomSize < 1 || c.RoomSize > rooms.MaxRoomSize:
		return fmt.Errorf("--room-size must be from 1 to %d, so that a welcome with every member fits one frame", rooms.MaxRoomSize)
	case c.Connections < 1 || c.Connections > admit.MostConns:
		return fmt.Errorf("--connections must be from 1 to %d", admit.MostConns)
	case c.VoiceSize < 2 || c.VoiceSize > rooms.MaxVoiceSize:
		return fmt.Errorf("--voice-size must be from 2 to %d", rooms.MaxVoiceSize)
	case c.SayRate != 0 && !(c.SayRate >= minSayRate && c.SayRate <= maxSayRate):
		return fmt.Errorf("--say-rate must be from %v to %d messages a second, or 0 for no limit at all", minSayRate, maxSayRate)
	case c.LogLevel != "error" && c.LogLevel != "info" && c.LogLevel != "debug":
		return fmt.Errorf("--log-level must be error, info or debug, not %q", c.LogLevel)
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case c.Redis == "" && c.ClusterKey != "":
		return errors.New("--cluster-key means nothing without --redis")
	case c.Redis == "" && os.Getenv(clusterKeyEnv) != "":
		return errors.New(clusterKeyEnv + " means nothing without --redis")
	case c.Redis != "" && c.ClusterKey == "" && os.Getenv(clusterKeyEnv) == "" && credentialFile() == "":
		return errNoClusterKey
	}
	if c.Redis != "" {
		if err := redis.CheckURL(c.Redis); err != nil {
			return fmt.Errorf("--redis: %w", err)
		}
	}
	if err := c.checkVoice(); err != nil {
		return err
	}
	if err := checkPublicURL(c.PublicURL); err != nil {
		return err
	}
	return checkPublicSSH(c.PublicSSH)
}

// minSayRate and maxSayRate are, in messages a second, where nobody could talk any
// more, and where a limit stops being one.
const (
	minSayRate = 0.01
	maxSayRate = 1000
)

// noVoice is what --voice-addr says for no voice at all.
const noVoice = "off"

// checkVoice checks the flags about voice.
func (c *serveCommand) checkVoice() error {
	if c.VoiceAddr != "" && c.VoiceAddr != noVoice {
		_, port, err := net.SplitHostPort(c.VoiceAddr)
		if err == nil {
			_, err = net.LookupPort("udp", port)
		}
		if err != nil {
			return fmt.Errorf("--voice-addr wants an address like :3000 or 192.0.2.1:3000, or off, not %q", c.VoiceAddr)
		}
	}
	if c.PublicVoice == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(c.PublicVoice)
	if err == nil {
		var n int
		n, err = strconv.Atoi(port)
		if n < 1 || n > 65535 {
			err = strconv.ErrRange
		}
	}
	ok := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_:", r)
	}
	if err != nil || host == "" || strings.TrimFunc(host, ok) != "" || strings.HasPrefix(host, "-") {
		return fmt.Errorf("--public-voice wants HOST:PORT, like voice.example:3000, not %q", c.PublicVoice)
	}
	if c.VoiceAddr == noVoice {
		return errors.New("--public-voice means nothing with --voice-addr off")
	}
	return nil
}

func checkPublicURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" ||
		u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("--public-url wants something like https://chat.example or https://example.org/chat, not %q", s)
	}
	return nil
}

func checkPublicSSH(s string) error {
	host := s
	if h, p, err := net.SplitHostPort(s); err == nil {
		if _, err := net.LookupPort("tcp", p); err != nil {
			return fmt.Errorf("--public-ssh wants a port after the colon, not %q", p)
		}
		host = h
	} else if _, err := netip.ParseAddr(s); err != nil && strings.Contains(s, ":") {
		return fmt.Errorf("--public-ssh wants HOST or HOST:PORT, not %q", s)
	}
	// It becomes a word of a command that people paste into a shell.
	ok := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_:", r)
	}
	if strings.TrimFunc(host, ok) != "" || strings.HasPrefix(host, "-") || s != "" && host == "" {
		return fmt.Errorf("--public-ssh wants HOST or HOST:PORT, not %q", s)
	}
	return nil
}
