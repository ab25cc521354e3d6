package main

import (
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"sotto/rooms/cluster"
	"sotto/sshsrv"
)

// TestAgreed: servers under one name for ssh have one host key, or do not start.
func TestAgreed(t *testing.T) {
	key := func() ssh.PublicKey {
		t.Helper()
		signer, err := sshsrv.HostKey("memory")
		if err != nil {
			t.Fatal(err)
		}
		return signer.PublicKey()
	}
	one, other := key(), key()
	alone := &serveCommand{RoomSize: 800}
	if alone.agreed(one) != alone.agreed(other) {
		t.Error("servers without a name have to agree on a host key")
	}
	named := &serveCommand{RoomSize: 800, PublicSSH: "chat.example"}
	if named.agreed(one) == named.agreed(other) || named.agreed(one) == alone.agreed(one) {
		t.Error("servers with a name don't have to agree on a host key")
	}
	if words := named.agreed(one); len(words) > cluster.MaxAgreedBytes || !strings.Contains(words, "--room-size 800") || !strings.Contains(words, "SHA256:") {
		t.Errorf("they agree on %q", words)
	}
}
