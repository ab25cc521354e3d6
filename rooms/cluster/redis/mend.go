package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/rueidis"
)

// ear is a connection for listening to one server.
type ear struct {
	addr   string
	client rueidis.DedicatedClient
	ended  <-chan error
}

func (e *ear) dead() bool {
	select {
	case <-e.ended:
		return true
	default:
		return false
	}
}

// mend makes all subscriptions as they should be.
func (l *listener) mend(ctx context.Context) error {
	l.forget()
	l.unsubscribe(ctx)
	for range maxRounds {
		todo := l.todo()
		if len(todo) == 0 {
			break
		}
		for addr, names := range todo {
			for chunk := range slices.Chunk(names, subscribeAtOnce) {
				if err := l.subscribe(ctx, addr, chunk); err != nil {
					return err
				}
			}
		}
	}
	if len(l.todo()) > 0 {
		return errors.New("redis sends rooms from one server to another")
	}
	if l.back() {
		l.missed()
	}
	return nil
}

// forget drops the connections that have ended, those to who is no server any more, and all
// if they are to be made anew.
func (l *listener) forget() {
	servers := l.client.Nodes()
	l.mu.Lock()
	defer l.mu.Unlock()
	for addr, e := range l.ears {
		if _, there := servers[addr]; there && !l.anew && !e.dead() {
			continue
		}
		l.drop(e)
		delete(l.ears, addr)
	}
	l.anew = false
	for _, r := range l.rooms {
		if l.ears[r.addr] != nil {
			continue
		}
		r.was = r.was || r.on
		r.on = false
		if _, there := servers[r.addr]; !there {
			r.addr = ""
		}
	}
}

// todo are the channels that are not subscribed to, by the server that they are asked of.
func (l *listener) todo() map[string][]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	todo := make(map[string][]string)
	for name, r := range l.rooms {
		if !r.on {
			todo[r.addr] = append(todo[r.addr], name)
		}
	}
	return todo
}

// back reports whether something that was heard before is heard again.
func (l *listener) back() (was bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.rooms {
		was = was || r.was
		r.was = false
	}
	return was
}

// subscribe asks a server, or any, for channels.
func (l *listener) subscribe(ctx context.Context, addr string, names []string) error {
	e, err := l.ear(ctx, addr)
	if err != nil {
		return err
	}
	commands := make(rueidis.Commands, len(names))
	for i, name := range names {
		commands[i] = e.client.B().Ssubscribe().Channel(name).Build()
	}
	for i, answer := range e.client.DoMulti(ctx, commands...) {
		err := answer.Error()
		if told, ok := rueidis.IsRedisErr(err); ok {
			if to, moved := told.IsMoved(); moved {
				l.place(names[i], to, false)
				continue
			}
			return fmt.Errorf("redis at %s: %w", e.addr, err)
		} else if err != nil {
			l.drop(e)
			delete(l.ears, e.addr)
			return fmt.Errorf("redis at %s: %w", e.addr, err)
		}
		l.place(names[i], e.addr, true)
	}
	return nil
}

// place notes which server has a channel, and that it is on, unless it was left meanwhile.
func (l *listener) place(name, addr string, on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.rooms[name]
	if r == nil {
		if on {
			l.leaving = append(l.leaving, left{name, addr})
		}
		return
	}
	r.addr, r.on = addr, on
	if on {
		select {
		case <-r.told:
		default:
			close(r.told)
		}
	}
}

func (l *listener) unsubscribe(ctx context.Context) {
	l.mu.Lock()
	leaving := l.leaving
	l.leaving = nil
	leaving = slices.DeleteFunc(leaving, func(f left) bool { return l.rooms[f.channel] != nil || l.ears[f.addr] == nil })
	l.mu.Unlock()
	for _, f := range leaving {
		e := l.ears[f.addr]
		// Where that fails the connection does, and nobody hears what comes until then.
		_ = e.client.Do(ctx, e.client.B().Sunsubscribe().Channel(f.channel).Build()).Error()
	}
}

// ear returns the connection to a server, or to any, if there is no address.
func (l *listener) ear(ctx context.Context, addr string) (*ear, error) {
	if addr == "" {
		for _, e := range l.ears {
			return e, nil
		}
	}
	if e := l.ears[addr]; e != nil {
		return e, nil
	}
	err := fmt.Errorf("redis: nobody knows a server at %s", addr)
	for at, server := range l.client.Nodes() {
		if addr != "" && at != addr {
			continue
		}
		var e *ear
		if e, err = l.connect(ctx, at, server); err == nil {
			l.ears[at] = e
			return e, nil
		}
	}
	return nil, err
}

// connect makes a connection to a master: a copy may be behind it, or alone.
func (l *listener) connect(ctx context.Context, addr string, server rueidis.Client) (*ear, error) {
	client, _ := server.Dedicate()
	e := &ear{addr: addr, client: client}
	e.ended = client.SetPubSubHooks(rueidis.PubSubHooks{
		OnMessage: l.heard,
		OnSubscription: func(s rueidis.PubSubSubscription) {
			if s.Kind == "sunsubscribe" {
				l.moved(s.Channel)
			}
		},
	})
	role, err := client.Do(ctx, client.B().Role().Build()).ToArray()
	if err == nil {
		if name, _ := role[0].ToString(); name != "master" {
			err = errors.New("it is a copy of another")
		}
	}
	if err != nil {
		l.drop(e)
		return nil, fmt.Errorf("redis at %s: %w", addr, err)
	}
	l.done.Go(func() {
		<-e.ended
		l.nudge()
	})
	return e, nil
}

// drop closes a connection, which takes a second where the other end is silent.
func (l *listener) drop(e *ear) { l.done.Go(e.client.Close) }
