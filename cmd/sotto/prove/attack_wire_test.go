//go:build e2e

package prove

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/sshsrv/rawssh"
)

// What can be sent below a session: messages that no library would let anybody
// send. Where the protocol says that a connection ends, it must; where it says
// nothing, it may go on for as long as it likes to.
var wireAttacks = []attack{
	{name: "messages that mean nothing", run: below((*rawssh.Conn).Come, []ending{
		{floods(rawssh.Message(rawssh.MsgIgnore, strings.Repeat("x", 1000))), false},
		{floods(rawssh.Message(rawssh.MsgDebug, true, "a word", "en")), false},
		{floods(rawssh.Message(rawssh.MsgUnimplemented, 7)), true},
		{floods(rawssh.Message(rawssh.MsgExtInfo, 1, "server-sig-algs", "ssh-ed25519")), true},
		{floods(rawssh.Message(rawssh.MsgUnknown)), true},
	}...)},
	{name: "answers to what nobody asked", run: below((*rawssh.Conn).Come, []ending{
		{floods(rawssh.Message(rawssh.MsgRequestSuccess), rawssh.Message(rawssh.MsgRequestFailure)), true},
		{floods(rawssh.Message(rawssh.MsgChannelConfirm, 0, 0, 1<<20, 1<<15)), true},
		{floods(rawssh.Message(rawssh.MsgChannelRefused, 0, 1, "no", "")), true},
		{floods(rawssh.Message(rawssh.MsgChannelSuccess, 0), rawssh.Message(rawssh.MsgChannelFailure, 0)), true},
	}...)},
	{name: "data for no channel", run: below((*rawssh.Conn).Come, []ending{
		{floods(rawssh.Message(rawssh.MsgChannelData, 77, "x")), true},
		{floods(rawssh.Message(rawssh.MsgChannelExtended, 77, 1, "x")), true},
		{floods(rawssh.Message(rawssh.MsgChannelEOF, 77), rawssh.Message(rawssh.MsgChannelClose, 77)), true},
		{floods(rawssh.Message(rawssh.MsgWindowAdjust, 77, 1)), true},
		{floods(rawssh.Message(rawssh.MsgChannelRequest, 77, "shell", true)), true},
	}...)},
	{name: "entering again", run: below((*rawssh.Conn).Come, []ending{
		{floods(rawssh.Message(rawssh.MsgServiceRequest, "ssh-userauth")), true},
		{floods(rawssh.Message(rawssh.MsgAuthRequest, "x", "ssh-connection", "none")), true},
		{floods([]byte{rawssh.MsgNewKeys}), true},
		{floods(rawssh.Message(rawssh.MsgExchange, strings.Repeat("x", 32))), true},
	}...)},
	{name: "global requests of every size", run: below((*rawssh.Conn).Come, []ending{
		{floods(rawssh.Message(rawssh.MsgGlobalRequest, "keepalive@openssh.com", true)), true},
		{floods(rawssh.Message(rawssh.MsgGlobalRequest, strings.Repeat("x", 30_000), false)), true},
		{floods(rawssh.Message(rawssh.MsgGlobalRequest, "tcpip-forward", true, "0.0.0.0", 22)), true},
	}...)},
	{name: "channels of strange kinds", run: below((*rawssh.Conn).Come, []ending{
		{floods(rawssh.Message(rawssh.MsgChannelOpen, "strange", 0, 1<<20, 1<<15)), true},
		{floods(rawssh.Message(rawssh.MsgChannelOpen, strings.Repeat("x", 30_000), 1, 1<<20, 1<<15)), true},
		{floods(rawssh.Message(rawssh.MsgChannelOpen, "direct-tcpip", 2, 1<<20, 1<<15, "127.0.0.1", 22, "127.0.0.1", 1)), true},
		{floods(rawssh.Message(rawssh.MsgChannelOpen, "session", 3, 1<<20, 1<<15)), true}, // all of one number
		{floods(rawssh.Message(rawssh.MsgChannelOpen, "session", 4, 1<<20, 0)), true},
	}...)},
	{name: "windows without end", run: below((*rawssh.Conn).Come, []ending{
		{seated(1<<20, func(theirs int) [][]byte { return [][]byte{rawssh.Message(rawssh.MsgWindowAdjust, theirs, 1<<32-1)} }), true},
		{seated(1<<20, func(theirs int) [][]byte { return [][]byte{rawssh.Message(rawssh.MsgWindowAdjust, theirs, 1)} }), false},
		{seated(0, func(theirs int) [][]byte { return [][]byte{rawssh.Message(rawssh.MsgIgnore, "x")} }), false},
		{seated(1<<20, func(theirs int) [][]byte {
			return [][]byte{rawssh.Message(rawssh.MsgChannelData, theirs, strings.Repeat("x", 60_000))}
		}), true},
	}...)},
	{name: "close races", run: below((*rawssh.Conn).Come, []ending{
		{func(c *rawssh.Conn) { races(c, rawssh.MsgChannelEOF, rawssh.MsgChannelClose) }, true},
		{func(c *rawssh.Conn) { races(c, rawssh.MsgChannelClose, rawssh.MsgChannelClose, rawssh.MsgChannelEOF) }, true},
		{func(c *rawssh.Conn) { races(c, rawssh.MsgChannelClose) }, true},
	}...)},
	{name: "questions before entering", run: below((*rawssh.Conn).Knock, []ending{
		{asks(rawssh.Message(rawssh.MsgAuthRequest, "x", "ssh-connection", "keyboard-interactive", "", "")), false}, // it is let in, and has a minute for a session
		{asks(rawssh.Message(rawssh.MsgAuthRequest, "x", "ssh-connection", "publickey", false, "ssh-ed25519",
			string(rawssh.Message(0, "ssh-ed25519", strings.Repeat("k", 32))[1:]))), true},
		{asks(rawssh.Message(rawssh.MsgAuthRequest, "x", "ssh-connection", "strange")), true},
		{asks(rawssh.Message(rawssh.MsgAuthAnswer, 0)), true},
	}...)},
	{name: "half packets", run: below((*rawssh.Conn).Come, []ending{
		{func(c *rawssh.Conn) {
			whole := c.Sealed(rawssh.Message(rawssh.MsgIgnore, "word"))
			c.Write(whole[:len(whole)-5])
			waitOn(c)
		}, false},
		{func(c *rawssh.Conn) {
			whole := c.Sealed(rawssh.Message(rawssh.MsgIgnore, "word"))
			whole[8]++
			c.Write(whole)
			waitOn(c)
		}, true},
		{func(c *rawssh.Conn) { c.Write(make([]byte, 4)); waitOn(c) }, true},
		{func(c *rawssh.Conn) { c.Write([]byte{255, 255, 255, 255}); waitOn(c) }, true},
	}...)},
	{name: "exchanges begun and not finished", run: below((*rawssh.Conn).Come, []ending{
		{func(c *rawssh.Conn) { c.Send(rawssh.KexInit()); c.Flood(rawssh.Message(rawssh.MsgIgnore, "x")) }, true},
		{func(c *rawssh.Conn) { c.Send(rawssh.KexInit()); waitOn(c) }, false},
		{floods(rawssh.KexInit()), true},
		{func(c *rawssh.Conn) {
			c.Send(rawssh.KexInit())
			c.Send(rawssh.Message(rawssh.MsgExchange, strings.Repeat("\x00", 32)))
			waitOn(c)
		}, true},
	}...)},
}

// ending is an attack over one connection, and whether the server has to end that.
type ending struct {
	run  func(*rawssh.Conn)
	ends bool
}

// below runs attacks each over a few connections of its own, all at the same time,
// and again over another when the server has ended one. in is how far it comes
// before.
func below(in func(*rawssh.Conn) error, attacks ...ending) func(context.Context, *e2e.Server) error {
	return func(ctx context.Context, s *e2e.Server) error {
		return together(belowEach*len(attacks), func(n int) error {
			i := n % len(attacks)
			for ctx.Err() == nil {
				if err := attacks[i].once(ctx, s, in); err != nil {
					return fmt.Errorf("the %dth: %w", i, err)
				}
			}
			return nil
		})
	}
}

// endsWithin is how long the server may take to end a connection that has to end.
const endsWithin = 15 * time.Second

func (a ending) once(ctx context.Context, s *e2e.Server, in func(*rawssh.Conn) error) error {
	conn, err := dial(s.SSH)
	if err != nil {
		return err
	}
	defer abort(conn)
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	c, err := rawssh.Exchange(conn)
	if err == nil {
		err = in(c)
	}
	if err != nil {
		return nil // refused, for the moment
	}
	a.run(c)
	if !a.ends || ctx.Err() != nil {
		return nil
	}
	c.SetDeadline(time.Now().Add(endsWithin))
	if _, err := io.Copy(io.Discard, c.R); errors.Is(err, net.ErrClosed) || ctx.Err() != nil {
		return nil
	} else if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		return errors.New("the server does not end it")
	}
	return nil
}

// waitOn reads what comes until the connection ends.
func waitOn(c *rawssh.Conn) { _, _ = io.Copy(io.Discard, c.R) }

// floods sends the same again and again, while it reads what comes back.
func floods(payloads ...[]byte) func(*rawssh.Conn) {
	return func(c *rawssh.Conn) {
		done := make(chan struct{})
		go func() { defer close(done); waitOn(c) }()
		c.Flood(payloads...)
		c.Close()
		<-done
	}
}

// seated floods a session that has begun.
func seated(window int, payloads func(theirs int) [][]byte) func(*rawssh.Conn) {
	return func(c *rawssh.Conn) {
		if theirs, err := sit(c, window); err == nil {
			floods(payloads(theirs)...)(c)
		}
	}
}

// asks sends a question, and another when it was answered.
func asks(question []byte) func(*rawssh.Conn) {
	return func(c *rawssh.Conn) {
		for c.Send(question) == nil {
			m, err := c.Receive()
			if err != nil || slices.Contains([]byte{rawssh.MsgAuthSuccess, rawssh.MsgDisconnect}, m[0]) {
				return
			}
		}
	}
}

// races opens a session and closes it in some order, while it is being begun.
func races(c *rawssh.Conn, closing ...byte) {
	done := make(chan struct{})
	go func() { defer close(done); waitOn(c) }()
	for theirs := 0; ; theirs++ {
		all := c.Sealed(rawssh.Message(rawssh.MsgChannelOpen, "session", 0, 1<<20, 1<<15))
		all = append(all, c.Sealed(rawssh.Message(rawssh.MsgChannelRequest, theirs, "exec", true, "attic"))...)
		for _, kind := range closing {
			all = append(all, c.Sealed(rawssh.Message(kind, theirs))...)
		}
		if _, err := c.Write(all); err != nil {
			break
		}
	}
	c.Close()
	<-done
}

// sit opens a session in a room, under a terminal, on channel 0, and returns its
// number at the server.
func sit(c *rawssh.Conn, window int) (theirs int, err error) {
	if err := c.Send(rawssh.Message(rawssh.MsgChannelOpen, "session", 0, window, 1<<15)); err != nil {
		return 0, err
	}
	m, err := c.Await(rawssh.MsgChannelConfirm)
	if err != nil {
		return 0, err
	}
	theirs = int(binary.BigEndian.Uint32(m[5:]))
	return theirs, errors.Join(
		c.Send(rawssh.Message(rawssh.MsgChannelRequest, theirs, "pty-req", false, "xterm", 80, 24, 0, 0, "")),
		c.Send(rawssh.Message(rawssh.MsgChannelRequest, theirs, "exec", false, "attic")))
}
