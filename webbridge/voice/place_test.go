package voice

import (
	"errors"
	"testing"

	"sotto/rooms"
	"sotto/rooms/voice"
)

// TestWhoNeverConnectsGivesWay to a newcomer, and is told why; who is connected does not.
func TestWhoNeverConnectsGivesWay(t *testing.T) {
	w := newWorld(t)
	w.cfg.Calls = voice.New(voice.Config{Size: 2})
	t.Cleanup(w.cfg.Calls.Close)
	anna, bob := w.newBrowser(t, "", byUDP), w.newBrowser(t, "", byUDP)
	anna.connect()
	if _, err := bob.talk.Ask(t.Context(), rooms.AskVoice{On: true, Offer: bob.offer()}); err != nil {
		t.Fatal(err)
	}
	seat, err := w.hub.Join(t.Context(), rooms.Visitor{Room: "den"})
	if err != nil {
		t.Fatal(err)
	}
	defer seat.Close()
	until(t, "bob gives way", func() bool {
		p, err := w.cfg.Calls.Join(t.Context(), seat, 6, deaf{})
		if err == nil {
			t.Cleanup(p.Close)
		}
		return err == nil
	}, nil)
	if _, err := bob.talk.Ask(t.Context(), rooms.AskVoice{On: true, Muted: new(true)}); !errors.Is(err, voice.ErrUnconnected) {
		t.Errorf("bob is told %v", err)
	}
	anna.mute(true) // which fails for who is out
}

type deaf struct{}

func (deaf) Hear(int, string, voice.Packet) {}
