//go:build e2e

package prove

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"sotto/cmd/sotto/e2e"
)

// chatter is people in a room's voice.
type chatter struct {
	t       *testing.T
	needles []needle // what they brought
	holds   []string // what a core must have while they talk
	ends    []func()
}

// chat has somebody talk in a room's voice by each way: the native client over UDP and over
// TCP, and ssh. A person who only hears has heard each of them when it returns, and the last
// goes on. Another offers a connection, full of the sign, and makes none of it.
func (w *voiceWay) chat(t *testing.T, s *e2e.Server, room, sign string) *chatter {
	t.Helper()
	c := &chatter{t: t}
	recordings := map[string]recording{}
	for _, name := range []string{"a client over UDP", "a client over TCP", "a pipe"} {
		recordings[name] = newRecording(t)
		c.needles = append(c.needles, recordings[name].needles(name)...)
		c.holds = append(c.holds, "sound of "+name+" as Opus")
	}
	hears := listen(t, recordings)
	ear, err := overSSH(s, hears, room, "--voice", "--listen", "--nick", sign+"ear")
	must(t, err)
	must(t, ear.in.Close())
	c.ends = append(c.ends, func() { ear.client.Close() })

	joins := func(name string, udp e2e.UDPState) {
		w.Set(udp)
		client := native(t, s.RoomURL(room), "--voice", "--nick", fmt.Sprintf("%svoice%d", sign, len(c.ends)))
		var said strings.Builder
		client.Stderr = &said
		mouth := recordings[name].speakTo(t, client)
		if err := hears.hears(name, 10); err != nil {
			t.Fatalf("%v; it said %q", err, said.String())
		}
		mouth.pause()
		c.ends = append(c.ends, func() {
			mouth.hangUp()
			_ = client.Wait() // a core may have taken so long that its connection was lost
		})
	}
	joins("a client over UDP", e2e.Passes)
	joins("a client over TCP", e2e.Shut)
	w.Set(e2e.Passes)
	c.needles = append(c.needles, w.needles(t)...)
	c.holds = append(c.holds, "a name of a connection for sound as text", "the address "+w.from.UDP.String()+" as netip.Addr", "the address "+w.from.TCP.String()+" as syscall.SockaddrInet4")

	offers, _ := s.Join(t, room, sign+"offers")
	offers.Send(e2e.Frame{"t": "voice", "on": true, "offer": offerOf(sign), "id": sign})
	if answer := offers.AwaitFrame("an answer", func(f e2e.Frame) bool { return f["id"] == sign }); answer["answer"] == nil {
		t.Errorf("the server answers an offer with %v", answer)
	}
	over := make(chan struct{})
	go func() { // whoever is not there when the server asks for a sign of life is ended
		defer close(over)
		for {
			if _, _, err := offers.Conn.Read(context.Background()); err != nil {
				return
			}
		}
	}()
	c.ends = append(c.ends, func() {
		offers.Send(e2e.Frame{"t": "leave"})
		<-over
	})

	pipe, err := overSSH(s, io.Discard, room, "--voice", "--nick", sign+"pipe")
	must(t, err)
	mouth := recordings["a pipe"].speak(pipe.in)
	must(t, hears.hears("a pipe", 10))
	c.ends = append(c.ends, func() {
		mouth.hangUp()
		_ = pipe.session.Wait() // the same
		pipe.client.Close()
	})
	return c
}

// end has them all leave.
func (c *chatter) end() {
	c.t.Helper()
	for i := range c.ends {
		c.ends[len(c.ends)-1-i]()
	}
}

// speakTo starts a command that talks, and has it say a recording.
func (r recording) speakTo(t *testing.T, cmd *exec.Cmd) *speaker {
	t.Helper()
	in, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // it has ended, mostly
	return r.speak(in)
}

// line is a session over ssh.
type line struct {
	client  *gossh.Client
	session *gossh.Session
	in      io.WriteCloser
}

// overSSH is a session over ssh whose output goes there.
func overSSH(s *e2e.Server, out io.Writer, words ...string) (*line, error) {
	conn, err := dialFrom(nil, s.SSH)
	if err != nil {
		return nil, err
	}
	client, err := dialSSH(conn, guest{})
	if err != nil {
		return nil, err
	}
	l := &line{client: client}
	if l.session, err = client.NewSession(); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	l.session.Stdout = out
	if l.in, err = l.session.StdinPipe(); err == nil {
		err = l.session.Start(strings.Join(words, " "))
	}
	if err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return l, nil
}

// offerOf is an offer of a connection for sound in which everything that its maker may choose
// is a word.
func offerOf(word string) string {
	head := []string{
		"v=0", "o=- 1 1 IN IP4 127.201.77.23", "s=" + word, "t=0 0", "a=group:BUNDLE 0 1", "a=ice-ufrag:" + word, "a=ice-pwd:" + strings.Repeat(word, 3),
		"a=fingerprint:sha-256 " + strings.TrimSuffix(strings.Repeat("AB:", 32), ":"), "a=setup:actpass", "a=msid-semantic: WMS " + word,
	}
	section := func(mid, direction string, more ...string) []string {
		return append([]string{
			"m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 127.201.77.23", "a=mid:" + mid, "a=" + direction, "a=rtcp-mux", "a=rtpmap:111 opus/48000/2",
		}, more...)
	}
	all := append(head, section("0", "sendonly", "a=msid:"+word+" "+word, "a=ssrc:4711 cname:"+word,
		"a=candidate:1 1 udp 2122252543 127.201.77.23 50000 typ host ufrag "+word)...)
	all = append(all, section("1", "recvonly")...)
	return strings.Join(all, "\r\n") + "\r\n"
}
