//go:build e2e

package e2e_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// ssh-audit finds no failure, and no name that tells a version.
func TestSSHAudit(t *testing.T) {
	s := e2e.Start(t)
	r := e2e.Run(t, exec.Command("ssh-audit", "-n", "-p", portOf(s.SSH), "127.0.0.1"), "")
	if !strings.Contains(r.Out, "mlkem768x25519") {
		t.Fatalf("ssh-audit says (%d):\n%s%s", r.Code, r.Out, r.Err)
	}
	for line := range strings.Lines(r.Out) {
		if strings.Contains(line, "[fail]") {
			t.Errorf("ssh-audit: %s", line)
		}
		if strings.Contains(line, "banner:") && !strings.HasSuffix(strings.TrimSpace(line), "SSH-2.0-OpenSSH") {
			t.Errorf("the server calls itself %s", line)
		}
	}
}

// selfSigned writes a certificate for 127.0.0.1 and its key.
func selfSigned(t *testing.T, dir, name string) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true, IsCA: true,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: cert},
		keyFile:  {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(file+".new", pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+".new", file); err != nil { // as certbot replaces them
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// sslscan finds no protocol before TLS 1.2, no weak cipher, and none of the
// faults that it looks for.
func TestTLSAudit(t *testing.T) {
	cert, key := selfSigned(t, t.TempDir(), "sotto")
	s := e2e.Start(t, "--tls-cert="+cert, "--tls-key="+key)
	r := e2e.Run(t, exec.Command("sslscan", "--no-colour", s.Web), "")
	for _, want := range []string{
		"SSLv2     disabled", "SSLv3     disabled", "TLSv1.0   disabled", "TLSv1.1   disabled",
		"TLSv1.2   enabled", "TLSv1.3   enabled", "TLSv1.2 not vulnerable to heartbleed",
	} {
		if !strings.Contains(r.Out, want) {
			t.Errorf("sslscan does not say %q", want)
		}
	}
	ciphers := 0
	for line := range strings.Lines(r.Out) {
		fields := strings.Fields(line)
		if len(fields) < 5 || (fields[0] != "Accepted" && fields[0] != "Preferred") {
			continue
		}
		ciphers++
		bits, err := strconv.Atoi(fields[2])
		if err != nil || bits < 128 || !(strings.Contains(line, "GCM") || strings.Contains(line, "CHACHA20")) {
			t.Errorf("a weak cipher: %s", line)
		}
	}
	if t.Failed() || ciphers == 0 {
		t.Errorf("sslscan says (%d):\n%s%s", r.Code, r.Out, r.Err)
	}
}

// A renewed certificate is taken up on SIGHUP, by a process that was locked
// down before the files were replaced.
func TestTLSCertificateIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	cert, key := selfSigned(t, dir, "first")
	s := e2e.Start(t, "--tls-cert="+cert, "--tls-key="+key)
	served := func() string {
		c, err := tls.Dial("tcp", s.Web, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].Subject.CommonName
	}
	if got := served(); got != "first" {
		t.Fatalf("the certificate is %q", got)
	}
	if err := os.WriteFile(cert, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Signal(syscall.SIGHUP)
	s.WaitFor("the old one stays in use")
	if got := served(); got != "first" {
		t.Errorf("after a broken file the certificate is %q", got)
	}
	selfSigned(t, dir, "second")
	s.Signal(syscall.SIGHUP)
	s.WaitFor("was read again")
	if got := served(); got != "second" {
		t.Errorf("after SIGHUP the certificate is %q", got)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	answer, err := client.Get(s.URL + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.ProtoMajor != 2 {
		t.Errorf("spoken over %s, want HTTP/2", answer.Proto)
	}
}

// Two people talk and leave; the page has stored nothing and asked nobody else.
func TestPageKeepsAndAsksNothing(t *testing.T) {
	s := e2e.Start(t)
	anna, _ := s.Join(t, "den", "anna")
	page := e2e.Open(t, s.RoomURL("den"))
	page.WaitFor("You are")
	anna.Say("look at https://example.org/picture.png and ![x](http://example.org/x.png)")
	page.WaitFor("look at")
	page.Say("/nick bert")
	page.WaitFor("bert")
	page.WaitUntil(`document.cookie === "" && localStorage.length === 0 && sessionStorage.length === 0`)
	kept := page.Evaluate(`(async () => [
		...(await indexedDB.databases()).map((d) => "database " + d.name),
		...(await caches.keys()).map((c) => "cache " + c),
		...(await navigator.serviceWorker.getRegistrations()).map((r) => "worker " + r.scope),
	].join(", "))()`)
	if kept != "" {
		t.Errorf("the page keeps %s", kept)
	}
	for _, url := range page.Requests() {
		if !strings.HasPrefix(url, s.URL+"/") && !strings.HasPrefix(url, "data:") {
			t.Errorf("the page asked for %s", url)
		}
	}
	if len(page.Requests()) == 0 {
		t.Error("no request was seen, so nothing was tested")
	}
}

// The units may do next to nothing, by the measure of systemd's own audit.
func TestUnitIsHardened(t *testing.T) {
	const most = 1.5
	for _, unit := range []string{"sotto.service", "sotto@.service"} {
		r := e2e.Run(t, exec.Command("systemd-analyze", "security", "--offline=true", "--no-pager", "../../../docs/deploy/"+unit), "")
		_, score, found := strings.Cut(r.Out, "Overall exposure level for ")
		_, score, _ = strings.Cut(score, ": ")
		var exposure float64
		if _, err := fmt.Sscan(score, &exposure); !found || err != nil {
			t.Fatalf("systemd-analyze says (%d):\n%s%s", r.Code, r.Out, r.Err)
		}
		if exposure > most {
			t.Errorf("%s: exposure %.1f, want at most %.1f:\n%s", unit, exposure, most, r.Out)
		}
	}
}

// In a root that holds the program and /proc alone, as another user, as a
// container of the Containerfile's would be, it runs under --strict.
func TestRunsFromAnEmptyRoot(t *testing.T) {
	root := t.TempDir()
	program, err := os.ReadFile(e2e.StaticBinary(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "sotto"), program, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(root, "proc"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	enter := fmt.Sprintf("mount --bind %[1]s %[1]s && mount -t proc proc %[1]s/proc && mount -o remount,ro,bind %[1]s && "+
		"exec chroot --userspec=65532:65532 %[1]s /sotto %[2]s", root, strings.Join(e2e.ServeArgs("--strict", "--allow-swap"), " "))
	s := e2e.StartCommand(t, exec.Command("unshare", "--mount", "sh", "-c", enter))
	anna, _ := s.Join(t, "den", "anna")
	if r := s.Run("hello\n", "den"); r.Code != 0 {
		t.Errorf("ssh: exit %d, %s", r.Code, r.Err)
	}
	anna.AwaitSaid("hello")
}
