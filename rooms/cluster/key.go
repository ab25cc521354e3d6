package cluster

import (
	"context"
	"errors"
	"strings"
	"time"

	"sotto/rooms"
)

// keyRoom is where all nodes of a store find out whether they have the same key, and were told
// the same: it begins with that, after keySays.
const (
	keyRoom = "cluster"
	keySays = "sotto"
)

// ErrKey says that the nodes of a store have another cluster key, and ErrVersion that they
// are of another version.
var (
	ErrKey     = errors.New("the nodes that use this store have another cluster key")
	ErrVersion = errors.New("the nodes that use this store are of another version")
)

// ErrAgreed says that the nodes of a store were told something else of what they have to be
// told alike.
type ErrAgreed struct{ Theirs string }

func (e *ErrAgreed) Error() string {
	return "the nodes that use this store were started otherwise: " + e.Theirs
}

// isOdd reports whether an error says that this node and the others of the store don't go
// together.
func isOdd(err error) bool {
	var agreed *ErrAgreed
	return errors.Is(err, ErrKey) || errors.Is(err, ErrVersion) || errors.As(err, &agreed)
}

// keyHead is what a store tells all nodes of their key.
func (n *Node) keyHead() []byte {
	return n.life.Load().wrap(whatKey, keyRoom, []byte(keySays+"\x00"+n.agreed))
}

// agree waits until this node is known to have the key of the others, and was told the same.
// Where a store can't say that it has lost something, and had nothing of it, those who are
// there have as long as they need to notice.
func (n *Node) agree(ctx context.Context) error {
	unsure := false
	check := func(ctx context.Context) error {
		kept, err := n.store.Open(ctx, keyRoom, n.keyHead())
		if err != nil || kept.Made {
			unsure = unsure || kept.Unsure
			return err
		}
		return n.readKey(ctx)
	}
	err := n.retry(ctx, check, isOdd)
	if err != nil || !unsure {
		return err
	}
	select {
	case <-time.After(noticeFor):
		return n.retry(ctx, check, isOdd)
	case <-ctx.Done():
		return ctx.Err()
	case <-n.ctx.Done():
		return errClosed
	}
}

// noticeFor is how long it takes the nodes that are there to notice that they have another
// key than the store says: each looks with every beat. It is no longer than [ProposeFor], so
// that whoever loses a dispute about it has none any more.
const noticeFor = 2 * BeatEvery

// readKey reports whether the other nodes have this key and this version, and were told the
// same.
func (n *Node) readKey(ctx context.Context) error {
	head, err := n.store.Head(ctx, keyRoom)
	if err != nil {
		return err
	}
	plain, _, err := n.sealing.unwrap(whatKey, keyRoom, head, maxHeadBytes)
	_, agreed, _ := strings.Cut(string(plain), "\x00")
	switch {
	case errors.Is(err, errVersion):
		return ErrVersion
	case err != nil:
		return ErrKey
	case agreed != n.agreed:
		return &ErrAgreed{agreed}
	}
	n.agreedAt.Store(time.Now().UnixNano())
	return nil
}

// offerKey has a store that lost it know again which key its nodes have, before anybody who
// starts can say otherwise.
func (n *Node) offerKey(ctx context.Context) error {
	l, at := n.life.Load(), Place{Epoch: 1, Number: 1}
	next := Draft{ID: l.next(), Until: n.clock.is().Add(rooms.HoldFor)}
	next.Body = l.seal(whatKey, keyRoom, next.ID, nil)
	snapshot := Snapshot{at, l.wrap(whatKey, placed(keyRoom, at), nil)}
	err := n.store.Propose(ctx, keyRoom, Proposal{Head: n.keyHead(), Snapshot: snapshot, Next: next})
	if errors.Is(err, ErrRecovering) {
		return nil
	}
	return err
}

// keepKey has the store know again which key its nodes have.
func (n *Node) keepKey(ctx context.Context) error {
	if err := n.offerKey(ctx); err != nil {
		return err
	}
	return n.guardKey(ctx)
}

// guardKey looks whether the store still says that its nodes have this key. Where it said so
// just now and another's stands there, the store has lost it, and somebody with another key
// was the first to start since: it is offered once more.
func (n *Node) guardKey(ctx context.Context) error {
	err := n.readKey(ctx)
	switch {
	case errors.Is(err, ErrRecovering), errors.Is(err, ErrNoRoom): // every beat looks again
		return nil
	case !isOdd(err):
		return err
	}
	n.faults.add(FaultKey)
	if !errors.Is(err, ErrKey) || time.Since(time.Unix(0, n.agreedAt.Load())) >= noticeFor {
		return err
	}
	kept, err := n.store.Open(ctx, keyRoom, n.keyHead())
	if err != nil {
		return err
	}
	if err := n.store.Remove(ctx, keyRoom, kept.Last); err != nil {
		return err
	}
	return n.offerKey(ctx)
}
