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

// inside is a connection whose other end lets in whoever asks, and says nothing more.
type inside struct {
	ear
	told bool
	gone chan struct{}
}

func (i *inside) Read(ctx context.Context) ([]byte, error) {
	if !i.told {
		i.told = true
		return []byte(`{"t":"welcome","v":1,"room":"den","kind":"open","you":{"id":"01","nick":"ear","via":"native"},"members":[{"id":"01","nick":"ear","via":"native"}],"seq":0,"ticket":"t1"}`), nil
	}
	select {
	case <-ctx.Done():
	case <-i.gone:
	}
	return nil, errors.New("it is over")
}
func (i *inside) Close() { close(i.gone) }

// An invitation is shown to the server of its link, and no more once it has let in: it
// may be used up.
func TestAnInvitationIsShownOnce(t *testing.T) {
	const link = "http://chat.example/r/den#Zm9yIGV4YW1wbGUgb25seQ"
	server, err := ParseAddress("http://chat.example")
	if err != nil {
		t.Fatal(err)
	}
	var e *inside
	h := &host{server: server, links: map[string]string{}, connect: func(context.Context) (client.Conn, error) { return e, nil }}
	for _, shows := range []bool{true, false} {
		e = &inside{gone: make(chan struct{})}
		seat, err := h.enter(t.Context(), link, "")
		if err != nil {
			t.Fatal(err)
		}
		_ = seat.Close()
		if heard := e.heard.String(); strings.Contains(heard, `"invite":"Zm9yIGV4YW1wbGUgb25seQ"`) != shows || !strings.Contains(heard, `"room":"den"`) {
			t.Errorf("the server reads %q, shows: %v", heard, shows)
		}
	}
}
