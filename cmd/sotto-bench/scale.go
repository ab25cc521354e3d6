package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"sync"
	"syscall"
	"time"
)

// scale is one server with as many people as it may be asked to carry: full screens and
// browsers, in rooms of both, who say so many messages a second together.
type scale struct {
	screens, browsers int
	rate              float64
	lasts             time.Duration
}

const (
	// peopleOfRoom is how many share a room: of a thousand screens and five thousand
	// browsers, ten and fifty.
	peopleOfRoom = 60
	// spareConns is how many connections a server takes beside those of the people, who
	// come in some at a time.
	spareConns = 256
	// defaultConns is how many a server takes without being told.
	defaultConns = 4096
	// spareFiles is how many files the clients have open beside their connections.
	spareFiles = 64
	// lull is how long a server is left alone once everybody came in.
	lull = 2 * time.Second
)

// The machine that the server is given, as far as there is one: it runs on no other
// processors, and Go on as many; memory is what it is told to get along with.
var ofTwoCores = []string{"GOMAXPROCS=2", "GODEBUG=clobberfree=1", "GOMEMLIMIT=4GiB"}

const memoryMiB = 4096

func (s *scale) people() int { return s.screens + s.browsers }

// rooms are how many people of each kind each room has.
func (s *scale) rooms() (screens, browsers []int) {
	n := max((s.people()+peopleOfRoom-1)/peopleOfRoom, 1)
	screens, browsers = make([]int, n), make([]int, n)
	for i := range s.screens {
		screens[i%n]++
	}
	for i := range s.browsers {
		browsers[n-1-i%n]++
	}
	return screens, browsers
}

// check says what this system lacks.
func (s *scale) check() error {
	if s.screens < 0 || s.browsers < 0 || s.people() == 0 || !(s.rate > 0) || s.lasts <= 0 {
		return errors.New("-scale wants some -screens or -browsers, a -rate and a time -for which they talk")
	}
	if said := s.rate * s.lasts.Seconds() / float64(max(s.people()/peopleOfRoom, 1)); said >= 1<<(4*markerLetters) {
		return fmt.Errorf("%.0f messages in a room are more than their markers can number", said)
	}
	var files syscall.Rlimit // Go raises the soft one to the hard one, for itself and in the server
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return err
	}
	if need := uint64(s.people() + spareConns + spareFiles); files.Cur < need {
		return fmt.Errorf("%d people need %d open files in each of both processes, and the limit is %d: see ulimit -Hn",
			s.people(), need, files.Cur)
	}
	return nil
}

// run starts the server, brings everybody in, has them talk, and prints what came of it.
// A message that somebody did not get is an error.
func (s *scale) run(ctx context.Context, sotto, cpus string) error {
	if err := s.check(); err != nil {
		return err
	}
	var flags []string
	if conns := s.people() + spareConns; conns > defaultConns {
		flags = []string{fmt.Sprint("--connections=", conns)}
	}
	server, err := startSottoOn(ctx, sotto, cpus, ofTwoCores, flags...)
	if err != nil {
		return err
	}
	defer server.stop()
	t := &tally{}
	rooms, err := s.enter(server, t)
	defer func() {
		for _, c := range rooms {
			c.end()
		}
	}()
	if err != nil {
		return err
	}
	time.Sleep(lull)
	got, err := s.measure(ctx, server, rooms, t)
	if err != nil {
		return err
	}
	return got.print(s)
}

// enter brings everybody in, room by room.
func (s *scale) enter(server *server, t *tally) (rooms []*crowd, err error) {
	screens, browsers := s.rooms()
	for i := range screens {
		c := newCrowd(server)
		c.tally = t
		rooms = append(rooms, c)
		name := fmt.Sprintf("scale-%d", i)
		if err := c.enter(screens[i], name, door{size: small}); err != nil {
			return rooms, fmt.Errorf("screens of room %d: %w", i, err)
		}
		if err := c.enter(browsers[i], name, door{web: true}); err != nil {
			return rooms, fmt.Errorf("browsers of room %d: %w", i, err)
		}
	}
	return rooms, nil
}

// outcome is what a scale came to.
type outcome struct {
	p50, p99, most time.Duration
	said           int64
	delivered      int64
	undrawn, lost  int64  // messages that a screen, or a browser, did not get, counted for each that stayed
	ended          int64  // people whose connection ended
	told           string // what one of them was told last
	cpu, clients   time.Duration
	took           time.Duration
	peak           float64       // MiB
	late           time.Duration // how late somebody said a message at most
	load           string        // of the machine, before and after
}

func (s *scale) measure(ctx context.Context, server *server, rooms []*crowd, t *tally) (o outcome, err error) {
	loadBefore, began := load(), time.Now()
	before, err := server.cpu()
	if err != nil {
		return o, err
	}
	own := ownCPU()
	if o.said, o.late, err = s.talk(ctx, rooms); err != nil {
		return o, err
	}
	for until := time.Now().Add(patience); len(rooms) > 0; rooms = rooms[1:] {
		c := rooms[0]
		_ = c.await(c.number.Load()*int64(len(c.people)), time.Until(until)) // what did not come is counted
		o.count(c)
	}
	after, err := server.cpu()
	if err != nil {
		return o, err
	}
	o.took, o.cpu, o.clients = time.Since(began), after-before, ownCPU()-own
	o.p50, o.p99, o.most = t.quantile(0.5), t.quantile(0.99), t.quantile(1)
	o.load = loadBefore + " and " + load()
	peak, err := server.memory("VmHWM:")
	o.peak = peak / 1024
	return o, err
}

// count adds what a room came to.
func (o *outcome) count(c *crowd) {
	o.ended += c.ended.Load()
	if told := c.farewell.Load(); told != nil {
		o.told = *told
	}
	for i, s := range c.sinks {
		s.mu.Lock()
		got, missed := s.got, c.number.Load()-s.got
		s.mu.Unlock()
		o.delivered += got
		if s.gone.Load() {
			continue // which is an error by itself
		}
		if _, ok := c.people[i].(*terminal); ok {
			o.undrawn += missed
		} else {
			o.lost += missed
		}
	}
}

// talk has the rooms say messages in turn, and in each room everybody in turn, each at its
// time, or at once where that is past. It returns how many there were, and how late one
// was at most.
func (s *scale) talk(ctx context.Context, rooms []*crowd) (said int64, late time.Duration, err error) {
	every := time.Duration(float64(time.Second) / s.rate)
	began := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ; time.Duration(said)*every < s.lasts; said++ {
		timer.Reset(time.Until(began.Add(time.Duration(said) * every)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return said, late, ctx.Err()
		}
		late = max(late, time.Since(began)-time.Duration(said)*every)
		n := int64(len(rooms))
		c := rooms[said%n]
		_, _ = c.say(c.people[said/n%int64(len(c.people))]) // whose connection ended is counted, and nobody gets it
	}
	return said, late, nil
}

// percent is how much of one processor a time is.
func (o *outcome) percent(cpu time.Duration) float64 {
	return 100 * float64(cpu) / float64(max(o.took, 1))
}

// print prints the outcome, and says as an error if something was lost.
func (o *outcome) print(s *scale) error {
	fmt.Printf("%d full screens and %d browsers, %g messages a second for %v; load %s\n", s.screens, s.browsers, s.rate, s.lasts, o.load)
	fmt.Printf("%d messages, %d deliveries; the clients took %.0f %% of a processor, and said a message %.1f ms late at most\n",
		o.said, o.delivered, o.percent(o.clients), micros(o.late, 1e3))
	for _, r := range []struct {
		row   row
		value float64
	}{
		{row{"delivery p50", "ms", 0, 250}, micros(o.p50, 1e3)},
		{row{"delivery p99", "ms", 0, 250}, micros(o.p99, 1e3)},
		{row{"the slowest delivery", "ms", 0, math.Inf(1)}, micros(o.most, 1e3)},
		{row{"messages that a screen did not show, for each", "", 0, 0}, float64(o.undrawn)},
		{row{"messages that a browser did not get, for each", "", 0, 0}, float64(o.lost)},
		{row{"people whose connection ended", "", 0, 0}, float64(o.ended)},
		{row{"CPU of the server, of two cores", "%", 0, 200}, o.percent(o.cpu)},
		{row{"its CPU per delivery", "µs", 0, math.Inf(1)}, micros(o.cpu, max(o.delivered, 1))},
		{row{"its resident memory at most", "MiB", 0, memoryMiB}, o.peak},
	} {
		fmt.Println(r.row.line(&results{sotto: []float64{r.value}}, false))
	}
	if lost := o.undrawn + o.lost; lost > 0 || o.ended > 0 {
		return fmt.Errorf("%d messages were lost, and %d people's connections ended, of which one was told at last %q", lost, o.ended, o.told)
	}
	return nil
}

// ownCPU is the processor time that this process, the clients', took so far.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// load is the machine's load of the last minute.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	var one string
	_, _ = fmt.Sscan(string(b), &one)
	return one
}

// tally counts delays without keeping them: in buckets that are a sixteenth wide, so
// what it says is at most that much too long.
type tally struct {
	mu      sync.Mutex
	buckets [64 * 16]int64
	count   int64
	most    time.Duration
}

func (t *tally) add(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buckets[bucketOf(d)]++
	t.count++
	t.most = max(t.most, d)
}

// quantile is what so large a part of the delays do not exceed.
func (t *tally) quantile(q float64) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	rest := int64(math.Ceil(q * float64(t.count)))
	for i, n := range t.buckets {
		if rest -= n; rest <= 0 {
			return min(endOf(i), t.most)
		}
	}
	return t.most
}

// bucketOf is the bucket of a delay: four bits below its highest one.
func bucketOf(d time.Duration) int {
	n := uint64(max(d, 0)/time.Microsecond) + 16
	shift := 0
	for n>>shift >= 32 {
		shift++
	}
	return shift*16 + int(n>>shift) - 16
}

// endOf is where a bucket ends.
func endOf(bucket int) time.Duration {
	shift := bucket / 16
	return time.Duration(((uint64(bucket%16)+17)<<shift)-16) * time.Microsecond
}
