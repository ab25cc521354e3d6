package main

import (
	"fmt"
	"slices"
	"time"
)

// settle is how long a server is left alone before its memory is looked at: a
// collection comes every ten seconds where there was something to collect.
// night is how long it is watched doing nothing, which includes two keepalives.
const (
	settle = 25 * time.Second
	night  = time.Minute
	// speakers is how many people of a room speak, in turn: enough that nobody
	// comes near the rate limit.
	speakers = 10
)

var small, large = size{80, 24}, size{200, 50}

// micros is d in µs, for each of n.
func micros(d time.Duration, n int64) float64 {
	return float64(d.Nanoseconds()) / 1e3 / float64(n)
}

// measurement is what is measured of one server, in as many windows as there
// are: those of the floor and of sotto alternate, so that whatever else the
// machine does meets both.
type measurement interface {
	window() error
	values() []float64
	end()
}

// talk is a conversation: rooms of so many people, in which somebody says a
// line every so often. Its values are the CPU time (µs) and the bytes per
// delivery, and the median and 99th percentile of the delay (ms).
type talk struct {
	*crowd
	rooms, people, lines int // lines in each window
	every                time.Duration
	cpu                  time.Duration
	deliveries, bytes    int64
	delays               []time.Duration
}

// talking brings the people together and warms up.
func talking(door door, rooms, people, lines int, every time.Duration) func(*server) (measurement, error) {
	return func(s *server) (measurement, error) {
		t := &talk{crowd: newCrowd(s), rooms: rooms, people: people, lines: lines, every: every}
		for room := range rooms {
			if err := t.enter(people, fmt.Sprintf("bench-%d", room), door); err != nil {
				t.end()
				return nil, err
			}
		}
		time.Sleep(time.Second) // let the arrivals be over
		if err := t.speak(2 * rooms); err != nil {
			t.end()
			return nil, err
		}
		return t, nil
	}
}

// speak says lines and waits until everybody has seen them.
func (t *talk) speak(lines int) error {
	t.forget()
	tick := time.NewTicker(t.every)
	defer tick.Stop()
	for i := range lines {
		<-tick.C
		room, speaker := i%t.rooms, i/t.rooms%min(speakers, t.people)
		if _, err := t.say(t.crowd.people[room*t.people+speaker]); err != nil {
			return err
		}
	}
	return t.await(int64(lines)*int64(t.people), patience)
}

func (t *talk) window() error {
	before, err := t.server.cpu()
	if err != nil {
		return err
	}
	if err := t.speak(t.lines); err != nil {
		return err
	}
	after, err := t.server.cpu()
	if err != nil {
		return err
	}
	t.cpu += after - before
	t.deliveries += t.arrived.Load()
	t.bytes += t.crowd.bytes.Load()
	t.delays = append(t.delays, t.crowd.delays()...)
	return nil
}

func (t *talk) values() []float64 {
	slices.Sort(t.delays)
	return []float64{
		micros(t.cpu, t.deliveries),
		float64(t.bytes) / float64(t.deliveries),
		micros(t.delays[len(t.delays)/2], 1e3),
		micros(t.delays[len(t.delays)*99/100], 1e3),
	}
}

// flood is a room that takes more than can be shown: bursts of lines by one person, of
// which they have to have seen the last themselves, and then a line of another, which
// everybody has to have seen before the next. What is said in the middle of a burst may
// have left a screen before it is drawn, and of a burst's last line only what is not as
// it was in the one before. Its value is the CPU time (µs) per delivery, shown or not.
type flood struct {
	*crowd
	cpu        time.Duration
	deliveries int64
}

// burst is how many lines come at once, and bursts how many there are in a
// window.
const burst, bursts = 100, 4

func flooding(door door, people int) func(*server) (measurement, error) {
	return func(s *server) (measurement, error) {
		f := &flood{crowd: newCrowd(s)}
		if err := f.enter(people, "bench", door); err != nil {
			f.end()
			return nil, err
		}
		time.Sleep(time.Second)
		return f, nil
	}
}

func (f *flood) window() error {
	before, err := f.server.cpu()
	if err != nil {
		return err
	}
	for range bursts {
		for range burst - 1 {
			if err := f.people[0].say(lineOf(0)); err != nil {
				return err
			}
		}
		if err := f.seen(f.people[0], 1); err != nil {
			return err
		}
		if err := f.seen(f.people[1], int64(len(f.people))); err != nil {
			return err
		}
	}
	after, err := f.server.cpu()
	if err != nil {
		return err
	}
	f.cpu += after - before
	f.deliveries += bursts * (burst + 1) * int64(len(f.people))
	return nil
}

// seen has a person say a line that so many see.
func (f *flood) seen(by person, people int64) error {
	f.only.Store(f.number.Load() + 1)
	f.arrived.Store(0)
	if _, err := f.say(by); err != nil {
		return err
	}
	return f.await(people, patience)
}

func (f *flood) values() []float64 { return []float64{micros(f.cpu, f.deliveries)} }

// once is a measurement that needs no windows.
type once struct {
	measure func() ([]float64, error)
	got     []float64
}

func (o *once) window() (err error) {
	o.got, err = o.measure()
	return err
}

func (o *once) values() []float64 { return o.got }
func (o *once) end()              {}

func only(measure func(*server) ([]float64, error)) func(*server) (measurement, error) {
	return func(s *server) (measurement, error) {
		return &once{measure: func() ([]float64, error) { return measure(s) }}, nil
	}
}

// resting measures people who do nothing: the memory for each (KiB), the CPU
// time of all (% of one CPU) while they are watched for so long, if at all, and
// the CPU time of one more arriving (ms).
func resting(s *server, door door, people int, watch time.Duration) ([]float64, error) {
	const arrivals = 50
	c := newCrowd(s)
	defer c.end()
	empty, err := s.resident()
	if err != nil {
		return nil, err
	}
	if err := c.enter(people-arrivals, "bench", door); err != nil {
		return nil, err
	}
	time.Sleep(2 * time.Second)
	before, err := s.cpu()
	if err != nil {
		return nil, err
	}
	for range arrivals {
		if err := c.enter(1, "bench", door); err != nil {
			return nil, err
		}
	}
	time.Sleep(2 * time.Second) // for what the others do about it
	after, err := s.cpu()
	if err != nil {
		return nil, err
	}
	arrival := micros(after-before, 1e3*arrivals)

	if _, err := c.say(c.people[0]); err != nil {
		return nil, err
	}
	time.Sleep(settle)
	full, err := s.resident()
	if err != nil {
		return nil, err
	}
	if before, err = s.cpu(); err != nil {
		return nil, err
	}
	time.Sleep(watch)
	if after, err = s.cpu(); err != nil {
		return nil, err
	}
	return []float64{
		(full - empty) / float64(people),
		100 * float64(after-before) / float64(max(watch, 1)),
		arrival,
	}, nil
}

// crowded measures the memory (KiB) for each of so many groups of people, who have the same
// eight rooms in a terminal each, or the first of them alone.
func crowded(s *server, groups, people int) ([]float64, error) {
	const inOne = 8
	c := newCrowd(s)
	defer c.end()
	empty, err := s.resident()
	if err != nil {
		return nil, err
	}
	for group := range groups {
		rooms := fmt.Sprintf("bench-%d", group)
		for i := 1; i < inOne && !s.one; i++ {
			rooms += fmt.Sprintf(",b-%d-%d", group, i)
		}
		if err := c.enter(people, rooms, door{size: small}); err != nil {
			return nil, err
		}
		if _, err := c.say(c.people[len(c.people)-1]); err != nil {
			return nil, err
		}
	}
	time.Sleep(settle)
	full, err := s.resident()
	return []float64{(full - empty) / float64(groups*people)}, err
}

// deafened measures a room in which one of twenty never reads: the lines that
// the others missed, their longest silence (ms), the memory for each deaf one
// (KiB), how many of these were not ended, and the memory for each of as many who came
// before them and read: what of it is the collector's slack, since both are peaks. All
// of them come in when the others have talked for so long that their own memory does
// not grow any more.
func deafened(s *server, people int) ([]float64, error) {
	deaf := people / 20
	c := newCrowd(s)
	defer c.end()
	if err := c.enter(people-deaf, "bench", door{size: small}); err != nil {
		return nil, err
	}
	before, _, err := c.chat(s)
	if err != nil {
		return nil, err
	}
	beside, err := c.chatBeside(s, deaf)
	if err != nil {
		return nil, err
	}
	var again []func()
	for range deaf {
		person, _, err := c.one("bench", door{size: small}, true)
		if err != nil {
			return nil, err
		}
		defer person.close()
		again = append(again, person.(*terminal).wire.deafen())
	}
	c.forget()
	peak, missed, err := c.chat(s)
	if err != nil {
		return nil, err
	}
	silence := time.Duration(0)
	for _, sink := range c.sinks {
		silence = max(silence, sink.quiet)
	}
	for _, hear := range again {
		hear()
	}
	for wait := time.Millisecond; c.ended.Load() < int64(deaf) && wait < 4*time.Second; wait *= 2 {
		time.Sleep(wait)
	}
	return []float64{
		missed, micros(silence, 1e3), max(peak-before, 0) / float64(deaf), float64(int64(deaf) - c.ended.Load()),
		max(beside-before, 0) / float64(deaf),
	}, nil
}

// chatBeside is chat with so many more in the room, who read and are gone afterwards.
func (c *crowd) chatBeside(s *server, more int) (peak float64, err error) {
	others := newCrowd(s)
	defer others.end()
	if err := others.enter(more, "bench", door{size: small}); err != nil {
		return 0, err
	}
	c.forget()
	peak, _, err = c.chat(s)
	return peak, err
}

// chat says so many lines, a hundred a second, that everybody's timeline is full
// and a deaf one's outbox too. It returns the most memory that the server had
// meanwhile (KiB), and how many lines somebody missed.
func (c *crowd) chat(s *server) (peak, missed float64, err error) {
	const lines, every = 2500, 10 * time.Millisecond
	for i := range lines {
		if _, err := c.say(c.people[i%speakers]); err != nil {
			return 0, 0, err
		}
		if i%10 == 0 {
			now, err := s.resident()
			if err != nil {
				return 0, 0, err
			}
			peak = max(peak, now)
		}
		time.Sleep(every)
	}
	all := lines * int64(len(c.people))
	if err := c.await(all, patience); err != nil {
		missed = float64(all - c.arrived.Load())
	}
	return peak, missed, nil
}
