//go:build e2e

package e2e_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/ogg"
	"sotto/rooms/seal"
)

// soundRate is that of what is encoded and decoded here, in samples a second.
const soundRate = 48_000

// toneOf is a tone as opusenc encodes it, at a constant rate, which a sealed room asks for.
func toneOf(t *testing.T, hertz float64, lasts time.Duration) []byte {
	t.Helper()
	samples := int(lasts.Seconds() * soundRate)
	var pcm bytes.Buffer
	for i := range samples {
		v := int16(12_000 * math.Sin(2*math.Pi*hertz*float64(i)/soundRate))
		_ = binary.Write(&pcm, binary.LittleEndian, v) // a buffer takes it
	}
	cmd := exec.Command("opusenc", "--quiet", "--raw", "--raw-rate", "48000", "--raw-chan", "1", "--bitrate", "24", "--hard-cbr", "-", "-")
	cmd.Stdin = &pcm
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("opusenc: %v", err)
	}
	return out
}

// recorder is a command that hears, and what it has written.
type recorder struct {
	t    *testing.T
	cmd  *exec.Cmd
	err  strings.Builder
	done chan struct{}

	mu      sync.Mutex
	bytes   bytes.Buffer
	samples int // since its beginning
	more    chan struct{}
}

// record starts a command that hears without an end, and returns once it does.
func record(t *testing.T, cmd *exec.Cmd) *recorder {
	t.Helper()
	r := &recorder{t: t, cmd: cmd, done: make(chan struct{}), more: make(chan struct{})}
	cmd.Stderr = &r.err
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(r.done)
		packets := ogg.NewReader(io.TeeReader(out, recorded{r}))
		for {
			p, err := packets.Next()
			if err != nil {
				break
			}
			r.mu.Lock()
			r.samples += p.Samples
			close(r.more)
			r.more = make(chan struct{})
			r.mu.Unlock()
		}
		_ = cmd.Wait() // it is killed
	}()
	t.Cleanup(func() { r.end() })
	r.hear(time.Millisecond)
	return r
}

type recorded struct{ *recorder }

func (r recorded) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bytes.Write(p)
}

// at is how much there is of the stream by now.
func (r *recorder) at() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Duration(r.samples) * time.Second / soundRate
}

// hear waits until the stream is that long.
func (r *recorder) hear(until time.Duration) {
	r.t.Helper()
	late := time.NewTimer(e2e.Patience)
	defer late.Stop()
	for {
		r.mu.Lock()
		more, samples := r.more, r.samples
		r.mu.Unlock()
		if time.Duration(samples)*time.Second/soundRate >= until {
			return
		}
		select {
		case <-more:
		case <-r.done:
			r.t.Fatalf("it ended after %v: %s", r.at(), r.err.String())
		case <-late.C:
			r.t.Fatalf("it wrote %v, want %v", r.at(), until)
		}
	}
}

// end ends it and returns what it heard.
func (r *recorder) end() []int16 {
	_ = r.cmd.Process.Kill() // it may have ended
	<-r.done
	return decoded(r.t, r.bytes.Bytes())
}

// decoded is what opusdec makes of a stream.
func decoded(t *testing.T, stream []byte) []int16 {
	t.Helper()
	cmd := exec.Command("opusdec", "--quiet", "--rate", "48000", "-", "-")
	cmd.Stdin = bytes.NewReader(stream)
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("opusdec: %v", err)
	}
	pcm := make([]int16, len(out)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(out[2*i:]))
	}
	return pcm
}

// talkBeside has a real ssh talk in the room's voice for some seconds, while what is given
// happens, and returns what it heard.
func talkBeside(t *testing.T, s *e2e.Server, meanwhile func()) []int16 {
	t.Helper()
	tone := string(toneOf(t, pipes, 8*time.Second))
	said := make(chan e2e.Result, 1)
	go func() { said <- e2e.Run(t, s.SSHCommand(nil, "den", "--voice", "--nick", "pipe"), tone) }()
	meanwhile()
	r := <-said
	if r.Code != 0 || r.Err != "" {
		t.Errorf("exit %d: %s", r.Code, r.Err)
	}
	return decoded(t, []byte(r.Out))
}

// strength is how much of a tone there is in a piece of sound: the height of its wave.
func strength(pcm []int16, hertz float64) float64 {
	var c, s float64
	for i, v := range pcm {
		at := 2 * math.Pi * hertz * float64(i) / soundRate
		c += float64(v) * math.Cos(at)
		s += float64(v) * math.Sin(at)
	}
	return 2 * math.Hypot(c, s) / float64(len(pcm))
}

// loudness is the root of the mean of the squares.
func loudness(pcm []int16) float64 {
	var sum float64
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(max(1, len(pcm))))
}

// slice is the time of which one spectrum is made.
const slice = 100 * time.Millisecond

// holdsTone fails unless there is silence until somebody comes, the tone by that time, about
// as long as it was, and silence after it. A busy machine stutters.
func holdsTone(t *testing.T, pcm []int16, hertz float64, comes, by, lasts time.Duration) {
	t.Helper()
	const each = int(slice * soundRate / time.Second)
	first, last, count := -1, -1, 0
	for i := range len(pcm) / each {
		piece := pcm[i*each : (i+1)*each]
		if tone := strength(piece, hertz); tone > 500 {
			if first < 0 {
				first = i
			}
			last = i
			count++
			if other := strength(piece, hertz*1.3); other > tone/2 && tone > 3000 {
				t.Errorf("at %v there is another tone in it (%.0f)", time.Duration(i)*slice, other)
			}
		}
	}
	if first < 0 {
		t.Fatalf("there is no tone in %d samples, whose loudness is %.0f", len(pcm), loudness(pcm))
	}
	if at := time.Duration(first) * slice; at > by {
		t.Errorf("it was heard at %v, and not by %v", at, by)
	}
	if want := int(lasts / slice); count < want/2 || count > want*3/2 {
		t.Errorf("it was heard in %d pieces of %d", count, want)
	}
	if loud := loudness(pcm[:min(len(pcm), int(comes.Seconds()*soundRate))]); loud > 10 {
		t.Errorf("before anybody came there is a loudness of %.0f", loud)
	}
	if rest := pcm[min(len(pcm), (last+3)*each):]; len(rest) < each || loudness(rest) > 10 {
		t.Errorf("after it there are %d samples, of a loudness of %.0f", len(rest), loudness(rest))
	}
}

// A tone that is piped into a room's voice by a real ssh is heard by another and by this
// program's own client, as real programs encode and decode it: within two seconds, as long as
// it was, and then silence. So is what the client says, in a sealed
// room too.
func TestVoicePipe(t *testing.T) {
	const lasts, within = 2 * time.Second, 2 * time.Second
	s := e2e.Start(t)
	dir := home(t, s)
	anna, _ := s.Join(t, "den", "anna")
	sealed := s.URL + "/s/#" + seal.NewSecret().String()
	ears := map[string]*recorder{
		"ssh":                 record(t, s.SSHCommand(nil, "den", "--voice", "--listen", "--nick", "ear")),
		"the client":          record(t, native(t, dir, s.URL+"/r/den", "--voice", "--listen", "--nick", "near")),
		"the client over ssh": record(t, native(t, dir, "ssh://"+s.SSH+"/den", "--voice", "--listen", "--nick", "far")),
		"sealed":              record(t, native(t, dir, sealed, "--voice", "--listen", "--nick", "near")),
	}
	now := func() (at map[string]time.Duration) {
		at = make(map[string]time.Duration)
		for name, ear := range ears {
			at[name] = ear.at()
		}
		return at
	}
	hear := func(more time.Duration) (at map[string]time.Duration) {
		for name, before := range now() {
			ears[name].hear(before + more)
		}
		return now()
	}
	talked := make(map[string]bool)
	var comes []map[string]time.Duration
	say := func(hertz float64, in, inSealed *exec.Cmd) (joined, after map[string]time.Duration) {
		tone := string(toneOf(t, hertz, lasts))
		comes = append(comes, now())
		var saying sync.WaitGroup
		for _, mouth := range []*exec.Cmd{in, inSealed} {
			saying.Go(func() {
				if r := e2e.Run(t, mouth, tone); r.Code != 0 || r.Err != "" {
					t.Errorf("exit %d: %s", r.Code, r.Err)
				}
			})
		}
		anna.AwaitFrame("somebody who begins to talk", func(f e2e.Frame) bool {
			if f.Type() != "voice" || f["muted"] == true || f["in"] != true {
				return false
			}
			id := f["member"].(map[string]any)["id"].(string)
			begins := !talked[id]
			talked[id] = true
			return begins
		})
		joined = now()
		saying.Wait()
		return joined, hear(time.Second)
	}
	first, second := say(1000, s.SSHCommand(nil, "den", "--voice", "--nick", "mouth"), native(t, dir, sealed, "--voice", "--nick", "mouth"))
	third, _ := say(600, native(t, dir, s.URL+"/r/den", "--voice", "--nick", "nouth"), native(t, dir, sealed, "--voice", "--nick", "nouth"))
	for name, ear := range ears {
		t.Run(name, func(t *testing.T) {
			pcm := ear.end()
			half := min(len(pcm), int(second[name].Seconds()*soundRate))
			late := within
			if name == "sealed" { // those there are shown to each other first
				late += seal.ConfirmWait
			}
			holdsTone(t, pcm[:half], 1000, comes[0][name], first[name]+late, lasts)
			holdsTone(t, pcm[half:], 600, comes[1][name]-second[name], third[name]-second[name]+late, lasts)
			if ear.err.Len() > 0 {
				t.Errorf("who hears is told %q", ear.err.String())
			}
		})
	}

	if r := s.Run("RIFF....WAVEfmt ", "den", "--voice"); r.Code != 1 || !strings.Contains(r.Err, "That is WAV") || r.Out != "" && !strings.HasPrefix(r.Out, "OggS") {
		t.Errorf("exit %d: %s", r.Code, r.Err)
	}
}
