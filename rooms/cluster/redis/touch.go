package redis

import (
	"context"
	"errors"

	"github.com/redis/rueidis"

	"sotto/rooms/cluster"
)

// Touch has rooms kept for longer, and returns those that the store has less of.
func (s *Store) Touch(ctx context.Context, places map[string]cluster.Place) (lost []string, err error) {
	all := make([]touched, 0, min(len(places), cluster.MaxBatch))
	for room, at := range places {
		epoch, number, err := decimal(at)
		if err != nil {
			return nil, err
		}
		all = append(all, touched{room, []string{epoch, number}})
		if len(all) == cap(all) {
			more, err := s.touch(ctx, all)
			if err != nil {
				return nil, err
			}
			lost, all = append(lost, more...), all[:0]
		}
	}
	if len(all) == 0 {
		return lost, nil
	}
	more, err := s.touch(ctx, all)
	return append(lost, more...), err
}

type touched struct {
	room string
	args []string
}

// touch asks for a batch of rooms at once, and once more for each that can't be said yet.
func (s *Store) touch(ctx context.Context, all []touched) (lost []string, err error) {
	answers, err := s.calls.do(ctx, func() []rueidis.RedisResult {
		commands := make(rueidis.Commands, len(all))
		for i, t := range all {
			keys := s.keys(t.room)
			commands[i] = s.client.B().Evalsha().Sha1(touchSum).Numkeys(int64(len(keys))).Key(keys...).Arg(s.args(t.args...)...).Build()
		}
		return s.client.DoMulti(context.Background(), commands...)
	})
	if err != nil {
		return nil, err
	}
	for i, t := range all {
		found, _, err := parse(answers[i])
		if noScript(err) || found == "due" || found == "generation" {
			_, err = s.room(ctx, touchScript, t.room, t.args...)
		} else if err == nil {
			err = outcome(found)
		}
		switch {
		case errors.Is(err, cluster.ErrLost), errors.Is(err, cluster.ErrRecovering):
			lost = append(lost, t.room)
		case err != nil:
			return nil, err
		}
	}
	return lost, nil
}
