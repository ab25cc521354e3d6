package rooms

import (
	"maps"
	"slices"
	"time"
)

// A state is written whole as of one record, so that whoever goes on with the next has the
// same as who had all of them.

// encode writes a state, in at most [MaxSnapshotBytes]. It has one way to be written.
func (s *state) encode() ([]byte, error) {
	c := coder{}
	s.describe(&c)
	if len(c.bytes) > MaxSnapshotBytes {
		c.fail(errLongCode)
	}
	return c.bytes, c.end()
}

// decodeState reads what encode has written, and nothing else.
func decodeState(b []byte) (*state, error) {
	if len(b) > MaxSnapshotBytes {
		return nil, errLongCode
	}
	c := coder{bytes: b, reading: true}
	s := newState("")
	s.describe(&c)
	if err := c.end(); err != nil {
		return nil, err
	}
	return &s, nil
}

func (s *state) describe(c *coder) {
	c.version(LogVersion)
	c.number(&s.epoch)
	c.number(&s.number)
	text(c, &s.kind, MaxIDBytes)
	c.count(&s.size, MaxRoomSize)
	c.number(&s.seq)
	text(c, &s.topic, MaxTopicBytes)
	c.person(&s.topicBy)
	c.rules(&s.rules)
	c.flag(&s.burned)
	list(c, &s.fenced, maxFenced, func(node *string) { text(c, node, MaxIDBytes) })
	c.fixed(s.keys.salt[:])
	list(c, &s.keys.hashes, MaxKeys, func(h *keyHash) { c.fixed(h[:]) })
	s.roster.describe(c)
	s.memory.describe(c)
	c.member(&s.vote.about)
	text(c, &s.vote.asker, MaxIDBytes)
	c.time(&s.vote.ends)
	c.count(&s.vote.needed, MaxRoomSize)
	s.doorway.describe(c)
}

func (r *roster) describe(c *coder) {
	order := r.order
	list(c, &order, MaxRoomSize, func(p **member) {
		if c.reading {
			*p = new(member)
		}
		m := *p
		c.member(&m.Member)
		text(c, &m.key, maxKeyedNick)
		text(c, &m.node, MaxIDBytes)
		c.time(&m.kept)
		held := []tokenHash(m.claims)
		list(c, &held, maxTickets, func(h *tokenHash) { c.fixed(h[:]) })
		m.claims = held
		c.number(&m.gen)
		c.number(&m.wseq)
		c.flag(&m.spoke)
		text(c, &m.ballot, MaxIDBytes)
		for _, t := range []*time.Time{&m.came, &m.spokeAt, &m.amendedAt, &m.votedAt, &m.mutedTill} {
			c.time(t)
		}
		if !c.reading || c.err != nil {
			return
		}
		if r.here(m.ID) || !m.Watch && r.names[m.key] != nil {
			c.fail(errCoded)
			return
		}
		r.add(m)
	})
}

func (m *memory) describe(c *coder) {
	last := uint64(0)
	list(c, &m.said, RememberedWriters, func(said *remembered) {
		c.number(&said.seq)
		if said.seq <= last {
			c.fail(errCoded)
		}
		last = said.seq
		text(c, &said.by, MaxIDBytes)
		c.time(&said.at)
		c.flags(&said.file, &said.gone)
		c.count(&said.options, MaxOptions)
		list(c, &said.reactions, MaxReactionKinds+MaxOptions, func(r *reaction) {
			text(c, &r.emoji, maxEmojiBytes)
			c.flag(&r.forgot)
			list(c, &r.by, MaxRememberedReactions, func(id *string) { text(c, id, MaxIDBytes) })
			if c.reading {
				m.reactions += len(r.by)
				m.bereft += bereft(*r)
			}
		})
	})
	if m.reactions > MaxRememberedReactions {
		c.fail(errLongCode)
	}
}

func (d *doorway) describe(c *coder) {
	c.number(&d.count)
	list(c, &d.knocks, MaxKnocks, func(p **knock) {
		if c.reading {
			*p = new(knock)
		}
		k := *p
		text(c, &k.id, MaxIDBytes)
		c.number(&k.number)
		text(c, &k.nick, MaxNickBytes)
		text(c, &k.text, MaxKnockBytes)
		c.flag(&k.watch)
		text(c, &k.node, MaxIDBytes)
	})
	let := slices.Sorted(maps.Keys(d.let))
	list(c, &let, MaxAway, func(id *string) { text(c, id, MaxIDBytes) })
	for i, id := range let {
		if c.reading && i > 0 && id <= let[i-1] {
			c.fail(errCoded)
		}
		d.let[id] = true
	}
	c.time(&d.bridge.till)
	c.time(&d.flood.judged)
	list(c, &d.flood.newest, MaxRoomSize, func(n *newcomer) {
		text(c, &n.id, MaxIDBytes)
		c.time(&n.at)
		c.flag(&n.spoke)
		c.number(&n.words)
	})
	list(c, &d.invitations, MaxInvitations, c.invitation)
}

func (c *coder) person(p *Person) {
	text(c, &p.ID, MaxIDBytes)
	text(c, &p.Nick, MaxNickBytes)
}

func (c *coder) member(m *Member) {
	text(c, &m.ID, MaxIDBytes)
	text(c, &m.Nick, MaxNickBytes)
	text(c, &m.Via, MaxIDBytes)
	text(c, &m.Hello, MaxHelloBytes)
	c.flags(&m.Away, &m.Host, &m.Muted, &m.Speaks, &m.Watch)
	c.number(&m.arrived)
	c.flag(&m.Aside.On)
	text(c, &m.Aside.Text, MaxAsideBytes)
}

func (c *coder) rules(r *Rules) {
	text(c, &r.Door, MaxIDBytes)
	c.duration(&r.Slow)
	c.duration(&r.Fade)
	c.flags(&r.Quiet, &r.NoLinks)
}
