package main

import (
	gossh "golang.org/x/crypto/ssh"

	"sotto/rooms/voice"
	"sotto/sshsrv"
	"sotto/web"
	"sotto/webbridge"
)

// buildDoors introduces the doors to the hub, to the gate, and to how this
// server is named.
func (s *server) buildDoors(c *serveCommand, key gossh.Signer) (err error) {
	var calls *voice.Calls
	var browsers webbridge.Voice
	if s.voice != nil {
		calls, browsers = s.voice.calls, s.voice.server
	}
	s.sshDoor, err = sshsrv.New(sshsrv.Config{
		Hub:         s.hub,
		HostKey:     key,
		Public:      sshsrv.Public{SSH: c.PublicSSH, URL: c.PublicURL, TLS: s.tls != nil, HTTP: s.web.Addr()},
		Log:         s.log.With("door", "ssh"),
		Voice:       calls,
		ConnContext: s.gate.ConnContext,
		Hold:        s.gate.Hold,
	})
	if err != nil {
		return err
	}
	var healthy func() bool
	if s.peers != nil {
		healthy = s.peers.node.Healthy
	}
	s.webDoor, err = webbridge.New(webbridge.Config{
		Hub:         s.hub,
		Files:       web.FS,
		PublicURL:   c.PublicURL,
		PublicSSH:   c.PublicSSH,
		SSHPort:     port(s.ssh),
		Version:     versionName(),
		Log:         s.log.With("door", "web"),
		ConnContext: s.gate.ConnContext,
		Hold:        s.gate.Hold,
		Wrap:        s.gate.Handler,
		Outlive:     s.gate.Outlive,
		Healthy:     healthy,
		Voice:       browsers,
	})
	return err
}
