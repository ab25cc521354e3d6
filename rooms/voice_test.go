package rooms_test

import (
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// voiceOf are the newest that events say of each who is in voice.
func voiceOf(events []rooms.Event) map[string]rooms.Voice {
	now := make(map[string]rooms.Voice)
	for _, e := range events {
		if v, ok := e.(*rooms.VoiceNow); ok {
			now[v.Member] = rooms.Voice{In: v.In, Muted: v.Muted, Speaking: v.Speaking}
		}
	}
	return now
}

// TestVoiceIsTold has how somebody is in voice told to all, once if it is the newest, and to
// whoever comes in or back.
func TestVoiceIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{Voice: true})
		anna := newClient(t, h, "anna")
		if !anna.welcome.Voice {
			t.Error("a welcome does not say that there is voice")
		}
		bob := newClient(t, h, "bob")
		id := anna.welcome.You.ID
		anna.do(rooms.Voice{In: true, Muted: true})
		anna.do(rooms.Voice{In: true})
		anna.do(rooms.Voice{In: true, Speaking: true})
		events := bob.take()
		if n := len(voiceOf(events)); n != 1 || voiceOf(events)[id] != (rooms.Voice{In: true, Speaking: true}) {
			t.Errorf("told %v", events)
		}
		anna.do(rooms.Voice{In: true, Speaking: true})
		if more := voiceOf(bob.take()); len(more) > 0 {
			t.Errorf("what is known is told again: %v", more)
		}
		carl, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby"})
		if err != nil {
			t.Fatal(err)
		}
		first, err := carl.Take()
		if have := voiceOf(first); err != nil || have[id] != (rooms.Voice{In: true, Speaking: true}) {
			t.Errorf("who comes in is told %v", have)
		}
		anna.do(rooms.Voice{})
		if have := voiceOf(bob.take()); have[id] != (rooms.Voice{}) || len(have) != 1 {
			t.Errorf("that she left is told as %v", have)
		}
	})
}

// TestVoiceEndsWithItsConnection: whoever loses it, leaves or is heard of no more is in
// voice no more, and nothing is told of who has left.
func TestVoiceEndsWithItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		anna, bob, carl := newClient(t, h, "anna"), newClient(t, h, "bob"), newClient(t, h, "carl")
		ids := []string{anna.welcome.You.ID, bob.welcome.You.ID}
		anna.do(rooms.Voice{In: true})
		bob.do(rooms.Voice{In: true})
		if have := voiceOf(carl.take()); len(have) != 2 {
			t.Fatalf("told %v", have)
		}
		anna.Close()
		if have := voiceOf(carl.take()); len(have) != 1 || have[ids[0]].In {
			t.Errorf("of a lost connection is told %v", have)
		}
		bob.do(rooms.Voice{In: true, Muted: true})
		bob.do(rooms.Leave{})
		events := carl.take()
		want[*rooms.Left](t, events)
		if have := voiceOf(events); len(have) > 0 {
			t.Errorf("of who has left is told %v", have)
		}
		dora := newClient(t, h, "dora")
		dora.do(rooms.Voice{In: true})
		carl.take()
		time.Sleep(rooms.VoiceFor)
		synctest.Wait()
		if have := voiceOf(carl.take()); len(have) != 1 || have[dora.welcome.You.ID].In {
			t.Errorf("of who was not heard of for a while is told %v", have)
		}
		if speech, err := carl.Speech(); err != nil || speech != (rooms.Speech{}) {
			t.Errorf("carl may %v, %v", speech, err)
		}
	})
}

// TestVoiceIsBounded: more than a few changes in a second are not passed on, leaving is.
func TestVoiceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		anna, bob := newClient(t, h, "anna"), newClient(t, h, "bob")
		told := 0
		for i := range 100 {
			anna.do(rooms.Voice{In: true, Muted: i%2 == 0})
			told += len(voiceOf(bob.take()))
		}
		if told > rooms.VoiceBurst {
			t.Errorf("%d changes at once are passed on", told)
		}
		anna.do(rooms.Voice{})
		if have := voiceOf(bob.take()); len(have) != 1 || have[anna.welcome.You.ID].In {
			t.Errorf("that she left is told as %v", have)
		}
		anna.do(rooms.AskVoice{ID: "x", On: true})
		if r := want[*rooms.Refused](t, anna.take()); r.ID != "x" || r.Err != rooms.ErrNoVoice {
			t.Errorf("a room answers %+v", r)
		}
		watcher, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby", Watch: true})
		if err != nil {
			t.Fatal(err)
		}
		bob.take()
		_ = watcher.Do(t.Context(), rooms.Voice{In: true})
		if have := voiceOf(bob.take()); len(have) > 0 {
			t.Errorf("who watches is told to be in voice: %v", have)
		}
		if speech, _ := watcher.Speech(); speech.Silent != rooms.ErrWatching {
			t.Errorf("who watches may %v", speech)
		}
	})
}

// TestVoiceOfTwoServers: all are told, and the voice lives where it began.
func TestVoiceOfTwoServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, at := hubs(t, 2, rooms.Config{})
		anna, bob := newClient(t, at[0], "anna"), newClient(t, at[1], "bob")
		time.Sleep(time.Second)
		anna.do(rooms.Voice{In: true})
		time.Sleep(time.Second)
		if have := voiceOf(bob.take()); !have[anna.welcome.You.ID].In {
			t.Errorf("at the other server is told %v", have)
		}
		if speech, err := bob.Speech(); err != nil || !speech.Elsewhere {
			t.Errorf("bob may %v, %v", speech, err)
		}
		if speech, err := anna.Speech(); err != nil || speech.Elsewhere {
			t.Errorf("anna may %v, %v", speech, err)
		}
		anna.Close()
		time.Sleep(time.Second)
		if speech, err := bob.Speech(); err != nil || speech.Elsewhere {
			t.Errorf("then bob may %v, %v", speech, err)
		}
	})
}
