package native

import (
	"context"
	"errors"
	"io"
	"strings"

	"golang.org/x/crypto/ssh"

	"sotto/webbridge/client"
)

// errEnded is how a talk over ssh ends from the other side: its last words are on standard
// error.
var errEnded = errors.New("the server ended it, and said why")

// talkOver is the voice of an open room over ssh, where the server carries it as it does a
// plain ssh's.
func (v Visit) talkOver(ctx context.Context, door *sshDoor, in io.Reader, hangUp func()) error {
	c, err := door.handshake(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	s, err := c.NewSession()
	if err != nil {
		return client.Reason("the ssh server at that address opens no session", err)
	}
	to, err := s.StdinPipe()
	if err != nil {
		return err
	}
	s.Stdout, s.Stderr = v.Out, v.Err
	if err := s.Start(v.voiceWords()); err != nil {
		return client.Reason("the ssh server at that address does not speak sotto's protocol", err)
	}
	said := make(chan struct{})
	go func() {
		defer close(said)
		_, _ = io.Copy(to, in) // it ends with the session, or with the input
		_ = to.Close()
	}()
	err = s.Wait()
	hangUp()
	_ = c.Close() // frees who still writes
	<-said
	switch refused := (*ssh.ExitError)(nil); {
	case ctx.Err() != nil, err == nil:
		return nil
	case errors.As(err, &refused):
		return errEnded
	}
	return errVoiceLost
}

// voiceWords is the command line of it.
func (v Visit) voiceWords() string {
	words := []string{v.Address.Room, "--voice"}
	if v.Listen {
		words = append(words, "--listen")
	}
	if v.Host {
		words = append(words, "--host")
	}
	if v.Nick != "" {
		words = append(words, "--nick="+v.Nick)
	}
	if v.Address.Invite != "" {
		words = append(words, "--invite="+v.Address.Invite)
	}
	return strings.Join(words, " ")
}
