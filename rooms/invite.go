package rooms

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"time"
)

// tokenHash is all of an invitation's token that the server keeps. A token has 128 bits,
// so there is nothing to guess that a slow hash would have to make harder.
type tokenHash [sha256.Size]byte

func hashToken(token string) tokenHash { return sha256.Sum256([]byte(token)) }

// newToken draws one. None begins with a dash, as an option of a command line does.
func newToken() string {
	for {
		var b [16]byte
		rand.Read(b[:])
		if token := base64.RawURLEncoding.EncodeToString(b[:]); token[0] != '-' {
			return token
		}
	}
}

// invitation lets in whoever has its token, whatever the door.
type invitation struct {
	hash  tokenHash
	uses  int       // how many may still come by it; 0: as many as like
	watch bool      // to watch, and nothing else
	until time.Time // zero: as long as the room is there
}

// invited is what becomes of an Invite on the way.
type invited struct {
	id    string
	token string // for the asker
	lasts time.Duration
	made  invitation
}

func (o invited) opFacts() opFacts { return opFacts{id: o.id} }

// admitInvite checks an invitation's bounds, and draws its token.
func (p *place) admitInvite(op Invite) (Op, *Refused) {
	switch {
	case op.Watch && p.room.kind == KindSealed:
		return nil, &Refused{ID: op.ID, Err: ErrSealedWatch}
	case op.Uses < 0 || op.Uses > MaxInviteUses:
		return nil, refusal(op.ID, NotAllowed, fmt.Sprintf("An invitation is for one to %d people, or for as many as like.", MaxInviteUses))
	case op.For != 0 && (op.For < MinInvite || op.For > MaxInvite):
		return nil, refusal(op.ID, NotAllowed, fmt.Sprintf("An invitation is good for one to %d minutes, or as long as the room is there.", int(MaxInvite.Minutes())))
	}
	made := invited{id: op.ID, token: newToken(), lasts: op.For, made: invitation{uses: op.Uses, watch: op.Watch}}
	made.made.hash = hashToken(made.token)
	return made, nil
}

// expire drops the invitations that are over.
func (d *doorway) expire(now time.Time) {
	d.invitations = slices.DeleteFunc(d.invitations, func(i invitation) bool { return !i.until.IsZero() && !now.Before(i.until) })
}

// addInvitation takes an invitation in, and tells whoever asked for it.
func (s *state) addInvitation(m *member, at time.Time, op invited) {
	d := &s.doorway
	if !s.mayDecide(m, op.id) {
		return
	}
	if d.expire(at); len(d.invitations) >= MaxInvitations {
		s.tellOne(m, refusal(op.id, NotAllowed, fmt.Sprintf("%d invitations to this room are good at a time. Void them all by /uninvite, or let some be used.", MaxInvitations)))
		return
	}
	if op.lasts > 0 {
		op.made.until = at.Add(op.lasts)
	}
	d.invitations = append(d.invitations, op.made)
	s.tellOne(m, &Invited{Token: op.token, Uses: op.made.uses, For: op.lasts, Watch: op.made.watch, ID: op.id})
}

// uninvite voids all invitations.
func (s *state) uninvite(m *member, op Uninvite) {
	if s.mayDecide(m, op.ID) {
		s.doorway.invitations = nil
		s.tellOne(m, &Invited{ID: op.ID})
	}
}

// invites is which of the invitations has a hash, or -1. The time that it takes doesn't
// tell which one it was.
func (d *doorway) invites(hash tokenHash, at time.Time) int {
	d.expire(at)
	found := -1
	for i, have := range d.invitations {
		found = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(have.hash[:], hash[:]), i, found)
	}
	return found
}

// watchOnly refuses whoever wants to take part by an invitation, which is good, for
// watching.
func (d *doorway) watchOnly(op enter, at time.Time) *Error {
	if d.invitations[d.invites(*op.invite, at)].watch && !op.watch {
		return errWatchOnly
	}
	return nil
}

var errNoInvite = &Error{Code: NoInvite, Message: "That invitation is not good here: it was used, its time is over, it was voided, or it is for watching alone. Ask for another."}
