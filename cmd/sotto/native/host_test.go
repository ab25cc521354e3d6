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
