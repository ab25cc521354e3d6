//go:build linux

package voice

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"sotto/rooms"
	"sotto/rooms/voice"
	"sotto/web"
	"sotto/webbridge"
)

// The benchmark has a server in a process of its own: this test's binary, told by an
// environment which of two it is. The floor answers an offer, a line of JSON, with another;
// the other says at which address it is reached.
const benchServer = "VOICE_BENCH_SERVER"

const (
	benchPeople   = 16
	benchSpeakers = 6
	benchFor      = 10 * time.Second
	benchPayload  = 80 // bytes, 32 kbit/s
)

func init() {
	switch os.Getenv(benchServer) {
	case "sotto":
		sottoBench()
	case "floor":
		serveBench(floorBench())
	}
}

// serveBench answers offers until its input ends.
func serveBench(answer func(offer string) (string, error)) {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	for {
		var offer string
		if in.Decode(&offer) != nil {
			os.Exit(0)
		}
		sdp, err := answer(offer)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if out.Encode(sdp) != nil {
			os.Exit(1)
		}
	}
}

func benchSocket() *net.UDPConn {
	udp, err := net.ListenUDP("udp", &net.UDPAddr{IP: standIn4})
	if err != nil {
		panic(err)
	}
	return udp
}

// sottoBench is this package's server, with the web's door, until its input ends.
func sottoBench() {
	s, err := New(Config{Ports: NewPorts(benchSocket(), nil, 0), Calls: voice.New(voice.Config{})})
	if err != nil {
		panic(err)
	}
	hub := rooms.NewHub(rooms.Config{Voice: true})
	door, err := webbridge.New(webbridge.Config{Hub: hub, Files: web.FS, Log: slog.New(slog.DiscardHandler), Voice: s})
	if err != nil {
		panic(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() { panic(door.Serve(context.Background(), l)) }()
	if json.NewEncoder(os.Stdout).Encode("http://"+l.Addr().String()) != nil {
		os.Exit(1)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// floorBench is the least that passes on what comes: pion as it is, ICE-lite over one
// socket, a track for each who is heard, no interceptors.
func floorBench() func(string) (string, error) {
	media := &webrtc.MediaEngine{}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: Opus, PayloadType: 111}, webrtc.RTPCodecTypeAudio); err != nil {
		panic(err)
	}
	var settings webrtc.SettingEngine
	settings.LoggerFactory = Silence{}
	settings.SetLite(true)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetICEUDPMux(ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: benchSocket(), Logger: Silence{}}))
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings))
	var all []*webrtc.TrackLocalStaticRTP
	for i := range benchSpeakers {
		track, err := webrtc.NewTrackLocalStaticRTP(Opus, fmt.Sprint(i), fmt.Sprint(i))
		if err != nil {
			panic(err)
		}
		all = append(all, track)
	}
	people := 0
	return func(offer string) (string, error) {
		pc, err := api.NewPeerConnection(webrtc.Configuration{})
		if err != nil {
			return "", err
		}
		for _, track := range all {
			if _, err := pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
				return "", err
			}
		}
		mine := people
		people++
		pc.OnTrack(func(from *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
			buffer := make([]byte, mtu)
			var p rtp.Packet
			for {
				n, _, err := from.Read(buffer)
				if err != nil || mine >= len(all) {
					return
				}
				if p.Unmarshal(buffer[:n]) == nil {
					_ = all[mine].WriteRTP(&p)
				}
			}
		})
		if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
			return "", err
		}
		answer, err := pc.CreateAnswer(nil)
		if err != nil {
			return "", err
		}
		gathered := webrtc.GatheringCompletePromise(pc)
		if err := pc.SetLocalDescription(answer); err != nil {
			return "", err
		}
		<-gathered
		return pc.LocalDescription().SDP, nil
	}
}

// BenchmarkVoice has sixteen people in voice, of whom six speak, and says what that costs
// the server for each of them, beside the floor; how much later they hear than by a
// connection of their own to each other; and how long lines of text take beside that, and in
// a room of another server to which nobody speaks.
func BenchmarkVoice(b *testing.B) {
	for b.Loop() {
		floor, sotto := measureFloor(b), measureSotto(b)
		for name, f := range map[string]figures{"floor": floor, "sotto": sotto.figures} {
			b.ReportMetric(f.cpu, name+"-cpu%/member")
			b.ReportMetric(f.memory, name+"-KiB/member")
			f.all.report(b, name)
			f.direct.report(b, name+"-direct")
			f.added.report(b, name+"-added")
			b.ReportMetric(f.heard, name+"-heard%")
		}
		b.ReportMetric(sotto.cpu/floor.cpu, "cpu-ratio")
		b.ReportMetric(sotto.memory/floor.memory, "memory-ratio")
		sotto.quiet.report(b, "text-elsewhere")
		sotto.spoken.report(b, "text-beside-voice")
		b.ReportMetric(float64(sotto.spoken.at(99))/float64(sotto.quiet.at(99)), "text-p99-ratio")
	}
}

// delays are how long something took, each time.
type delays []time.Duration

// at is what so many of a hundred took at most.
func (d delays) at(percent int) time.Duration {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[len(d)*percent/100]
}

func (d delays) report(b *testing.B, name string) {
	for _, percent := range []int{50, 99} {
		b.ReportMetric(float64(d.at(percent).Microseconds())/1000, fmt.Sprintf("%s-p%d-ms", name, percent))
	}
}

// figures are what a server costs, and how late people hear by it; added is by how much later
// than by a direct connection, each time.
type figures struct {
	cpu, memory, heard float64
	all, direct, added delays
}

// served is a server in a process of its own.
type served struct {
	*exec.Cmd
	to   *json.Encoder
	from *json.Decoder
}

func serve(b *testing.B, which string) (s served, end func()) {
	s.Cmd = exec.Command(os.Args[0])
	s.Env = append(os.Environ(), benchServer+"="+which, "GOMAXPROCS=1")
	s.Stderr = os.Stderr
	in, err := s.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := s.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Start(); err != nil {
		b.Fatal(err)
	}
	s.to, s.from = json.NewEncoder(in), json.NewDecoder(out)
	return s, func() {
		in.Close()
		_ = s.Wait() // says how it ended, which is of no interest
	}
}

func (s served) next(b *testing.B) (line string) {
	if err := s.from.Decode(&line); err != nil {
		b.Fatal(err)
	}
	return line
}

func measureFloor(b *testing.B) figures {
	server, end := serve(b, "floor")
	defer end()
	empty := resident(b, server.Process.Pid)
	var people []*listener
	for range benchPeople {
		l := newListener(b)
		defer l.close()
		if err := server.to.Encode(l.offer()); err != nil {
			b.Fatal(err)
		}
		l.accept(server.next(b))
		people = append(people, l)
	}
	// Of the floor everybody hears the six, themselves too.
	return measure(b, server, empty, people, benchSpeakers*benchPeople)
}

// measure has six speak, at six moments of each 20 ms: nobody's microphone is in step.
func measure(b *testing.B, server served, empty int, people []*listener, wanted int) (f figures) {
	from, to := newListener(b), newListener(b)
	defer from.close()
	defer to.close()
	from.direct(to)
	said := 0
	speak := func(d time.Duration) {
		ticks := time.NewTicker(20 * time.Millisecond / benchSpeakers)
		defer ticks.Stop()
		for range benchSpeakers * d / (20 * time.Millisecond) {
			<-ticks.C
			said++
			from.sayTime(said)
			people[said%benchSpeakers].sayTime(said)
		}
	}
	speak(2 * time.Second)
	to.take()
	for _, l := range people {
		l.take()
	}
	before, since := cpu(b, server.Process.Pid), time.Now()
	speak(benchFor)
	used, took := cpu(b, server.Process.Pid)-before, time.Since(since)
	f.memory = float64(resident(b, server.Process.Pid)-empty) / benchPeople
	f.cpu = 100 * used.Seconds() / took.Seconds() / benchPeople
	direct := to.take()
	for _, d := range direct {
		f.direct = append(f.direct, d)
	}
	for _, l := range people {
		for n, took := range l.take() {
			f.all = append(f.all, took)
			if d, ok := direct[n]; ok {
				f.added = append(f.added, took-d)
			}
		}
	}
	f.heard = 100 * float64(len(f.all)) / float64(wanted) / (benchFor.Seconds() * 50)
	return f
}

// cpu is what a process used of the processor.
func cpu(b *testing.B, pid int) time.Duration {
	b.Helper()
	fields := strings.Fields(afterName(b, pid))
	var ticks int
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

func afterName(b *testing.B, pid int) string {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return rest
}

// resident is a process's resident memory, in KiB.
func resident(b *testing.B, pid int) int {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return n
}
