//go:build e2e

package prove

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"github.com/coder/websocket"
	gossh "golang.org/x/crypto/ssh"

	"sotto/cmd/sotto/e2e"
)

// A person is in a room by one of the doors.
type person struct {
	*ears
	say    func(text string) error
	leave  func() error          // by the door's own way out; waits for its end
	hangUp func()                // over ssh: without a word
	send   func(e2e.Frame) error // over a socket
}

// guest is what a person brings along.
type guest struct {
	room, nick string
	login      string // over ssh
	client     string // version or User-Agent
	from       net.IP // source address, nil for any
	owing      bool   // by a socket: they ask for a ticket, and acknowledge nothing
	source     string // what a trusted proxy says the source address is; empty: there is none
}

func (g guest) dial(addr string) (net.Conn, error) {
	if g.source != "" {
		return dialAs(g.source, addr)
	}
	return dialFrom(g.from, addr)
}

// doors lead into a room.
var doors = map[string]func(*e2e.Server, guest) (*person, error){
	"screen":   byScreen,
	"pipe":     byPipe,
	"json":     byJSON,
	"socket":   bySocket,
	"paramiko": byParamiko,
}

func dialFrom(from net.IP, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: patience}
	if from != nil {
		d.LocalAddr = &net.TCPAddr{IP: from}
	}
	return d.Dial("tcp", addr)
}

// dialSSH is a handshake over conn, which it closes if that fails.
func dialSSH(conn net.Conn, g guest) (*gossh.Client, error) {
	config := &gossh.ClientConfig{User: g.login, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: patience}
	if g.client != "" {
		config.ClientVersion = "SSH-2.0-" + g.client
	}
	c, channels, requests, err := gossh.NewClientConn(conn, "", config)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return gossh.NewClient(c, channels, requests), nil
}

// sshSession runs a command line on a connection of its own, under a terminal
// if it has a size.
func sshSession(s *e2e.Server, g guest, width, height int, words string) (*person, io.WriteCloser, error) {
	conn, err := g.dial(s.SSH)
	if err != nil {
		return nil, nil, err
	}
	client, err := dialSSH(conn, g)
	if err != nil {
		return nil, nil, err
	}
	session, err := client.NewSession()
	if err != nil {
		return nil, nil, errors.Join(err, client.Close())
	}
	p := &person{ears: newEars()}
	session.Stdout, session.Stderr = p.ears, p.ears
	in, err := session.StdinPipe()
	if err == nil && width > 0 {
		err = session.RequestPty("xterm-256color", height, width, gossh.TerminalModes{})
	}
	if err == nil {
		err = session.Start(words)
	}
	if err != nil {
		return nil, nil, errors.Join(err, client.Close())
	}
	p.hangUp = func() { client.Close() }
	ended := make(chan error, 1)
	go func() {
		err := session.Wait()
		p.end()
		client.Close()
		ended <- err
	}()
	p.leave = func() error {
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			client.Close()
			return errors.New("the session goes on after its end")
		}
	}
	return p, in, nil
}

func words(g guest, flags string) string {
	return strings.TrimSpace(g.room + " --nick " + g.nick + " " + flags)
}

// byScreen is the full-screen door, with room for what a storm pushes up.
func byScreen(s *e2e.Server, g guest) (*person, error) {
	p, in, err := sshSession(s, g, 120, 100, words(g, ""))
	if err != nil {
		return nil, err
	}
	end := p.leave
	p.say = func(text string) error { _, err := io.WriteString(in, text+"\r"); return err }
	p.leave = func() error { return errors.Join(p.say("/quit"), end()) }
	return p, p.await(g.nick)
}

func byPipe(s *e2e.Server, g guest) (*person, error) {
	p, in, err := sshSession(s, g, 0, 0, words(g, ""))
	if err != nil {
		return nil, err
	}
	end := p.leave
	p.say = func(text string) error { _, err := io.WriteString(in, text+"\n"); return err }
	p.leave = func() error { return errors.Join(in.Close(), end()) }
	return p, p.await("you are")
}

func byJSON(s *e2e.Server, g guest) (*person, error) {
	p, in, err := sshSession(s, g, 0, 0, words(g, "--json"))
	if err != nil {
		return nil, err
	}
	end := p.leave
	p.say = func(text string) error { _, err := in.Write(append(sayFrame(text), '\n')); return err }
	p.leave = func() error { return errors.Join(in.Close(), end()) }
	return p, p.await(`"welcome"`)
}

// sayFrame says text, or what a command of the pages' composer would do.
func sayFrame(text string) []byte {
	frame := e2e.Frame{"t": "say", "text": text}
	if topic, ok := strings.CutPrefix(text, "/topic "); ok {
		frame = e2e.Frame{"t": "topic", "text": topic}
	}
	var re uint64
	if n, err := fmt.Sscanf(text, "/retract %d", &re); err == nil && n == 1 {
		frame = e2e.Frame{"t": "retract", "re": re}
	}
	if n, err := fmt.Sscanf(text, "/amend %d", &re); err == nil && n == 1 {
		_, text, _ = strings.Cut(strings.TrimPrefix(text, "/amend "), " ")
		frame = e2e.Frame{"t": "amend", "re": re, "text": text}
	}
	data, err := json.Marshal(frame)
	if err != nil {
		panic(err) // strings always encode
	}
	return data
}

// bySocket is what a page does, without the page: not resumable, but for who owes every
// acknowledgement.
func bySocket(s *e2e.Server, g guest) (*person, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := dialSocket(ctx, s, g)
	if err != nil {
		return nil, err
	}
	p := &person{ears: newEars()}
	write := func(frame []byte) error {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		return conn.Write(ctx, websocket.MessageText, frame)
	}
	go func() {
		defer p.end()
		defer conn.CloseNow()
		for {
			_, data, err := conn.Read(context.Background())
			if err != nil {
				return
			}
			p.Write(data)
		}
	}()
	p.say = func(text string) error { return write(sayFrame(text)) }
	p.send = func(f e2e.Frame) error {
		data, err := json.Marshal(f)
		return errors.Join(err, write(data))
	}
	p.leave = func() error { return errors.Join(write([]byte(`{"t":"leave"}`)), p.awaitEnd()) }
	join, err := json.Marshal(e2e.Frame{"t": "join", "room": g.room, "nick": g.nick, "resume": g.owing})
	if err != nil {
		return nil, err
	}
	return p, errors.Join(write(join), p.await(`"welcome"`))
}

func dialSocket(ctx context.Context, s *e2e.Server, g guest) (*websocket.Conn, error) {
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) { return g.dial(s.Web) }}
	header := http.Header{}
	if g.client != "" {
		header.Set("User-Agent", g.client)
	}
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(s.URL, "http")+"/ws",
		&websocket.DialOptions{Subprotocols: []string{"sotto.v1"}, HTTPClient: &http.Client{Transport: transport}, HTTPHeader: header})
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(1 << 20)
	return conn, nil
}

// byParamiko offers a key whatever the server says, and then is a pipe.
func byParamiko(s *e2e.Server, g guest) (*person, error) {
	const program = `
import paramiko, socket, sys, threading, base64
host, port, source, login, client, words = sys.argv[1:]
transport = paramiko.Transport(socket.create_connection((host, int(port)), source_address=(source, 0)))
transport.local_version = "SSH-2.0-" + client
transport.start_client(timeout=60)
key = paramiko.ECDSAKey.generate()
print("offers", base64.b64encode(key.asbytes()).decode(), flush=True)
transport.auth_publickey(login, key)
channel = transport.open_session()
channel.exec_command(words)
def read():
    for data in iter(lambda: channel.recv(4096), b""):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
reading = threading.Thread(target=read)
reading.start()
for line in sys.stdin:
    channel.sendall(line.encode())
channel.shutdown_write()
reading.join()
status = channel.recv_exit_status()
transport.close()
sys.exit(status)
`
	host, port, _ := net.SplitHostPort(s.SSH)
	from := ""
	if g.from != nil {
		from = g.from.String()
	}
	cmd := exec.Command("/usr/bin/python3", "-c", program, host, port, from, g.login, g.client, words(g, ""))
	p := &person{ears: newEars()}
	cmd.Stdout, cmd.Stderr = p.ears, p.ears
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		p.end()
		ended <- err
	}()
	p.say = func(text string) error { _, err := io.WriteString(in, text+"\n"); return err }
	p.leave = func() error {
		in.Close()
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			cmd.Process.Kill()
			return errors.New("paramiko goes on")
		}
	}
	return p, p.await("you are")
}
