package native

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"sync"
	"syscall"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/rooms/wire"
	"sotto/web"
	"sotto/webbridge"
)

// hall is a room full of native clients, over real sockets.
type hall struct {
	seats   []rooms.Participant
	heard   chan struct{} // one for each member that a message has reached
	running sync.WaitGroup
	stop    context.CancelFunc
}

// openHall has a room's worth of people come in, one after the other: each when
// the one before has been welcomed.
func openHall(b *testing.B, h *host, room string) *hall {
	b.Helper()
	ctx, stop := context.WithCancel(context.Background())
	l := &hall{heard: make(chan struct{}, seal.MaxMembers), stop: stop}
	b.Cleanup(l.close)
	for range seal.MaxMembers {
		seat, err := h.enter(ctx, room, "")
		if err != nil {
			b.Fatal(err)
		}
		l.seats = append(l.seats, seat)
		welcomed := make(chan struct{})
		l.running.Go(func() { l.listen(ctx, seat, welcomed) })
		<-welcomed
	}
	return l
}

func (l *hall) listen(ctx context.Context, seat rooms.Participant, welcomed chan struct{}) {
	for {
		events, err := seat.Next(ctx)
		if err != nil {
			return
		}
		for _, event := range events {
			switch event.(type) {
			case *rooms.Welcome:
				close(welcomed)
			case *rooms.Said:
				l.heard <- struct{}{}
			case *rooms.Refused:
				panic("more was said than the room's rate allows: take a smaller -benchtime")
			}
		}
	}
}

func (l *hall) close() {
	l.stop()
	l.running.Wait()
	var closing sync.WaitGroup
	for _, seat := range l.seats {
		closing.Go(func() { seat.Close() })
	}
	closing.Wait()
}

const words = "sixty letters or so that somebody may say to sixty-four people"

// say says something and returns when everybody has it.
func (l *hall) say(b *testing.B, from int) {
	if err := l.seats[from].Do(b.Context(), rooms.Say{ID: "1", Text: words}); err != nil {
		b.Fatal(err)
	}
	for range l.seats {
		<-l.heard
	}
}

// relayHall is a sealed room in which the last member opens what comes, and the
// others speak but only take what the server sends.
type relayHall struct {
	hall
	sessions []*seal.Session
	ids      map[seal.ID]string // the room's, by the key's
}

func openRelayHall(b *testing.B, h *host) *relayHall {
	b.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &relayHall{hall: hall{heard: make(chan struct{}, seal.MaxMembers), stop: stop}, ids: make(map[seal.ID]string)}
	b.Cleanup(r.close)
	room := seal.Open(seal.NewSecret())
	var members []rooms.Member
	for range seal.MaxMembers {
		me := room.NewMe()
		seat, err := h.dial(ctx, func() wire.Join { return wire.Join{Room: room.Name(), Hello: string(me.Hello())} })
		if err != nil {
			b.Fatal(err)
		}
		r.seats, r.sessions = append(r.seats, seat), append(r.sessions, seal.NewSession(me))
		events, err := seat.Next(ctx)
		if err != nil {
			b.Fatal(err)
		}
		members = events[0].(*rooms.Welcome).Members // the last knows all
	}
	for _, m := range members {
		peer, err := room.Meet([]byte(m.Hello))
		if err != nil {
			b.Fatal(err)
		}
		r.ids[peer.ID] = m.ID
	}
	for i := range r.sessions {
		link(b, r.sessions[:i], r.sessions[i])
	}
	for i, seat := range r.seats {
		r.running.Go(func() { r.take(ctx, seat, i == seal.MaxMembers-1) })
	}
	return r
}

// link lets a newcomer meet those who are here, without a server.
func link(b *testing.B, hosts []*seal.Session, newcomer *seal.Session) {
	b.Helper()
	now := time.Now()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	pass := func(from, to *seal.Session) {
		m, err := from.Compose(nil, false, to.Me().ID)
		must(err)
		sealed := from.Seal(m, now)
		_, err = to.Open(sealed.Body, sealed.Wraps[to.Me().ID], now)
		must(err)
	}
	for _, host := range hosts {
		must(host.Add(newcomer.Me().Peer, false))
		must(newcomer.Add(host.Me().Peer, true))
	}
	if len(hosts) == 0 {
		return
	}
	greeting := newcomer.Seal(newcomer.Greet(), now)
	for _, host := range hosts {
		_, err := host.Open(greeting.Body, greeting.Wraps[host.Me().ID], now)
		must(err)
		pass(host, newcomer)
		pass(newcomer, host)
	}
}

func (r *relayHall) take(ctx context.Context, seat rooms.Participant, open bool) {
	for {
		events, err := seat.Next(ctx)
		if err != nil {
			return
		}
		for _, event := range events {
			if _, refused := event.(*rooms.Refused); refused {
				panic("more was sealed than the room's rate allows: take a smaller -benchtime")
			}
			e, ok := event.(*rooms.Sealed)
			if !ok {
				continue
			}
			if open {
				if _, err := r.sessions[seal.MaxMembers-1].Open(e.Body, e.Wrap, time.Now()); err != nil {
					panic(err)
				}
			}
			r.heard <- struct{}{}
		}
	}
}

func (r *relayHall) say(b *testing.B, from int) {
	var to []seal.ID
	for id := range r.ids {
		if id != r.sessions[from].Me().ID {
			to = append(to, id)
		}
	}
	m, err := r.sessions[from].Compose([]byte(`{"t":"say","text":"`+words+`"}`), true, to...)
	if err != nil {
		b.Fatal(err)
	}
	sealed := r.sessions[from].Seal(m, time.Now())
	op := rooms.Seal{ID: "1", Body: sealed.Body, Wraps: make(map[string][]byte, len(sealed.Wraps))}
	for id, wrap := range sealed.Wraps {
		op.Wraps[r.ids[id]] = wrap
	}
	if err := r.seats[from].Do(b.Context(), op); err != nil {
		b.Fatal(err)
	}
	for range r.seats {
		<-r.heard
	}
}

// cpuTime is what this process has used so far, server and clients together.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// newHost is a server with both kinds of room, and how to get there.
func newHost(b *testing.B) *host {
	b.Helper()
	hub := rooms.NewHub(rooms.Config{})
	server, err := webbridge.New(webbridge.Config{Hub: hub, Files: web.FS, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, ln) }()
	b.Cleanup(func() {
		hub.Close()
		stop()
		<-served
	})
	h, err := Visit{Address: Address{Server: &url.URL{Scheme: "http", Host: ln.Addr().String()}}}.reach(ctx)
	if err != nil {
		b.Fatal(err)
	}
	return h
}

// BenchmarkFullRoom is 64 people over WebSockets, server and clients on one
// machine: what it costs until all are in, and how long a message takes to its
// last receiver, in a sealed room and in an open one in turn. All 64 clients
// share this machine's processors, which no clients do in real life; so a third
// room has one receiver who opens, and others who only take what the server
// sends.
func BenchmarkFullRoom(b *testing.B) {
	h := newHost(b)
	begun := cpuTime(b)
	open := openHall(b, h, "den")
	entered := cpuTime(b)
	sealed := openHall(b, h, h.server.NewSealed().Link())
	in := cpuTime(b)
	relayed := openRelayHall(b, h)
	halls := []interface{ say(*testing.B, int) }{open, sealed, relayed}
	took, used := make([]time.Duration, len(halls)), make([]time.Duration, len(halls))
	n := 0
	for b.Loop() {
		from := n % (seal.MaxMembers - 1)
		n++
		for i, l := range halls {
			clock, cpu := time.Now(), cpuTime(b)
			l.say(b, from)
			took[i] += time.Since(clock)
			used[i] += cpuTime(b) - cpu
		}
	}
	b.ReportMetric(float64((entered - begun).Milliseconds()), "open-join-CPU-ms")
	b.ReportMetric(float64((in - entered).Milliseconds()), "sealed-join-CPU-ms")
	for i, name := range []string{"open", "sealed", "relayed"} {
		b.ReportMetric(float64(took[i].Microseconds())/float64(n), name+"-µs")
		b.ReportMetric(float64(used[i].Microseconds())/float64(n), name+"-CPU-µs")
	}
	b.ReportMetric(float64(took[1])/float64(took[0]), "sealed/open")
	b.ReportMetric(float64(took[2])/float64(took[0]), "relayed/open")
}
