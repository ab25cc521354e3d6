//go:build e2e

package prove

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sotto/cmd/sotto/e2e"
	"sotto/sshsrv/rawssh"
)

var sshAttacks = []attack{
	{name: "giant windows", run: windows(1_000_000, 1_000_000, 1<<32-1)},
	{name: "windows of nothing", run: windows(0, 0, 0)},
	{name: "resize storm", run: withSession(func(ctx context.Context, ch *session) error {
		for n := uint32(1); ctx.Err() == nil && ch.resize(n%400, n%200) == nil; n++ {
		}
		return nil
	})},
	{name: "environment flood before the shell", run: withChannel(func(ctx context.Context, ch *session) error {
		value := strings.Repeat("x", 30_000)
		for n := 0; ctx.Err() == nil; n++ {
			if ch.request("env", struct{ Name, Value string }{fmt.Sprint("LC_", n), value}) != nil {
				return nil
			}
		}
		return nil
	})},
	{name: "TERM of 200 kB", run: withChannel(func(ctx context.Context, ch *session) error {
		return errors.Join(ch.pty(strings.Repeat("x", 200_000), 80, 24), ch.request("exec", struct{ Line string }{"attic"}))
	})},
	{name: "command of 200 kB", run: withChannel(func(ctx context.Context, ch *session) error {
		return ch.request("exec", struct{ Line string }{strings.Repeat("attic ", 33_000)})
	})},
	{name: "5,000 channels", run: withConnection(func(ctx context.Context, c *gossh.Client) error {
		for range 5000 {
			if _, _, err := c.OpenChannel("session", nil); err != nil && !isOpenError(err) || ctx.Err() != nil {
				return nil
			}
		}
		return nil
	})},
	{name: "forwarding flood", run: withConnection(func(ctx context.Context, c *gossh.Client) error {
		for ctx.Err() == nil {
			ch, _, err := c.OpenChannel("direct-tcpip", gossh.Marshal(struct {
				Host string
				Port uint32
				From string
				Via  uint32
			}{"127.0.0.1", 22, "127.0.0.1", 1}))
			if err == nil {
				return errors.Join(errors.New("a connection was forwarded"), ch.Close())
			}
			if !isOpenError(err) {
				return nil
			}
		}
		return nil
	})},
	{name: "1,000,000 global requests", run: withConnection(func(ctx context.Context, c *gossh.Client) error {
		for range 1_000_000 {
			if _, _, err := c.SendRequest("keepalive@openssh.com", false, nil); err != nil || ctx.Err() != nil {
				return nil
			}
		}
		return nil
	})},
	{name: "rekey flood", run: func(ctx context.Context, s *e2e.Server) error {
		conn, err := dial(s.SSH)
		if err != nil {
			return err
		}
		defer conn.Close()
		defer context.AfterFunc(ctx, func() { conn.Close() })()
		c, channels, requests, err := gossh.NewClientConn(conn, "", &gossh.ClientConfig{
			HostKeyCallback: gossh.InsecureIgnoreHostKey(), Config: gossh.Config{RekeyThreshold: 256},
		})
		if err != nil {
			return err
		}
		return flood(ctx, &session{client: gossh.NewClient(c, channels, requests)})
	}},
	{name: "ping flood", run: func(ctx context.Context, s *e2e.Server) error {
		return python(ctx, s, `
transport.auth_none("x")
while True:
    ping = paramiko.Message()
    ping.add_byte(bytes([192]))
    ping.add_string(b"x" * 1000)
    transport._send_user_message(ping)
`)
	}},
	{name: "silent before the key exchange", run: idle(sshDoor, "")},
	{name: "silent within the key exchange", run: idle(sshDoor, "SSH-2.0-x\r\n"+string(rawssh.Packet(rawssh.KexInit(), false)))},
	{name: "silent after the key exchange", run: func(ctx context.Context, s *e2e.Server) error {
		return together(64, func(int) error {
			conn, err := dial(s.SSH)
			if err != nil {
				return err
			}
			defer context.AfterFunc(ctx, func() { conn.Close() })()
			_, _ = dialSSH(&mute{Conn: conn, after: 4}, guest{}) // version, kexinit, key, newkeys
			return nil
		})
	}},
	{name: "key exchange storm", run: func(ctx context.Context, s *e2e.Server) error {
		return together(2000, func(int) error {
			for ctx.Err() == nil {
				conn, err := dial(s.SSH)
				if err != nil {
					return err
				}
				_ = conn.(*net.TCPConn).SetLinger(0)
				stop := context.AfterFunc(ctx, func() { conn.Close() })
				if client, err := dialSSH(conn, guest{}); err == nil {
					client.Close()
				}
				stop()
			}
			return nil
		})
	}},
	{name: "a version without end", run: func(ctx context.Context, s *e2e.Server) error {
		return pour(ctx, s.SSH, "", strings.Repeat("SSH-3.0-x", 1000))
	}},
	{name: "a packet without end", run: func(ctx context.Context, s *e2e.Server) error {
		return pour(ctx, s.SSH, "SSH-2.0-x\r\n\xff\xff\xff\xf0\x04", strings.Repeat("x", 8192))
	}},
	{name: "a channel closed on a live connection", run: withConnection(func(ctx context.Context, c *gossh.Client) error {
		for ctx.Err() == nil {
			ch, err := openSession(c)
			if err != nil {
				<-ctx.Done() // the connection stays, as long as it may
				return nil
			}
			if err := errors.Join(ch.pty("xterm", 80, 24), ch.request("exec", struct{ Line string }{"attic"}), ch.Close()); err != nil {
				return nil
			}
		}
		return nil
	})},
	{name: "never reading on a screen", run: deaf("xterm", nil)},
	{name: "never reading on a pipe", run: deaf("", nil)},
	{name: "never reading while typing", run: deaf("xterm", func(ctx context.Context, ch *session) error {
		return byteByByte(ctx, ch)
	})},
	{name: "typing before the shell", run: withChannel(func(ctx context.Context, ch *session) error {
		return byteByByte(ctx, ch)
	})},
	{name: "piping byte by byte", run: deaf("", func(ctx context.Context, ch *session) error {
		return byteByByte(ctx, ch)
	})},
	{name: "typing into the error stream", run: withSession(func(ctx context.Context, ch *session) error {
		return byteByByte(ctx, ch.Stderr())
	})},
	{name: "a paste without end", run: withSession(flood)},
}

// deaf clients sit in a room where much is said and read nothing.
func deaf(term string, meanwhile func(context.Context, *session) error) func(context.Context, *e2e.Server) error {
	return func(ctx context.Context, s *e2e.Server) error {
		return errors.Join(together(9, func(i int) error {
			if i == 8 {
				return lecture(ctx, s, "lecture")
			}
			conn, err := dialNarrow(s.SSH, narrow)
			if err != nil {
				return err
			}
			ears := &plugged{Conn: conn, done: ctx.Done()}
			client, err := dialSSH(ears, guest{})
			if err != nil {
				return err
			}
			defer client.Close()
			ch, err := openSession(client)
			if err == nil && term != "" {
				err = ch.pty(term, 200, 100)
			}
			if err == nil {
				err = ch.request("exec", struct{ Line string }{"lecture --nick deaf" + fmt.Sprint(i)})
			}
			ears.plug.Store(true)
			if err == nil && meanwhile != nil {
				defer context.AfterFunc(ctx, func() { conn.Close() })()
				err = meanwhile(ctx, ch)
			}
			<-ctx.Done()
			return err
		}))
	}
}

// lecture is three people who say nearly as much as they may.
func lecture(ctx context.Context, s *e2e.Server, room string) error {
	return together(3, func(i int) error {
		p, err := bySocket(s, guest{room: room, nick: fmt.Sprint("speaker", i)})
		if err != nil {
			return err
		}
		tick := time.NewTicker(25 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ctx.Err() == nil; n++ {
			<-tick.C
			if err := saysUntilHeard(ctx, p, token(100+i, n), strings.Repeat(" many words", 300)); err != nil {
				return fmt.Errorf("the speaker was cut off: %w", err)
			}
		}
		return p.leave()
	})
}

// saysUntilHeard says something again while the room lets nobody say more, as clients
// do, until it has come back.
func saysUntilHeard(ctx context.Context, p *person, said, more string) error {
	for again := time.Duration(0); ; again = time.Second {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(again):
		}
		if err := p.say(said + more); err != nil {
			return err
		}
		err := p.until(said, func() bool {
			_, heard := p.heard[said]
			return heard || bytes.Contains(p.tail, []byte(`"rate_limited"`))
		})
		if err != nil {
			return err
		}
		if _, heard := p.when(said); heard {
			return nil
		}
		p.forget()
	}
}

// narrow is the receive buffer of who reads nothing, in bytes.
const narrow = 4 << 10

// dialNarrow connects with a small receive buffer, so that what is not read
// soon stays with the server.
func dialNarrow(addr string, buffer int) (net.Conn, error) {
	conn, err := dial(addr)
	if err != nil {
		return nil, err
	}
	return conn, conn.(*net.TCPConn).SetReadBuffer(buffer)
}

// plugged reads nothing any more once it is plugged.
type plugged struct {
	net.Conn
	plug atomic.Bool
	done <-chan struct{}
}

func (p *plugged) Read(b []byte) (int, error) {
	if p.plug.Load() {
		<-p.done
		return 0, io.EOF
	}
	return p.Conn.Read(b)
}

// mute drops what is written after so many writes.
type mute struct {
	net.Conn
	after int
}

func (m *mute) Write(b []byte) (int, error) {
	if m.after--; m.after < 0 {
		return len(b), nil
	}
	return m.Conn.Write(b)
}

// together runs so many at once and joins their errors.
func together(n int, run func(i int) error) error {
	failed := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { failed[i] = run(i) })
	}
	all.Wait()
	return errors.Join(failed...)
}

func sshDoor(s *e2e.Server) string { return s.SSH }
func webDoor(s *e2e.Server) string { return s.Web }

// idle opens connections until ctx ends, says a first word on each, and leaves
// them be.
func idle(door func(*e2e.Server) string, first string) func(context.Context, *e2e.Server) error {
	return func(ctx context.Context, s *e2e.Server) error {
		var open []net.Conn
		defer func() {
			for _, c := range open {
				abort(c)
			}
		}()
		for range idlers {
			if ctx.Err() != nil {
				return nil
			}
			c, err := dial(door(s))
			if err != nil {
				return err
			}
			open = append(open, c)
			_, _ = io.WriteString(c, first) // fails where it is refused already
		}
		<-ctx.Done()
		return nil
	}
}

// idlers are all that an attacker of one address and its ports can hold with
// comfort.
const idlers = 10_000

// abort closes a connection without leaving its port in TIME_WAIT.
func abort(c net.Conn) {
	_ = c.(interface{ SetLinger(int) error }).SetLinger(0)
	c.Close()
}

// pour sends a beginning and then the same again until the server or ctx ends
// it, over a few connections, again and again.
func pour(ctx context.Context, addr, first, again string) error {
	return together(8, func(int) error {
		for ctx.Err() == nil {
			c, err := dial(addr)
			if err != nil {
				return err
			}
			stop := context.AfterFunc(ctx, func() { c.Close() })
			_, err = io.WriteString(c, first)
			for err == nil {
				_, err = io.WriteString(c, again)
			}
			stop()
			abort(c)
		}
		return nil
	})
}

// python runs a program that has connected a paramiko transport, until ctx or
// the server ends it.
func python(ctx context.Context, s *e2e.Server, program string) error {
	host, port, _ := net.SplitHostPort(s.SSH)
	const connect = `
import paramiko, socket, sys
host, port, local, header = sys.argv[1:]
connection = socket.create_connection((host, int(port)), source_address=(local, 0))
connection.sendall(header.encode())
transport = paramiko.Transport(connection)
transport.start_client(timeout=60)
print("connected", flush=True)
`
	local, header := "", ""
	if len(sources) > 0 {
		local, header = proxy, proxyHeader(sources[0])
	}
	cmd := exec.CommandContext(ctx, "/usr/bin/python3", "-c", connect+program, host, port, local, header)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	err = cmd.Wait()
	if line != "connected\n" && ctx.Err() == nil {
		return fmt.Errorf("paramiko did not connect: %v\n%s", err, stderr.String())
	}
	return nil
}
