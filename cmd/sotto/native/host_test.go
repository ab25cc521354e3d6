package native

import (
	"context"
	"errors"
	"strings"
	"testing"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/webbridge/client"
)

// No key goes to the server as a room's name.
func TestNoKeyIsSentAsAName(t *testing.T) {
	asked := 0
	h := &host{connect: func(context.Context) (client.Conn, error) {
		asked++
		return nil, errors.New("nobody answers")
	}}
	for _, typed := range []string{"chat.example/s/#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_h8", "/s/#AAEC", "#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_h8"} {
		_, err := h.enter(t.Context(), typed, "")
		if asked > 0 || err == nil || !strings.Contains(err.Error(), "sealed room's link") || strings.Contains(err.Error(), "seen its key") {
			t.Errorf("%q: the server is asked %d times: %v", typed, asked, err)
		}
	}
}

// What a sealed room is shown as finds its link: an open one of that name would be
// given away with it.
func TestNoOpenRoomIsCalledLikeASealedOne(t *testing.T) {
	room := seal.Open(seal.NewSecret())
	if name, err := rooms.ParseRoomName(shownName(room)); err == nil {
		t.Errorf("an open room can be called %s", name)
	}
}

// ear is a connection whose other end only reads.
type ear struct{ heard strings.Builder }

func (e *ear) Read(context.Context) ([]byte, error) { return nil, errors.New("nothing is said") }
func (e *ear) Write(_ context.Context, message []byte) error {
	e.heard.Write(message)
	return nil
}
func (e *ear) Close() {}

// What somebody says at the door of a sealed room is no server's to read; at an open one
// it is what those inside are told.
func TestNoLineIsLeftAtASealedDoor(t *testing.T) {
	server, err := ParseAddress("http://chat.example")
	if err != nil {
		t.Fatal(err)
	}
	for room, leaves := range map[string]bool{"lobby": true, "http://chat.example/s/#" + seal.NewSecret().String(): false} {
		e := &ear{}
		h := &host{server: server, links: map[string]string{}, connect: func(context.Context) (client.Conn, error) { return e, nil }}
		_, err := h.knock(t.Context(), room, "zoe", "canary", func(int) {})
		if heard := e.heard.String(); err == nil || !strings.Contains(heard, `"knock"`) || strings.Contains(heard, "canary") != leaves {
			t.Errorf("the server reads %q, and %v", heard, err)
		}
	}
}
