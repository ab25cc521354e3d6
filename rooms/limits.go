package rooms

import "time"

// Every bound of the domain, with its unit and its reason. Whoever hits one is
// told in a sentence (see errors.go).
const (
	// MaxTextBytes is the longest message after cleaning: two screens of prose,
	// and with JSON escapes still well inside one frame.
	MaxTextBytes = 4000
	// MaxTextLines is the tallest message after cleaning: more would push a
	// whole screen of other people's words away at once.
	MaxTextLines = 40
	// MaxTopicBytes is the longest topic: one line on a wide terminal.
	MaxTopicBytes = 240

	// MaxAsideRunes and MaxAsideBytes bound why somebody is away, in characters and in bytes:
	// it stands beside a name in a list, and so much fits a line in any script.
	MaxAsideRunes = 100
	MaxAsideBytes = 200
	// RoomAsideBytes is what all in a room may say of why they are away, each with what tells
	// of it, in bytes: newcomers are told all of it at once, which is a batch, and two
	// hundred people fit with a line of usual length.
	RoomAsideBytes = BatchBytes

	// MaxNickBytes and MaxNickColumns bound a shown name, so that a column of
	// names stays a column in every script.
	MaxNickBytes   = 24
	MaxNickColumns = 16
	// MaxRoomNameBytes is the longest room name: it must fit an ssh command
	// line, a title line and a URL that a person may read aloud.
	MaxRoomNameBytes = 64
	// MaxMarks is the most combining marks on one character; living scripts
	// need three, and more only serve to paint over other people's lines.
	MaxMarks = 3
	// MaxSkew is how far a time that somebody tells may be from this machine's clock:
	// one that is set to another zone's time is some hours wrong.
	MaxSkew = 24 * time.Hour
	// MaxIDBytes bounds an id that a client chooses for its own op.
	MaxIDBytes = 64

	// OutboxBytes is what one seat may have waiting or unacknowledged: about
	// sixty of the longest messages, or a minute of a lively room.
	OutboxBytes = 256 << 10
	// PressBytes is how much has to be on somebody's outbox for others to be
	// bounded by it (see pace): two batches on their way, and nobody who keeps up
	// has as much. PressFor is how long that lasts at least: otherwise who happens to
	// ask while a slow reader catches up would pass those who wait for their turn.
	PressBytes = 64 << 10
	PressFor   = time.Second
	// PaceRate and PaceBurst are what those who say much may say meanwhile, in bytes a
	// second and at once: a quarter of what a line of a megabit a second carries
	// (122 KiB), and somewhat more than the largest sealed body as a frame.
	PaceRate  = 32 << 10
	PaceBurst = 48 << 10
	// LightRate and LightBurst are the same for those who say little: three hundred
	// short messages a second. Both rates are four fifths of the megabit, so that who
	// comes and goes has room on it.
	LightRate  = 64 << 10
	LightBurst = 64 << 10
	// LightBytes is how much somebody who says little has said in the last moments at
	// most, in bytes as frames: a short message each half second, or a sealed one each
	// second, is little. What was said counts for a third after TalkFades, for a seventh
	// after twice that; and with ShareFades where it is compared with what others said.
	LightBytes = 2 << 10
	TalkFades  = 2 * time.Second
	ShareFades = 10 * time.Second

	// ArriveRate is how many come in a second meanwhile: somebody who comes and goes is
	// 256 bytes on everybody's outbox, and 64 of them are an eighth of the megabit.
	// ArrivePatience is how long a newcomer waits for that at most.
	ArriveRate     = 64
	ArrivePatience = time.Second

	// EaseBytes is how much may wait to be taken before whoever it waits for is
	// read no further (see [Seat.Ease]): two batches, so that the rest of the
	// outbox is left for what others say meanwhile.
	EaseBytes = 64 << 10
	// BatchBytes is the most that one call to [Seat.Next] hands over, so that a
	// door never holds more than one frame's worth beside the outbox.
	BatchBytes = 32 << 10

	// ResumeWindow is how long a place waits for its lost connection: a lift,
	// a tunnel, a laptop moved to another desk.
	ResumeWindow = 60 * time.Second
	// MaxAway is how many places of a server wait for their connection at a time:
	// as many as there may be connections unless more are configured, since a proxy
	// that restarts loses them all at once. Beyond it one gives way (see awayPlaces.add), and its ticket is
	// unknown then.
	MaxAway = 4096
	// MaxAwayPerSource is how many of them one source may have: a lecture hall that
	// loses its line, which is as many connections as it may have.
	MaxAwayPerSource = 1024
	// ReturnRate and ReturnBurst bound what is sent anew to those who take a place
	// back, in bytes a second and at once: a full outbox four times, and then each
	// eight seconds, whatever a network does. A return costs ReturnBytes at least:
	// its welcome.
	ReturnRate  = 32 << 10
	ReturnBurst = 4 * OutboxBytes
	ReturnBytes = 16 << 10
	// ReturnRatePerSource and ReturnBurstPerSource bound the same for all places of a
	// source: a lecture hall that comes back at once, with half a minute of talk for
	// each.
	ReturnRatePerSource  = 1 << 20
	ReturnBurstPerSource = 32 << 20
	// AwayAfter is how long a connection must be lost before the room is told;
	// a quick return makes no noise.
	AwayAfter = time.Second

	// DefaultRoomSize is how many people fit one room unless configured.
	DefaultRoomSize = 500
	// MaxRoomSize is the most that can be configured, so that a welcome with
	// every member fits one 64 KiB frame.
	MaxRoomSize = 800

	// A visit shorter than BriefVisit counts against its source, as does a join that
	// comes to nothing. VisitRate and VisitBurst bound those of each source, in visits a
	// second and at once: a class that tries it out, or a script that pipes a line every
	// two seconds, is within them, and a search for rooms is not.
	BriefVisit = 2 * time.Second
	VisitRate  = 0.5
	VisitBurst = 60
	// WelcomeFor is how long a client may take to acknowledge its welcome, which every
	// program of ours does at once, and AnswerFor what comes later, until it is taken
	// for absent: browsers let the clocks of hidden pages go once a minute.
	WelcomeFor = 3 * time.Second
	AnswerFor  = 2 * time.Minute
	// SignFor is how long a client may take to give a sign of life, which browsers and
	// ssh clients give by themselves, even hidden ones. It is asked for when somebody
	// wants to come into a full room, once in SignEvery: so a newcomer who tries for five
	// seconds has the place of somebody who is not there.
	SignFor   = 4 * time.Second
	SignEvery = 5 * time.Second
	// TurnedAwayEvery is how often the people of a full room are told that somebody
	// was turned away: whoever learns that it is there has to be seen there.
	TurnedAwayEvery = 10 * time.Second

	// RippleEvery is how often a room of more than RippleFrom people is woken
	// because somebody came, went or lost their connection: five hundred that
	// arrive within a second would otherwise wake each other a hundred thousand
	// times. Words wake at once, and bring along what waits.
	RippleEvery = 250 * time.Millisecond
	RippleFrom  = 32

	// DefaultSayRate is how many messages a person may say per second in the
	// long run; SayBurst times that may come at once.
	DefaultSayRate = 2.0
	SayBurst       = 5
	// SealedRoomSize is how many people fit a sealed room: every message carries
	// a wrap for each, and everybody agrees on a key with everybody.
	SealedRoomSize = 64
	// MuteFor is how long somebody may be in a sealed room who seals nothing though
	// others are there: members say who they are with their first breath, and a link
	// alone is no right to one of the places.
	MuteFor = time.Minute
	// MaxSealedBytes is the largest sealed body: 32 KiB of padded plaintext, its
	// header and tag; in base64, with its wraps, it fits a frame.
	MaxSealedBytes = 32<<10 + 160
	// MaxWrapBytes is the largest wrap of a message key, which is that of a pair's
	// first step; MaxWrapsBytes is the most that the wraps of one message take: an
	// ordinary one for everybody, each with a fresh share.
	MaxWrapBytes  = 1200
	MaxWrapsBytes = 128 * SealedRoomSize
	// MaxHelloBytes is the largest hello.
	MaxHelloBytes = 96
	// SealedRate and SealedBurst bound sealed messages, in messages a second and
	// at once. The server can't tell words from typing or from the answers that
	// everybody gives a newcomer, so there are more than of words.
	SealedRate  = 8.0
	SealedBurst = 2 * SealedRoomSize
	// OrderFor is how long what was sealed later waits for what was refused, where no
	// sync says that its sender knows: as long as a refusal takes over a bad line.
	OrderFor = 2 * time.Second
	// SealedByteRate and SealedByteBurst bound them in bytes: two of the largest in
	// a second, eight at once, and as many of the smallest as SealedBurst.
	SealedByteRate  = 64 << 10
	SealedByteBurst = 256 << 10

	// MaxFileBytes is the largest file that can be offered: a presentation or a
	// minute of film, and little enough for a browser to hold until it is saved.
	MaxFileBytes = 64 << 20
	// MaxFileNameBytes is the longest name of one: it must fit a line of a screen,
	// and every file system.
	MaxFileNameBytes = 120
	// FileKeyBytes and FileSumBytes are the lengths of a file's key and SHA-256.
	FileKeyBytes = 32
	FileSumBytes = 32
	// MaxPassBytes is the most that is passed at once: 16 KiB of a file, what it
	// is sealed with, and some air.
	MaxPassBytes = 16<<10 + 128
	// MaxPassTo is to how many: as many as a sealed room holds.
	MaxPassTo = SealedRoomSize
	// PassRate and PassBurst bound passes, in passes a second and at once: 4 MiB
	// of a file a second, so that nobody's files take a server's line.
	PassRate  = 256.0
	PassBurst = 256
	// PassQueueBytes is how much that was passed may wait for one place: twelve
	// chunks, which is more than anybody asks for at once.
	PassQueueBytes = 12 * (MaxPassBytes + overhead)
	// PassNoteBytes is the longest body that anybody may pass to anybody: a
	// question for chunks. A longer one passes only to those who asked.
	PassNoteBytes = 256
	// PassCredit is how many chunks somebody may pass to whoever sent them a note, from
	// the newest of those on. A taker asks for 8 at a time (files.Window) and its note
	// lets 16 pass: so when it asks for 8 once more, since one was lost, the first 8 may
	// still be on their way.
	PassCredit = 16

	// VainBurst and VainRate are how much that makes no sense is answered on one
	// connection, at once and in answers a second, before it is ended: a program
	// under construction, or a person who tries what works. AirBytes is how much
	// that says nothing is one such thing, in bytes.
	VainBurst = 32
	VainRate  = 0.5
	AirBytes  = 1 << 10
	// AskRate and AskBurst bound what a connection asks for itself, in small answers
	// a second and at once, before it is read more slowly: a program that waits for
	// a barrier after each op is not slowed by it. AskBytes is how much of a frame
	// costs as much as such an answer, in bytes.
	AskRate  = 256
	AskBurst = 1024
	AskBytes = 256

	// RenameEvery is how often a person may change name: every change is a
	// line on everybody's screen.
	RenameEvery = 5 * time.Second
	// MaxSlow is the longest that a rule makes people wait between what they say: more
	// is a quiet room. MinFade and MaxFade bound the rule that clients forget: less is
	// gone before it is read, and nobody leaves a screen open for longer than a day.
	MaxSlow = time.Hour
	MinFade = time.Minute
	MaxFade = 24 * time.Hour
	// MinMute and MaxMute bound how long somebody is kept from speaking.
	MinMute = 10 * time.Second
	MaxMute = 24 * time.Hour
	// VoteAfter is how long somebody has been here who is asked in a vote: nobody comes in
	// for one. VoteLeast is how many have to agree at least, VoteFor how long it takes, and
	// VoteEvery how often a person may ask for one.
	VoteAfter = 2 * time.Minute
	VoteLeast = 3
	VoteFor   = time.Minute
	VoteEvery = 10 * time.Minute
	// LinksAfter is how long somebody has been here before they may post links in a room
	// where that is a rule: long enough that whoever is removed has posted none.
	LinksAfter = time.Minute
	// LeapEvery is how often a host may ask others to another room: each is a question
	// that stands above their line until they answer it.
	LeapEvery = 10 * time.Second
	// MaxReasonBytes is the longest reason for removing somebody: it stands in a line.
	MaxReasonBytes = 100
	// MaxKnockRunes and MaxKnockBytes bound the line of whoever knocks, in characters and
	// in bytes: it stands in a line, and so much fits one in any script.
	MaxKnockRunes = 100
	MaxKnockBytes = 200
	// KnockFor is how long somebody waits at a door: longer, and whoever is inside
	// would let in somebody who has gone for a walk.
	KnockFor = 5 * time.Minute
	// MaxKnocks is how many wait at one door: a class that is late, and no more than fit
	// a screen for whoever has to decide. Beyond it one of those from where most come
	// gives way.
	MaxKnocks = 32
	// KnockRate and KnockBurst bound the knocks at one door, wherever they come from, in
	// knocks a second and at once: thirty lines a minute on the screens of those who
	// decide, and at once more than one source may have.
	KnockRate  = 0.5
	KnockBurst = 2 * MaxKnocks
	// KnockCost is how much a knock counts, in visits: thirty at once from one source,
	// and then one in four seconds, since each is a line on somebody's screen.
	KnockCost = 2
	// MaxInvitations is how many invitations to a room are good at a time: one for each
	// of a class, and few enough that whoever made them knows what they did.
	// MaxInviteUses is for how many people one may be at most, a full room, and MinInvite
	// and MaxInvite how long, if that is said at all.
	MaxInvitations = 32
	MaxInviteUses  = MaxRoomSize
	MinInvite      = time.Minute
	MaxInvite      = 24 * time.Hour
	// MaxTokenBytes is more than any token has, in bytes.
	MaxTokenBytes = 64
	// BridgeFor is how long newcomers have to knock after somebody was removed, or after
	// a flood: whoever was removed comes back at once or not today.
	BridgeFor = 10 * time.Minute
	// A flood is more than FloodSize newcomers within FloodWithin, who have said nothing,
	// or all the same, FloodJudged after the last of these: more than come by chance, and
	// long enough for people among them to say hello.
	FloodSize   = 20
	FloodWithin = 10 * time.Second
	FloodJudged = 5 * time.Second
	// KeyWords is how many words a room's key has, of a list of 2,048: 55 bits, which
	// nobody guesses at the rate that claims have.
	KeyWords = 5
	// MaxKeys is how many keys of a room are good: enough that hosts ask for one when they
	// need it, and few enough to be compared at once.
	MaxKeys = 8
	// keySteps is how often a key is hashed before it is kept or compared: some
	// milliseconds, so that who reads the hashes needs centuries for one of them.
	keySteps = 1 << 14
	// KeyRate and KeyBurst are how often a person may try a key or ask for one, in times a
	// second and at once; RoomClaimRate and RoomClaimBurst how often all in a room may try
	// one: nobody guesses 55 bits at ten a minute, and nobody keeps a processor busy.
	KeyRate        = 1.0 / 20
	KeyBurst       = 3
	RoomClaimRate  = 10.0 / 60
	RoomClaimBurst = 10

	// RememberedMessages is how many of the newest messages can be reacted to: some screens
	// full, so that a room keeps little to know who did.
	RememberedMessages = 1000
	// RememberedWriters is of how many it is known who said them, so that they can be taken
	// back and amended: ten of each in the largest room, who are pushed out by nobody, in
	// about a megabyte where so much was said.
	RememberedWriters = 10_000
	// MaxRememberedReactions is how many reactions are on the newest messages: half a
	// thousand people on sixty of them, in about three megabytes.
	MaxRememberedReactions = 32_000
	// AmendFor is how long a message can be changed by who said it: long enough to mend a
	// word, too short to change what others have answered since.
	AmendFor = 5 * time.Minute
	// MaxReactionKinds is how many different emoji one message may have: what a line of a
	// phone shows.
	MaxReactionKinds = 12
	// MissedMends is how many reactions and changes to earlier messages are kept for somebody
	// whose outbox is full while they are away, and MissedMendBytes how much text of these:
	// a minute of a poll in a full room, and a batch. More of them are part of the gap.
	MissedMends     = 1000
	MissedMendBytes = BatchBytes
	// A poll has at least MinOptions to choose from and at most MaxOptions, so that a choice
	// is one key, each of at most MaxOptionBytes: a line of a terminal.
	MinOptions     = 2
	MaxOptions     = 10
	MaxOptionBytes = 80

	// MaxRecordBytes is the longest record as it is written: the largest sealed body with
	// all its wraps, and some air. MaxSnapshotBytes is the longest that a room is: a full
	// one that remembers all that it may.
	MaxRecordBytes   = 48 << 10
	MaxSnapshotBytes = 4 << 20

	// StallAfter is how long servers that share a room take nothing before everybody on
	// them is told: as long as a person waits before they wonder. HeldLines is how many ops
	// of one person wait then, a screenful of thoughts; HoldFor how long, after which they
	// come back to whoever asked: what was meant a minute ago may no longer be.
	StallAfter = 2 * time.Second
	HeldLines  = 10
	HoldFor    = 60 * time.Second

	// HistoryFor is how long servers that share a room keep what happened in it, for who
	// comes back by another server than their own: as long as their place waits. At most
	// HistoryBytes a room, a few thousand lines; who misses more is told of a gap.
	HistoryFor   = ResumeWindow
	HistoryBytes = 1 << 20

	// TypingEvery is how often a typing signal is passed on; more often they
	// coalesce. TypingFor is how long readers show it.
	TypingEvery = 2 * time.Second
	TypingFor   = 5 * time.Second

	// DefaultVoiceSize is how many of a room are in its voice at once, and MaxVoiceSize how
	// many at most: more people than that hear each other better if they take turns, and
	// each more costs everybody's line.
	DefaultVoiceSize = 16
	MaxVoiceSize     = 32
	// VoiceRate and VoiceBurst bound how often is passed on how somebody is in voice, in
	// times a second and at once: whoever carries it asks for less, and an impatient thumb
	// on a button is no trouble to others.
	VoiceRate  = 4
	VoiceBurst = 16
	// VoiceEvery is how often it is said anew of who is in voice, and VoiceFor after what
	// time without that they are taken for gone: a server that is lost says nothing.
	VoiceEvery = 10 * time.Second
	VoiceFor   = 30 * time.Second
)
