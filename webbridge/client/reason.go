package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"github.com/coder/websocket"

	"sotto/rooms"
)

// Reason is why a connection could not be made, in words for whoever wants to get
// there. What it does not know by itself is passed on behind otherwise, without what
// libraries say around the cause. Words that come from the other end are cleaned.
func Reason(otherwise string, err error) error {
	var name *net.DNSError
	var slow net.Error
	var stranger x509.UnknownAuthorityError
	var misnamed x509.HostnameError
	var invalid x509.CertificateInvalidError
	var noTLS tls.RecordHeaderError
	var closed websocket.CloseError
	var said *reason
	switch {
	case errors.As(err, &said):
		return said
	case errors.As(err, &name) && name.IsNotFound:
		return because("there is no server of that name: no address is known for %s", rooms.CleanTopic(name.Name))
	case errors.As(err, &name):
		return because("the server's name can't be looked up just now: no name server answers")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return because("the server does not answer")
	case errors.Is(err, syscall.ECONNREFUSED):
		return because("nothing listens at the server's address and port: the connection was refused")
	case anyOf(err, syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.EADDRNOTAVAIL):
		return because("no network leads from here to the server's address")
	case anyOf(err, syscall.EACCES, syscall.EPERM):
		return because("this machine does not let this program connect to the server's address")
	case errors.As(err, &stranger):
		return because("the server's certificate is not signed by anybody whom this machine trusts")
	case errors.As(err, &misnamed):
		return because("the server's certificate is for another name than %s", rooms.CleanTopic(misnamed.Host))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return because("the server's certificate has expired or is not valid yet, or the clock of this machine is wrong")
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &noTLS):
		return because("what answers at that address does not speak TLS: perhaps http:// is meant, not https://")
	case anyOf(err, io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, net.ErrClosed), errors.As(err, &closed):
		return because("the connection was cut before the server had answered")
	}
	text := rooms.Cause(err).Error()
	for _, known := range saidByLibraries {
		if strings.Contains(text, known.has) {
			return because("%s", known.means)
		}
	}
	text = rooms.CleanTopic(text)
	return because("%s: %s", otherwise, strings.ToValidUTF8(text[:min(len(text), maxForeign)], ""))
}

// maxForeign is how much of somebody else's words is shown, in bytes: a sentence.
const maxForeign = 200

// saidByLibraries are errors that have no type.
var saidByLibraries = []struct{ has, means string }{
	{"ssh: unable to authenticate", "the ssh server at that address lets nobody in without a key or a password, so it is not sotto's"},
	{"ssh: overflow reading version string", "what answers at that address is no ssh server"},
	{"ssh: junk character in version line", "what answers at that address is no ssh server"},
	{"ssh: subsystem request failed", "the ssh server at that address does not speak sotto's protocol"},
	{"malformed HTTP", "what answers at that address is no web server"},
}

// reason is an error that was put into words.
type reason struct{ text string }

func (r *reason) Error() string { return r.text }

func because(format string, values ...any) error { return &reason{fmt.Sprintf(format, values...)} }

func anyOf(err error, causes ...error) bool {
	for _, cause := range causes {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}
