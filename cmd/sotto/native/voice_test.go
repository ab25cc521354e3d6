package native

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/rooms/voice/pipe"
)

// Who talks and who does not is told what becomes of them.
func TestVoiceTells(t *testing.T) {
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	c := talk{visit: Visit{Err: in}, ear: pipe.NewEar(nil), you: "a1"}
	for _, e := range []rooms.Event{
		&rooms.VoiceNow{Member: "a1", In: true, Muted: true}, // as everybody comes in
		&rooms.VoiceAnswered{ID: askUnmute},
		&rooms.VoiceNow{Member: "a1", In: true},
		&rooms.VoiceNow{Member: "b2", In: true, Muted: true},
		&rooms.VoiceNow{Member: "a1", In: true, Muted: true},
		&rooms.VoiceNow{Member: "a1", In: true, Muted: true},
		&rooms.VoiceNow{Member: "a1", In: true, Speaking: true},
		&rooms.Said{Text: "words"},
		&rooms.Refused{ID: "another", Err: rooms.ErrNoVoice},
		&rooms.Link{Up: true},
	} {
		if err := c.happens(e); err != nil {
			t.Errorf("%T ends it: %v", e, err)
		}
	}
	in.Close()
	told := make([]byte, 1000)
	n, _ := out.Read(told)
	if want := "sotto: " + unheard + "\nsotto: " + heardAgain + "\n"; string(told[:n]) != want {
		t.Errorf("told %q, want %q", told[:n], want)
	}
	farewell := &rooms.Ended{Message: "The server is shutting down."}
	for want, e := range map[error]rooms.Event{
		rooms.ErrNoVoice: &rooms.Refused{ID: askOffer, Err: rooms.ErrNoVoice},
		errVoiceLost:     &rooms.Link{},
		farewell:         &rooms.Link{Why: farewell},
	} {
		if err := c.happens(e); !errors.Is(err, want) {
			t.Errorf("%T: %v, want %v", e, err, want)
		}
	}
}

// A server without voice is told before anything is offered.
func TestNoVoiceIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := rooms.NewHub(rooms.Config{})
		defer hub.Close()
		seat, err := hub.Join(t.Context(), rooms.Visitor{Room: "den"})
		if err != nil {
			t.Fatal(err)
		}
		defer seat.Close()
		c := talk{seat: seat, ear: pipe.NewEar(nil)}
		if err := c.connect(t.Context()); !errors.Is(err, errNoVoice) {
			t.Error(err)
		}
	})
}

// What makes no sense is refused before anything is sent.
func TestVoiceRefused(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	secret := seal.NewSecret()
	v := Visit{In: null, Out: null, Err: null, Address: Address{Secret: &secret}}
	if err := v.talk(t.Context(), &host{ssh: &sshDoor{}}); err == nil || !strings.Contains(err.Error(), "https link") {
		t.Error(err)
	}
}
