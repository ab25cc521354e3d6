// A browser's parts of voice, as strict as they are: what throws there throws here.

const bad = (why) => new DOMException(why, "InvalidStateError");

export class FakeTrack {
  kind = "audio";
  enabled = true;
  muted = false;
  readyState = "live";
  onended = null;
  onmute = null;
  onunmute = null;
  stop() { this.readyState = "ended"; } // which fires no event
  // What the system does.
  vanish() {
    this.readyState = "ended";
    this.onended?.();
  }
  hush(muted) {
    this.muted = muted;
    (muted ? this.onmute : this.onunmute)?.();
  }
}

// FakeMedia is mediaDevices. answer is what comes of the next question: a track, or the
// name of an error; a promise of one is a question that is not answered yet.
export class FakeMedia {
  asked = [];
  answer = null;
  given = [];
  async getUserMedia(wishes) {
    this.asked.push(wishes);
    const answer = (await this.answer) ?? new FakeTrack();
    if (typeof answer === "string") throw new DOMException("no", answer);
    this.given.push(answer);
    return { getAudioTracks: () => [answer], getTracks: () => [answer] };
  }
}

// FakeSound remembers what it was given.
export class FakeSound {
  silence = new FakeTrack();
  open() { this.isOpen = true; }
  hear(tracks) { this.heard = tracks; }
  close() { this.isOpen = false; }
}

class Sender {
  transform = null;
  constructor(track, connection) {
    this.track = track;
    this.connection = connection;
  }
  async replaceTrack(track) {
    if (this.connection.signalingState === "closed") throw bad("closed");
    if (track && track.kind !== "audio") throw new TypeError("another kind");
    this.track = track;
  }
}

class Receiver {
  transform = null;
  track = new FakeTrack();
}

// What Chromium offers of a microphone, shortened.
const section = (mid, direction) => `m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 13
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2113937151 192.168.7.7 50000 typ host generation 0 network-id 1
a=end-of-candidates
a=ice-ufrag:abcd
a=ice-pwd:0123456789012345678901
a=ice-options:trickle
a=fingerprint:sha-256 AA:BB
a=setup:actpass
a=mid:${mid}
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=${direction}
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:13 CN/8000
`;

export class FakeConnection {
  static made = [];
  signalingState = "stable";
  connectionState = "new";
  onconnectionstatechange = null;
  transceivers = [];
  localDescription = null;
  remoteDescription = null;
  stats = [];
  #offer = null;

  constructor() { FakeConnection.made.push(this); }

  addTransceiver(what, { direction }) {
    if (this.signalingState === "closed") throw bad("closed");
    if (what !== "audio" && what?.kind !== "audio") throw new TypeError("no such kind");
    const transceiver = { direction, sender: new Sender(what === "audio" ? null : what, this), receiver: new Receiver() };
    this.transceivers.push(transceiver);
    return transceiver;
  }

  async createOffer() {
    if (this.signalingState === "closed") throw bad("closed");
    const media = this.transceivers.map(({ direction }, mid) => section(mid, direction)).join("");
    return this.#offer = { type: "offer", sdp: `v=0\no=- 1 2 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE 0\n${media}`.replaceAll("\n", "\r\n") };
  }

  async setLocalDescription(offer) {
    if (this.signalingState !== "stable" || offer !== this.#offer) throw bad("no offer of this connection");
    this.localDescription = offer;
    this.signalingState = "have-local-offer";
  }

  async setRemoteDescription({ type, sdp }) {
    if (type !== "answer" || this.signalingState !== "have-local-offer") throw bad("nothing was offered");
    if (sdp.match(/^m=/gm)?.length !== this.transceivers.length) throw new DOMException("other sections", "OperationError");
    this.remoteDescription = { type, sdp };
    this.signalingState = "stable";
  }

  async getStats() { return new Map(this.stats.map((row, at) => [String(at), row])); }

  close() {
    this.signalingState = this.connectionState = "closed"; // which fires no event
  }

  // What the network does.
  become(state) {
    if (this.signalingState === "closed") return;
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

// answerTo is what a server answers to an offer, with more in it than it should have.
export const answerTo = (offer) => offer.replaceAll("a=setup:actpass", "a=setup:passive\r\na=candidate:1 1 udp 1 203.0.113.1 3000 typ host")
  .replaceAll("a=sendonly", "a=x").replaceAll("a=recvonly", "a=sendonly").replaceAll("a=x", "a=recvonly");
