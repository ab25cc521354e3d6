package redis

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"sotto/rooms/cluster"
)

// parse reads the answer of a script: what it found, and what comes with that. A script that
// may grow is refused with OOM before its first line, so that nothing of it was done.
func parse(answer rueidis.RedisResult) (found string, rest []rueidis.RedisMessage, err error) {
	all, err := answer.ToArray()
	if err != nil {
		return "", nil, failed(err)
	}
	if len(all) == 0 {
		return "", nil, errGarbled
	}
	found, err = all[0].ToString()
	return found, all[1:], err
}

// failed is why a script did not end.
func failed(err error) error {
	if e, ok := rueidis.IsRedisErr(err); ok && strings.HasPrefix(e.Error(), "OOM") {
		return cluster.ErrFull
	}
	return fmt.Errorf("redis: %w", err)
}

// noScript reports whether a server does not have a script.
func noScript(err error) bool {
	var e *rueidis.RedisError
	return errors.As(err, &e) && e.IsNoScript()
}

// outcome is what it says that was found, as an error.
func outcome(found string) error {
	switch found {
	case "done":
		return nil
	case "none":
		return cluster.ErrNoRoom
	case "lost":
		return cluster.ErrLost
	case "forgotten":
		return cluster.ErrForgotten
	case "recovering":
		return cluster.ErrRecovering
	case "full":
		return cluster.ErrFull
	case "fenced":
		return cluster.ErrFenced
	}
	return errGarbled
}

func nodesOf(rest []rueidis.RedisMessage) (n cluster.Nodes, err error) {
	if len(rest) != 3 {
		return n, errGarbled
	}
	now, err := rest[0].AsInt64()
	if err != nil {
		return n, err
	}
	n.Now = time.UnixMicro(now)
	if n.Live, err = rest[1].AsStrSlice(); err != nil {
		return n, err
	}
	gone, err := rest[2].AsStrMap()
	if err != nil {
		return n, err
	}
	n.Gone = make(map[string]time.Time, len(gone))
	for node, since := range gone {
		us, err := strconv.ParseInt(since, 10, 64)
		if err != nil {
			return n, errGarbled
		}
		n.Gone[node] = time.UnixMicro(us)
	}
	return n, nil
}

func stringOf(rest []rueidis.RedisMessage, i int) (string, error) {
	if i >= len(rest) {
		return "", errGarbled
	}
	return rest[i].ToString()
}

func stampOf(rest []rueidis.RedisMessage, i int) (cluster.Stamp, error) {
	text, err := stringOf(rest, i)
	if err != nil {
		return cluster.Stamp{}, err
	}
	return decodeStamp(text)
}

func entriesOf(rest []rueidis.RedisMessage, i int) ([]cluster.Entry, error) {
	if i >= len(rest) {
		return nil, errGarbled
	}
	list, err := rest[i].ToArray()
	if err != nil {
		return nil, err
	}
	all := make([]cluster.Entry, len(list))
	for i := range list {
		text, err := list[i].ToString()
		if err != nil {
			return nil, err
		}
		var more string
		if all[i], more, err = decodeEntry(text); err == nil && more != "" {
			err = errGarbled
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
