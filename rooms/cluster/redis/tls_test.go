package redis

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sotto/rooms/cluster"
	"sotto/rooms/cluster/storetest"
)

// pair is a certificate for 127.0.0.1 and its key.
type pair struct{ cert, key []byte }

// trusted is one that this process trusts, since it reads its roots once.
var trusted = sync.OnceValues(makePair)

func makePair() (p pair, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return p, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sotto test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return p, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	p.cert = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
	p.key = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	return p, err
}

// trust writes what is trusted into files, of which the first becomes the roots.
func trust(t *testing.T) (cert, key string) {
	t.Helper()
	p, err := trusted()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, content := range map[string][]byte{cert: p.cert, key: p.key} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("SSL_CERT_FILE", cert)
	return cert, key
}

func TestTLS(t *testing.T) {
	cert, key := trust(t)
	port := freePort(t)
	startServer(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", key,
		"--tls-ca-cert-file", cert, "--tls-auth-clients", "no", "--bind", "127.0.0.1")
	ear := new(storetest.Ear)
	n, err := Open(t.Context(), Config{URL: "rediss://127.0.0.1:" + port, Hearer: ear})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	listen(t, n, "room")
	if err := n.Publish(t.Context(), "room", []byte("said")); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Beat(t.Context(), "node"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := n.Append(t.Context(), "room", cluster.Place{}, []cluster.Draft{storetest.Draft(1, 1, "")}); err == nil {
		t.Fatal("there is no such room")
	}
}

// TestStrangersCertificate: nobody but who was meant is talked to.
func TestStrangersCertificate(t *testing.T) {
	trust(t)
	other, err := makePair()
	if err != nil {
		t.Fatal(err)
	}
	cert, err := tls.X509KeyPair(other.cert, other.key)
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // nothing is left to do
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.(*tls.Conn).Handshake() // it fails
			_ = c.Close()
		}
	}()
	says(t, refused(t, Config{URL: "rediss://:" + secret + "@" + l.Addr().String()}), "can't be trusted", "SSL_CERT_FILE")
}
