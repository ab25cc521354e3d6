// Package voice carries sound between browsers and the voices of rooms: it answers their
// offers by WebRTC, hands what they say to rooms/voice, and sends them what that passes on.
// What it forwards, it never decodes.
//
// Browsers send nothing that says where they are but their packets, and are told no address
// but this server's: [Ports] are one UDP socket and one TCP listener of one number, opened
// before the process is locked down. A packet belongs to whoever knows the name and the
// password of an answer, which only a member of a room has been given; anything else is
// dropped without a word. What is taken at all, is bounded before any of it is decrypted.
package voice

import "time"

// Every bound, with its unit and its reason.
const (
	// maxOffer is the longest offer, in bytes: one of a browser with sixteen sections takes
	// about 20 KB.
	maxOffer = 32 << 10
	// maxSections is how many sections it has at most: a microphone, and the others of a
	// sealed room.
	maxSections = 16
	// offerRate and offerBurst are how often somebody may offer, in times a second and at
	// once: each costs a key and a handshake.
	offerRate  = 1.0 / 5
	offerBurst = 5
	// askRate and askBurst are the same of anything else that is asked: a thumb on a button.
	askRate  = 10
	askBurst = 40

	// minUser and minPassword are how long the name and the password of an offer are at least
	// (RFC 8839, section 5.4): with shorter names, answers were longer than what they answer.
	minUser     = 4
	minPassword = 22

	// provenFor is how long an address that answered is taken to be its sender's, as RFC 7675
	// has it; it is asked again after a third. askAgain is how often one that has not yet
	// answered is asked at most.
	provenFor = 30 * time.Second
	askAgain  = 100 * time.Millisecond

	// mtu is the largest packet that is taken, in bytes: what passes every network.
	mtu = 1500
	// lineRate and lineBurst are how many packets are taken from one person, in packets a
	// second and at once: three times an honest microphone with its checks.
	lineRate  = 200
	lineBurst = 400
	// lineQueue is how many of these wait to be read, less than a second of sound.
	lineQueue = 32
	// lineSources is how many addresses one person may send from while one answer is good:
	// some networks, each with some ports, and roaming between them.
	lineSources = 64
	// lineStreams is how many TCP connections one person may have at a time.
	lineStreams = 4
	// lineSpeakers is how many streams of sound one person may send who did not say which:
	// one, and one more after a restart.
	lineSpeakers = 2
	// streamQueue is how many packets wait for one TCP connection, half a second of what
	// six people say; what comes then is dropped.
	streamQueue = 160
	// greetFor is how long a TCP connection may take to say whose it is, greeters how many
	// may be about to, and maxGreeting how long that is at most, in bytes. When there are
	// more, one gives way that is of a source with the most of them.
	greetFor    = 5 * time.Second
	greeters    = 128
	maxGreeting = 600
	// streamIdle is after what time a TCP connection of which nothing comes is closed, and
	// streamWrite how long one write may take: browsers say every five seconds that they
	// are there.
	streamIdle  = 30 * time.Second
	streamWrite = 5 * time.Second

	// lostAfter is after what time without a packet a connection is shown as lost, and
	// endAfter how much later it ends; connectFor is how long its handshake may take.
	lostAfter  = 10 * time.Second
	endAfter   = 15 * time.Second
	connectFor = 20 * time.Second
	// aliveEvery is how often a sign of life is sent where nothing else is.
	aliveEvery = 10 * time.Second

	// replayWindow is how many packets may overtake one another: half a thousand, since the
	// usual 64 drop what a bad mobile network only delays.
	replayWindow = 512
	// reportEvery is how often a browser is told how much of what it sends arrives, by
	// which it corrects its losses.
	reportEvery = 2 * time.Second

	// testFor is how long the self-test at the start may take, each way.
	testFor = 3 * time.Second
)
