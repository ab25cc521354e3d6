package sshsrv

import (
	"bytes"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/ogg"
	"sotto/rooms/voice"
)

// withVoice has a server offer it.
func withVoice(c *Config) { c.Voice = voice.New(voice.Config{}) }

// recording is so many packets of 20 ms in which somebody speaks, each with that byte.
func recording(t *testing.T, n byte, packets int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := ogg.NewWriter(&b, 1)
	if err != nil {
		t.Fatal(err)
	}
	packet := bytes.Repeat([]byte{n}, 60)
	packet[0] = 0xf8
	for range packets {
		if err := w.Write(packet, 960); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// playing reads what a guest hears until its end, and then says how many packets came in
// which somebody spoke, with which byte, and of how many in all.
func playing(t *testing.T, g *guest) func() (spoken map[byte]int, all int) {
	t.Helper()
	spoken, all, done := make(map[byte]int), 0, make(chan struct{})
	go func() {
		defer close(done)
		r := ogg.NewReader(g.out)
		for {
			p, err := r.Next()
			if err != nil {
				if err != io.EOF {
					t.Error(err)
				}
				return
			}
			if all++; p.Voiced {
				spoken[p.Data[1]]++
			}
		}
	}()
	return func() (map[byte]int, int) {
		<-done
		return spoken, all
	}
}

// pipeIn pipes something in whole, and ends the input.
func pipeIn(t *testing.T, g *guest, b []byte) {
	t.Helper()
	go func() {
		if _, err := g.in.Write(b); err == nil {
			g.in.Close()
		}
	}()
}

// Who pipes a recording in is heard in its time by who listens, is shown as speaking while
// they are, and is gone once all of it was spoken. Words are not written.
func TestVoicePipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t, withVoice)
		seat, err := h.hub.Join(t.Context(), rooms.Visitor{Room: "den", Nick: "anna"})
		if err != nil {
			t.Fatal(err)
		}
		defer seat.Close()
		ear := h.run("den --voice --listen --nick ear")
		ear.in.Close()
		heard := playing(t, ear)
		synctest.Wait()

		began := time.Now()
		mouth := h.run("den --voice --nick mouth")
		pipeIn(t, mouth, recording(t, 7, 100))
		own := playing(t, mouth)
		time.Sleep(time.Second)
		if err := seat.Do(t.Context(), rooms.Say{Text: "words"}); err != nil {
			t.Fatal(err)
		}
		if spoken, _ := own(); len(spoken) != 0 {
			t.Errorf("they heard themselves: %v", spoken)
		}
		mouth.ends(exitClean, "")
		if took := time.Since(began); took < 2*time.Second || took > 3*time.Second {
			t.Errorf("two seconds were spoken in %v", took)
		}
		states, names := map[string][]rooms.Voice{}, map[string]string{}
		time.Sleep(time.Second)
		for {
			events, err := seat.Take()
			if err != nil || len(events) == 0 {
				break
			}
			for _, e := range events {
				switch e := e.(type) {
				case *rooms.Joined:
					names[e.Member.ID] = string(e.Member.Nick)
					if e.Member.Via != rooms.ViaPipe {
						t.Errorf("%s came by %v", e.Member.Nick, e.Member.Via)
					}
				case *rooms.VoiceNow:
					states[names[e.Member]] = append(states[names[e.Member]], rooms.Voice{In: e.In, Muted: e.Muted, Speaking: e.Speaking})
				}
			}
		}
		h.hub.Close()
		spoken, all := heard()
		ear.ends(exitEnded, rooms.ErrShutdown.Message)
		if spoken[7] != 100 || all < 150 {
			t.Errorf("of a hundred packets came %v, of %d", spoken, all)
		}
		if got := states["ear"]; len(got) != 1 || got[0] != (rooms.Voice{In: true, Muted: true}) {
			t.Errorf("who only hears was shown as %+v", got)
		}
	})
}

// While somebody speaks by a pipe, the room is told so; while a host has muted them, nobody
// hears them, and they are told.
func TestVoicePipeIsShownAndMuted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t, withVoice)
		host, err := h.hub.Join(t.Context(), rooms.Visitor{Room: "den", Nick: "anna", Host: true})
		if err != nil {
			t.Fatal(err)
		}
		defer host.Close()
		mouth := h.run("den --voice --nick mouth")
		own := playing(t, mouth)
		pipeIn(t, mouth, recording(t, 7, 500))
		time.Sleep(time.Second)
		member := ""
		state := func() (now rooms.Voice) {
			t.Helper()
			for {
				events, err := host.Take()
				if err != nil {
					t.Fatal(err)
				}
				if len(events) == 0 {
					return now
				}
				for _, e := range events {
					if v, ok := e.(*rooms.VoiceNow); ok {
						member, now = v.Member, rooms.Voice{In: v.In, Muted: v.Muted, Speaking: v.Speaking}
					}
				}
			}
		}
		is := state()
		if !is.In || is.Muted || !is.Speaking {
			t.Fatalf("shown as %+v", is)
		}
		if err := host.Do(t.Context(), rooms.Mute{To: member, For: time.Minute}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if is := state(); !is.In || !is.Muted || is.Speaking {
			t.Errorf("muted, and shown as %+v", is)
		}
		if err := host.Do(t.Context(), rooms.Remove{To: member}); err != nil {
			t.Fatal(err)
		}
		own()
		mouth.ends(exitEnded, "A host has muted you")
	})
}

func TestVoicePipeRefused(t *testing.T) {
	silent := open(t)
	silent.run("den --voice").ends(exitEnded, errNoVoice.Message)

	h := open(t, withVoice)
	for input, want := range map[string]string{
		"hello\n":                  "That is no Ogg stream, and voice takes Ogg Opus",
		"RIFF\x00\x00\x00\x00WAVE": "That is WAV",
	} {
		g := h.run("den --voice")
		g.says(input)
		g.ends(exitEnded, want)
	}
	g := h.run("den --voice") // of which every page is broken
	g.says("OggS\x00\x02 and no more")
	g.in.Close()
	g.ends(exitEnded, "No sound could be read in that Ogg stream")
	g = h.run("den --voice") // nothing to say is said at once
	g.in.Close()
	g.ends(exitClean, "")
	g = h.run("den --voice --json")
	g.ends(exitUsage, errVoiceText.Error())

	room := "6d2f0c9b1e8a47359d0b1c2e3f4a5b6c"
	seat, err := h.hub.Join(t.Context(), rooms.Visitor{Room: room, Hello: "hello"})
	if err != nil {
		t.Fatal(err)
	}
	defer seat.Close()
	h.run(room+" --voice").ends(exitEnded, "/s/#KEY --voice")
	h.run("s/ --voice").ends(exitEnded, "/s/#KEY --voice")

	full := open(t, func(c *Config) { c.Voice = voice.New(voice.Config{Size: 2}) })
	for range 2 {
		g := full.run("den --voice --listen")
		if _, err := g.out.Peek(4); err != nil {
			t.Fatal(err)
		}
	}
	full.run("den --voice").ends(exitEnded, "2 people are in this room's voice already")
}

// Who reads nothing of what they hear is slow for nobody but themselves.
func TestVoicePipeThatReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t, withVoice)
		deaf := h.run("den --voice --listen --nick deaf")
		ear := h.run("den --voice --listen --nick ear")
		heard := playing(t, ear)
		synctest.Wait()
		mouth := h.run("den --voice --nick mouth")
		own := playing(t, mouth)
		pipeIn(t, mouth, recording(t, 7, 500))
		own()
		mouth.ends(exitClean, "")
		deaf.session.Close()
		h.hub.Close()
		if spoken, _ := heard(); spoken[7] != 500 {
			t.Errorf("of 500 packets came %v", spoken)
		}
		ear.ends(exitEnded, rooms.ErrShutdown.Message)
	})
}
