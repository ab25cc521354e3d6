package main

import (
	"fmt"
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

// talking measures a conversation: rooms of so many people, in which somebody
// says a line every so often. It returns the CPU time (µs) and the bytes per
// delivery, and the median and 99th percentile of the delay (ms).
func talking(s *server, door door, rooms, people, lines int, every time.Duration) ([]float64, error) {
	c := newCrowd(s)
	defer c.leave()
	for room := range rooms {
		if err := c.enter(people, fmt.Sprintf("bench-%d", room), door); err != nil {
			return nil, err
		}
	}
	talk := func(lines int) error {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for i := range lines {
			<-tick.C
			room, speaker := i%rooms, i/rooms%min(speakers, people)
			if _, err := c.say(c.people[room*people+speaker]); err != nil {
				return err
			}
		}
		return c.await(int64(lines) * int64(people))
	}
	if err := talk(2 * rooms); err != nil { // warm up
		return nil, err
	}
	time.Sleep(time.Second) // let the arrivals be over
	c.forget()
	before, err := s.cpu()
	if err != nil {
		return nil, err
	}
	if err := talk(lines); err != nil {
		return nil, err
	}
	after, err := s.cpu()
	if err != nil {
		return nil, err
	}
	deliveries, delays := c.arrived.Load(), c.delays()
	return []float64{
		micros(after-before, deliveries),
		float64(c.bytes.Load()) / float64(deliveries),
		micros(delays[len(delays)/2], 1e3),
		micros(delays[len(delays)*99/100], 1e3),
	}, nil
}

// flooded measures how a room takes more than can be shown: bursts of lines by
// one person, each followed by a line of another, which everybody has to have
// seen before the next. It returns the CPU time (µs) per delivery, shown or not.
func flooded(s *server, door door, people int) ([]float64, error) {
	const bursts, burst = 20, 100
	c := newCrowd(s)
	defer c.leave()
	if err := c.enter(people, "bench", door); err != nil {
		return nil, err
	}
	flood := func(bursts int) error {
		for range bursts {
			for range burst {
				if err := c.people[0].say(lineOf(0)); err != nil {
					return err
				}
			}
			if _, err := c.say(c.people[1]); err != nil {
				return err
			}
			if err := c.await(c.number.Load() * int64(people)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := flood(2); err != nil {
		return nil, err
	}
	before, err := s.cpu()
	if err != nil {
		return nil, err
	}
	if err := flood(bursts); err != nil {
		return nil, err
	}
	after, err := s.cpu()
	if err != nil {
		return nil, err
	}
	return []float64{micros(after-before, bursts*(burst+1)*int64(people))}, nil
}

// resting measures people who do nothing: the memory for each (KiB), the CPU
// time of all (% of one CPU) while they are watched for so long, if at all, and
// the CPU time of one more arriving (ms).
func resting(s *server, door door, people int, watch time.Duration) ([]float64, error) {
	const arrivals = 50
	c := newCrowd(s)
	defer c.leave()
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

// deafened measures a room in which one of twenty never reads: the lines that
// the others missed, their longest silence (ms), the memory for each deaf one
// (KiB), and how many of these were not ended.
func deafened(s *server, people int) ([]float64, error) {
	const lines, every = 2000, 10 * time.Millisecond
	deaf := people / 20
	c := newCrowd(s)
	defer c.leave()
	if err := c.enter(people-deaf, "bench", door{size: small}); err != nil {
		return nil, err
	}
	hearing := int64(len(c.people))
	var again []func()
	for range deaf {
		person, _, err := c.one("bench", door{size: small}, true)
		if err != nil {
			return nil, err
		}
		defer person.close()
		again = append(again, person.(*terminal).wire.deafen())
	}
	time.Sleep(2 * time.Second)
	before, err := s.resident()
	if err != nil {
		return nil, err
	}
	peak := before
	for i := range lines {
		if _, err := c.say(c.people[i%speakers]); err != nil {
			return nil, err
		}
		if i%10 == 0 {
			now, err := s.resident()
			if err != nil {
				return nil, err
			}
			peak = max(peak, now)
		}
		time.Sleep(every)
	}
	missed := 0.0
	if err := c.await(lines * hearing); err != nil {
		missed = float64(lines*hearing - c.arrived.Load())
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
	return []float64{missed, micros(silence, 1e3), (peak - before) / float64(deaf), float64(int64(deaf) - c.ended.Load())}, nil
}
