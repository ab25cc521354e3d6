//go:build e2e

package prove

import (
	"crypto/hkdf"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// While somebody talks in a sealed room's voice, a core of the server holds no key and nothing
// of the sound. The same search finds the sound of an open room in that core, and that of the
// sealed one, with its key, in the program of whoever talks there.
func TestServerHoldsNothingOfASealedVoice(t *testing.T) {
	s := startStatic(t, nil)
	secret := seal.NewSecret()
	open, sealed := talks(t, s, s.RoomURL("den")), talks(t, s, s.URL+"/s/#"+secret.String())
	open.hears(t)
	sealed.hears(t)
	// Last of all: who comes later has the others' keys step on, and the first be forgotten.
	knows := witness(t, s, secret[:], "witness", 2)
	must(t, knows.send(e2e.Frame{"t": "voice", "on": true, "offer": offerOf("witnesses")}))
	knows.until("a key of each voice", func() bool { return len(knows.voices) == 2 })

	room := seal.Open(secret).Name()
	public := []needle{{"the room's number", "UTF-8", []byte(room)}}
	public = append(public, open.said.needles("an open room")...)
	private := append(knows.all(), sealed.said.needles("a sealed room")...)
	sealed.rest(t) // the server may stand still for so long that it would leave
	f := newFinds(coreOf(t, s.PID()))
	f.all(slices.Concat(public, private))
	t.Logf("the server holds %v, and %d keys and pieces of sound were looked for", f.counts, len(private))
	for _, what := range []string{"the room's number as UTF-8", "sound of an open room as Opus"} {
		if f.counts[what] == 0 {
			t.Errorf("the search does not find %s in the server", what)
		}
		delete(f.counts, what)
	}
	if len(f.counts) > 0 {
		t.Errorf("the server holds %v\n%s", f.counts, lines(f.shown))
	}

	key := knows.voices["mouth"]
	control := newFinds(coreOf(t, sealed.mouth.Process.Pid))
	control.all(append(sealed.said.needles("a sealed room"), key))
	t.Logf("who talks holds %v", control.counts)
	for _, what := range []string{"sound of a sealed room as Opus", key.of + " as " + key.form} {
		if control.counts[what] == 0 {
			t.Errorf("the search does not find %s in the program of whoever talks", what)
		}
	}
}

// twoVoices are two people in a room's voice, of whom one talks.
type twoVoices struct {
	mouth *exec.Cmd
	said  recording
	heard *soundEar
}

// talks has one talk and the other hear it until the test ends.
func talks(t *testing.T, s *e2e.Server, link string) *twoVoices {
	t.Helper()
	v := &twoVoices{said: newRecording(t)}
	v.heard = listen(t, map[string]recording{"mouth": v.said})
	ear := native(t, link, "--voice", "--listen", "--nick", "ear")
	ear.Stdout = v.heard
	in, err := ear.StdinPipe()
	must(t, err)
	must(t, ear.Start())
	t.Cleanup(func() {
		in.Close()
		_ = ear.Process.Kill() // it listens on
		_ = ear.Wait()         // the error is the signal
	})
	v.mouth = native(t, link, "--voice", "--nick", "mouth")
	speaks := v.said.speakTo(t, v.mouth)
	t.Cleanup(func() {
		speaks.hangUp()
		_ = v.mouth.Wait() // a core may have taken so long that its connection was lost
	})
	return v
}

// hears waits until some more of what is said was heard.
func (v *twoVoices) hears(t *testing.T) {
	t.Helper()
	must(t, v.heard.hears("mouth", 25))
}

// rest has the one who talks stand still until the test ends, with what it holds.
func (v *twoVoices) rest(t *testing.T) {
	t.Helper()
	must(t, v.mouth.Process.Signal(syscall.SIGSTOP))
	t.Cleanup(func() { _ = v.mouth.Process.Signal(syscall.SIGCONT) }) // it is waited for next
}

// hold keeps a key of somebody's voice, and what it gives (docs/SEALED.md, "Voice").
func (o *observer) hold(p *pair, coded string, kid uint64) error {
	base, err := base64.RawURLEncoding.DecodeString(coded)
	if err != nil {
		return err
	}
	secret, err := hkdf.Extract(sha512.New, base, nil)
	if err != nil {
		return err
	}
	o.keep("a voice's base key", base)
	o.keep("a voice's secret", secret)
	number := string(binary.BigEndian.AppendUint64(nil, kid)) + "\x00\x05"
	for name, size := range map[string]int{"key " + number: 32, "salt " + number: 12} {
		key, err := hkdf.Expand(sha512.New, secret, "SFrame 1.0 Secret "+name, size)
		if err != nil {
			return err
		}
		what, _, _ := strings.Cut(name, " ")
		o.keep("a voice's "+what, key)
	}
	if o.voices == nil {
		o.voices = make(map[string]needle)
	}
	o.voices[p.nick] = needle{"the base key of " + p.nick, "binary", slices.Clone(base)}
	return nil
}
