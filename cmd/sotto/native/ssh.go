package native

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"

	"golang.org/x/crypto/ssh"

	"sotto/rooms"
	"sotto/rooms/wire"
	"sotto/webbridge/client"
)

const (
	// login is the only thing that the protocol of ssh makes a client say about
	// its person, and the same for everybody.
	login = "anon"
	// subsystem carries the frames of the WebSocket, one a line.
	subsystem = "sotto"
)

// sshDoor connects to a server's ssh door.
type sshDoor struct {
	address string // host:port
	keys    *hostKeys
}

// newSSHDoor finds the door at a URL's host.
func newSSHDoor(host string, keys *hostKeys) *sshDoor {
	if _, _, err := net.SplitHostPort(host); err != nil {
		host = net.JoinHostPort(trimBrackets(host), "22")
	}
	return &sshDoor{address: host, keys: keys}
}

func trimBrackets(host string) string {
	if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
		return host[1 : n-1]
	}
	return host
}

// handshake connects, checks the server's key and gets in: by authentication
// "none", which offers no key and no password.
func (d *sshDoor) handshake(ctx context.Context) (*ssh.Client, error) {
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", d.address)
	if err != nil {
		return nil, client.Reason("the server can't be reached", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	var refusal error
	conn, channels, requests, err := ssh.NewClientConn(raw, d.address, &ssh.ClientConfig{
		User: login, HostKeyCallback: func(host string, remote net.Addr, key ssh.PublicKey) error {
			refusal = d.keys.check(host, remote, key)
			return refusal
		},
	})
	switch {
	case !stop():
		_ = raw.Close()
		return nil, client.Reason("the server can't be reached", ctx.Err())
	case refusal != nil:
		_ = raw.Close()
		return nil, refusal
	case err != nil:
		_ = raw.Close()
		return nil, client.Reason("the ssh server at that address doesn't let anybody in", err)
	}
	return ssh.NewClient(conn, channels, requests), nil
}

// connect opens the subsystem. A key that is not believed ends whatever it was for:
// trying again would show it to whoever stands in between, again and again.
func (d *sshDoor) connect(ctx context.Context) (client.Conn, error) {
	c, err := d.handshake(ctx)
	var refused *keyError
	switch {
	case errors.As(err, &refused):
		return nil, &rooms.Ended{Code: rooms.NotAllowed, Message: rooms.Sentence(refused.Error())}
	case err != nil:
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	s, err := c.NewSession()
	if err == nil {
		conn := &sshConn{client: c}
		if conn.in, err = s.StdinPipe(); err == nil {
			var out io.Reader
			if out, err = s.StdoutPipe(); err == nil {
				conn.out = bufio.NewReaderSize(out, wire.MaxFrameBytes+1)
				if err = s.RequestSubsystem(subsystem); err == nil {
					return conn, nil
				}
			}
		}
	}
	_ = c.Close()
	return nil, client.Reason("the ssh server at that address does not speak sotto's protocol", err)
}

// sshConn carries frames over ssh, one a line, as a [client.Conn].
type sshConn struct {
	client *ssh.Client
	in     io.WriteCloser
	out    *bufio.Reader
}

func (c *sshConn) Read(ctx context.Context) ([]byte, error) {
	defer c.until(ctx)()
	line, err := c.out.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	return line[:len(line)-1], nil
}

func (c *sshConn) Write(ctx context.Context, message []byte) error {
	defer c.until(ctx)()
	_, err := c.in.Write(append(bytes.Clone(message), '\n'))
	return err
}

func (c *sshConn) Close() { _ = c.client.Close() } // says only that it was closed already

// until closes the connection when ctx ends, which frees whoever waits for it;
// the function that it returns takes that back.
func (c *sshConn) until(ctx context.Context) func() bool { return context.AfterFunc(ctx, c.Close) }
