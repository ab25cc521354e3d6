package rooms

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// LogVersion is that of how records and snapshots are written. It rises with every change of
// that, or of what a record does to a state: servers of several versions can't share a room.
const LogVersion = 3

// maxKeyedNick is how long the key of a name is at most, in bytes: of a letter that looks
// like several it has these.
const maxKeyedNick = 16 * MaxNickBytes

// maxEmojiBytes is how long an emoji is at most, as package emoji has them; maxKeyBytes the
// words of a key.
const (
	maxEmojiBytes = 64
	maxKeyBytes   = KeyWords * 9
)

// Encode writes a record, in at most [MaxRecordBytes]. The error says that it would be
// longer, or has something in it that is.
func (r Record) Encode() ([]byte, error) {
	c := coder{}
	r.describe(&c)
	if len(c.bytes) > MaxRecordBytes {
		c.fail(errLongCode)
	}
	return c.bytes, c.end()
}

// DecodeRecord reads what [Record.Encode] has written, and nothing else.
func DecodeRecord(b []byte) (r Record, err error) {
	if len(b) > MaxRecordBytes {
		return Record{}, errLongCode
	}
	c := coder{bytes: b, reading: true}
	r.describe(&c)
	if err := c.end(); err != nil {
		return Record{}, err
	}
	return r, nil
}

func (r *Record) describe(c *coder) {
	c.version(LogVersion)
	c.time(&r.At)
	text(c, &r.From, MaxIDBytes)
	c.number(&r.Gen)
	kind := opNumbers[reflect.TypeOf(r.Op)]
	if c.count(&kind, len(opCodes)-1); kind == 0 { // none, as of an op that is on no record
		c.fail(errCoded)
		return
	}
	r.Op = opCodes[kind].describe(c, r.Op)
}

// opCode is how an op is written. Its number is its place in opCodes.
type opCode struct {
	op       reflect.Type
	describe func(c *coder, op Op) Op
}

// coded makes one of a description.
func coded[T Op](describe func(c *coder, o *T)) opCode {
	return opCode{reflect.TypeFor[T](), func(c *coder, op Op) Op {
		o, _ := op.(T)
		describe(c, &o)
		return o
	}}
}

var opNumbers = func() map[reflect.Type]int {
	numbers := make(map[reflect.Type]int)
	for n, code := range opCodes {
		if n > 0 {
			numbers[code.op] = n
		}
	}
	return numbers
}()

// opCodes are all ops that are on records. Their order is a part of [LogVersion].
var opCodes = [...]opCode{
	{}, // 0 is none
	coded(func(c *coder, o *enter) {
		text(c, &o.via, MaxIDBytes)
		text(c, &o.hello, MaxHelloBytes)
		c.flags(&o.watch, &o.host, &o.absent)
		c.nicks(&o.nicks)
		text(c, &o.knock, MaxIDBytes)
		maybe(c, &o.invite, func(h *tokenHash) { c.fixed(h[:]) })
		c.fixed(o.salt[:])
		c.count(&o.size, MaxRoomSize)
		text(c, &o.gives, MaxIDBytes)
		maybe(c, &o.ticket, func(h *tokenHash) { c.fixed(h[:]) })
	}),
	coded(func(c *coder, o *back) {
		text(c, &o.try, MaxIDBytes)
		maybe(c, &o.used, func(h *tokenHash) { c.fixed(h[:]) })
		c.fixed(o.next[:])
	}),
	coded(func(c *coder, o *arrived) {}),
	coded(func(c *coder, o *fence) { text(c, &o.node, MaxIDBytes); c.time(&o.since) }),
	coded(func(c *coder, o *reopen) {}),
	coded(func(c *coder, o *depart) { text(c, &o.reason, MaxIDBytes) }),
	coded(func(c *coder, o *absence) { c.flag(&o.away) }),
	coded(func(c *coder, o *tick) {}),
	coded(func(c *coder, o *knocks) {
		c.nicks(&o.nicks)
		text(c, &o.text, MaxKnockBytes)
		c.flag(&o.watch)
		text(c, &o.gives, MaxIDBytes)
	}),
	coded(func(c *coder, o *unknock) { c.flag(&o.gone) }),
	coded(func(c *coder, o *Decide) { c.ids(&o.ID, &o.Knock); c.flag(&o.In) }),
	coded(func(c *coder, o *Say) {
		c.ids(&o.ID)
		text(c, &o.Text, MaxTextBytes)
		c.flag(&o.Action)
		c.number(&o.Re)
		list(c, &o.Options, MaxOptions, func(s *string) { text(c, s, MaxOptionBytes) })
	}),
	coded(func(c *coder, o *Whisper) { c.ids(&o.ID, &o.To); text(c, &o.Text, MaxTextBytes) }),
	coded(func(c *coder, o *SetTopic) { c.ids(&o.ID); text(c, &o.Text, MaxTopicBytes) }),
	coded(func(c *coder, o *SetAside) { c.ids(&o.ID); c.flag(&o.On); text(c, &o.Text, MaxAsideBytes) }),
	coded(func(c *coder, o *rename) { c.ids(&o.id); c.nick(&o.nick) }),
	coded(func(c *coder, o *React) {
		c.ids(&o.ID)
		c.number(&o.Re)
		text(c, &o.Emoji, maxEmojiBytes)
		c.flag(&o.On)
	}),
	coded(func(c *coder, o *Retract) { c.ids(&o.ID); c.number(&o.Re) }),
	coded(func(c *coder, o *Amend) { c.ids(&o.ID); c.number(&o.Re); text(c, &o.Text, MaxTextBytes) }),
	coded(func(c *coder, o *Offer) {
		c.ids(&o.ID)
		text(c, &o.File.Name, MaxFileNameBytes)
		c.number(&o.File.Size)
		text(c, &o.File.Key, FileKeyBytes)
		text(c, &o.File.Sum, FileSumBytes)
	}),
	coded(func(c *coder, o *Seal) {
		c.ids(&o.ID)
		c.raw(&o.Body, MaxSealedBytes)
		c.wraps(&o.Wraps)
	}),
	coded(func(c *coder, o *Sync) { c.ids(&o.ID) }),
	coded(func(c *coder, o *claimed) { c.ids(&o.id); c.fixed(o.hash[:]) }),
	coded(func(c *coder, o *keyMade) { c.ids(&o.id); c.fixed(o.hash[:]); text(c, &o.words, maxKeyBytes) }),
	coded(func(c *coder, o *MakeHost) { c.ids(&o.ID, &o.To); c.flag(&o.On) }),
	coded(func(c *coder, o *SetRules) {
		c.ids(&o.ID)
		text(c, &o.Door, MaxIDBytes)
		maybe(c, &o.Slow, c.duration)
		maybe(c, &o.Fade, c.duration)
		maybe(c, &o.Quiet, c.flag)
		maybe(c, &o.Links, c.flag)
	}),
	coded(func(c *coder, o *Mute) { c.ids(&o.ID, &o.To); c.duration(&o.For) }),
	coded(func(c *coder, o *LetSpeak) { c.ids(&o.ID, &o.To); c.flag(&o.On) }),
	coded(func(c *coder, o *Remove) { c.ids(&o.ID, &o.To); text(c, &o.Reason, MaxReasonBytes) }),
	coded(func(c *coder, o *Vote) { c.ids(&o.ID, &o.To); c.flag(&o.Yes) }),
	coded(func(c *coder, o *invited) {
		c.ids(&o.id)
		text(c, &o.token, MaxTokenBytes)
		c.duration(&o.lasts)
		c.invitation(&o.made)
	}),
	coded(func(c *coder, o *Uninvite) { c.ids(&o.ID) }),
	coded(func(c *coder, o *Leap) {
		c.ids(&o.ID)
		text(c, &o.Room, MaxRoomNameBytes)
		list(c, &o.To, MaxRoomSize, func(id *string) { c.ids(id) })
	}),
	coded(func(c *coder, o *Burn) { c.ids(&o.ID) }),
	coded(func(c *coder, o *Pass) {
		c.ids(&o.ID)
		list(c, &o.To, MaxPassTo, func(id *string) { c.ids(id) })
		c.raw(&o.Body, MaxPassBytes)
	}),
	coded(func(c *coder, o *Typing) {}),
	coded(func(c *coder, o *Voice) { c.flags(&o.In, &o.Muted, &o.Speaking) }),
}

func (c *coder) ids(ids ...*string) {
	for _, id := range ids {
		text(c, id, MaxIDBytes)
	}
}

// nick is a name and what it can't be told from others by, which whoever asks for it says:
// so it is the same for all, whatever their tables.
func (c *coder) nick(n *Nick) {
	text(c, &n.shown, MaxNickBytes)
	text(c, &n.key, maxKeyedNick)
}

func (c *coder) nicks(nicks *[]Nick) { list(c, nicks, spareNicks+1, c.nick) }

func (c *coder) invitation(i *invitation) {
	c.fixed(i.hash[:])
	c.count(&i.uses, MaxInviteUses)
	c.flag(&i.watch)
	c.time(&i.until)
}

// wraps are in the order of their members' ids.
func (c *coder) wraps(wraps *map[string][]byte) {
	type wrap struct {
		id   string
		body []byte
	}
	var all []wrap
	for _, id := range slices.Sorted(maps.Keys(*wraps)) {
		all = append(all, wrap{id, (*wraps)[id]})
	}
	list(c, &all, SealedRoomSize, func(w *wrap) {
		text(c, &w.id, MaxIDBytes)
		c.raw(&w.body, MaxWrapBytes)
	})
	if !c.reading {
		return
	}
	if !slices.IsSortedFunc(all, func(a, b wrap) int { return cmp.Or(strings.Compare(a.id, b.id), 1) }) {
		c.fail(errCoded)
	}
	*wraps = make(map[string][]byte, len(all))
	for _, w := range all {
		(*wraps)[w.id] = w.body
	}
}
