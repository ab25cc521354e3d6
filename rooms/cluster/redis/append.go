package redis

import (
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/rueidis"

	"sotto/rooms/cluster"
)

// Append gives drafts the next numbers of a room.
func (s *Store) Append(ctx context.Context, room string, seen cluster.Place, drafts []cluster.Draft) ([]cluster.Stamp, bool, error) {
	if len(drafts) == 0 || len(drafts) > cluster.MaxBatch {
		return nil, false, fmt.Errorf("a batch has 1 to %d drafts, not %d", cluster.MaxBatch, len(drafts))
	}
	epoch, number, err := decimal(seen)
	if err != nil {
		return nil, false, err
	}
	if at, err := s.appendPlainly(ctx, room, seen, drafts); at != nil || err != nil {
		return at, false, err
	}
	args := []string{epoch, number}
	for _, d := range drafts {
		args = append(args, strconv.FormatInt(d.Until.UnixMicro(), 10), encodeDraft(d))
	}
	rest, err := s.room(ctx, appendScript, room, args...)
	if err != nil {
		return nil, false, err
	}
	if len(rest) != 2 {
		return nil, false, errGarbled
	}
	want, err := rest[0].AsInt64()
	if err != nil {
		return nil, false, err
	}
	stamps, err := stringOf(rest, 1)
	if err == nil && len(stamps) != stampBytes*len(drafts) {
		err = errGarbled
	}
	if err != nil {
		return nil, false, err
	}
	at := make([]cluster.Stamp, len(drafts))
	for i := range at {
		if at[i], err = decodeStamp(stamps[i*stampBytes : (i+1)*stampBytes]); err != nil {
			return nil, false, err
		}
	}
	s.met(seen)
	return at, want != 0, nil
}

// plain is the script that appends where nothing else is to be done, as far as a server was
// given it. Its text is for one generation, and another one each time that it is given: so it
// runs nowhere but at a server that was looked at then. In a Redis Cluster nothing is looked
// at, and all servers are given the same.
type plain struct {
	giving sync.Mutex // one at a time

	mu        sync.Mutex
	since, of string // the generation, as generation.lua says it; nothing in a Redis Cluster
	sum       string // what Redis calls the script, or "" before it was given
}

// know notes which generation it is.
func (p *plain) know(since, of string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.since != since || p.of != of {
		p.since, p.of, p.sum = since, of, ""
	}
}

func (p *plain) known() (since, of, sum string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.since, p.of, p.sum
}

// given notes that a server has a script, if it is still that generation.
func (p *plain) given(since, of, text string) {
	sum := sha1.Sum([]byte(text))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.since == since && p.of == of {
		p.sum = hex.EncodeToString(sum[:])
	}
}

// plainOf is its text for a generation.
func plainOf(since string) (string, error) {
	if since == "" {
		return plainFor("0", ""), nil
	}
	if strings.Trim(since, "0123456789") != "" {
		return "", errGarbled
	}
	return plainFor(since, rand.Text()), nil
}

func plainFor(since, name string) string {
	return grows + "-- " + name + "\nlocal since = " + since + "\nif #ARGV == 0 then\n" + serverText + "return server()\nend\n" + plainText
}

// appendPlainly appends where nothing else is to be done, or returns nothing and has done
// nothing.
func (s *Store) appendPlainly(ctx context.Context, room string, seen cluster.Place, drafts []cluster.Draft) ([]cluster.Stamp, error) {
	_, _, sum := s.plain.known()
	if sum == "" {
		return nil, s.give(ctx, room)
	}
	keys := plainKeys(room)
	answer, err := s.ask(ctx, func() rueidis.Completed {
		return s.client.B().Evalsha().Sha1(sum).Numkeys(int64(len(keys))).Key(keys...).Arg(plainArgs(seen, drafts)...).Build()
	})
	if err != nil {
		return nil, err
	}
	first, err := answer.ToString()
	switch {
	case rueidis.IsRedisNil(err):
		return nil, nil
	case noScript(err):
		return nil, s.give(ctx, room)
	case err != nil:
		return nil, failed(err)
	}
	stamp, err := decodeStamp(first)
	if err != nil {
		return nil, err
	}
	all := make([]cluster.Stamp, len(drafts))
	for i := range all {
		all[i] = stamp
		stamp.Number++
	}
	return all, nil
}

func plainKeys(room string) []string {
	keys := keys(room)
	return []string{keys[1], keys[0]}
}

func plainArgs(seen cluster.Place, drafts []cluster.Draft) []string {
	until := drafts[0].Until
	for _, d := range drafts {
		if d.Until.Before(until) {
			until = d.Until
		}
	}
	bounds := make([]byte, 0, 3*8)
	for _, n := range []uint64{uint64(max(0, until.UnixMicro())), seen.Epoch, seen.Number} {
		bounds = binary.BigEndian.AppendUint64(bounds, n)
	}
	args := make([]string, 1, 1+len(drafts))
	args[0] = string(bounds)
	for _, d := range drafts {
		args = append(args, encodeDraft(d))
	}
	return args
}

// give gives the server that has a room the script, for the generation that it is in, unless
// somebody does.
func (s *Store) give(ctx context.Context, room string) error {
	if !s.plain.giving.TryLock() {
		return nil
	}
	defer s.plain.giving.Unlock()
	if err := s.generate(ctx); err != nil {
		return err
	}
	return s.teach(ctx, room)
}

// teach gives a server the script, and goes by it if that was the server that is known.
func (s *Store) teach(ctx context.Context, room string) error {
	since, of, _ := s.plain.known()
	text, err := plainOf(since)
	if err != nil {
		return err
	}
	keys := plainKeys(room)
	answer, err := s.ask(ctx, func() rueidis.Completed {
		return s.client.B().Eval().Script(text).Numkeys(int64(len(keys))).Key(keys...).Build()
	})
	if err != nil {
		return err
	}
	is, err := answer.ToString()
	if err != nil {
		return failed(err)
	}
	if is == of || s.spread {
		s.plain.given(since, of, text)
	}
	return nil
}

// ask makes one call.
func (s *Store) ask(ctx context.Context, command func() rueidis.Completed) (rueidis.RedisResult, error) {
	answers, err := s.calls.do(ctx, func() []rueidis.RedisResult {
		return []rueidis.RedisResult{s.client.Do(context.Background(), command())}
	})
	if err != nil {
		return rueidis.RedisResult{}, err
	}
	return answers[0], nil
}
