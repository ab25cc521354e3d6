// What a page lets stand in the descriptions of a connection for sound (SDP, RFC 8866):
// no address of its own in the offer, nothing but Opus in the answer, and in a sealed room
// nothing that tells of speech beside the sealed sound. Knows no browser.

const OPEN = "minptime=10;useinbandfec=1;usedtx=1;stereo=0;maxaveragebitrate=32000";
// A rate that is the same in silence and in speech, so that sizes and pauses tell nothing.
const SEALED = "minptime=10;useinbandfec=1;usedtx=0;cbr=1;stereo=0;maxaveragebitrate=24000";
const LEVEL = /^a=extmap:\d+\S* urn:ietf:params:rtp-hdrext:(?:ssrc|csrc)-audio-level\b/;
const MAX_SDP = 64 * 1024; // characters; a server's answer is a fraction of it

// offered is what the server gets of an offer. The server learns of this end by its
// packets; who is offered a candidate learns an address.
export function offered(sdp, sealed) {
  const lines = unbundled(linesOf(sdp)).filter((line) => !/^a=(?:candidate:|end-of-candidates|ice-options:trickle$)/.test(line));
  return join(sealed ? onlyOpus(lines).filter((line) => !LEVEL.test(line)) : lines);
}

// unbundled is a section that has its own port: Firefox leaves that to the first one's.
const unbundled = (lines) => lines.filter((line) => line !== "a=bundle-only").map((line) => line.replace(/^(m=audio) 0 /, "$1 9 "));

// answered is what this browser gets of an answer: how it is to encode is this end's to
// say, and not the server's. Throws where there is more than Opus in it.
export function answered(sdp, sealed) {
  if (sdp.length > MAX_SDP) throw new SyntaxError("a description that is too long");
  const lines = onlyOpus(linesOf(sdp)).filter((line) => !sealed || !LEVEL.test(line));
  const into = [];
  let media = false;
  for (const line of lines) {
    if (/^m=/.test(line)) media = true;
    if (/^m=(?!audio )/.test(line)) throw new SyntaxError("a description of more than sound");
    if (/^a=fmtp:/.test(line)) continue;
    into.push(line);
    const [, type] = /^a=rtpmap:(\d+) opus\//i.exec(line) ?? [];
    if (type) into.push(`a=fmtp:${type} ${sealed ? SEALED : OPEN}`);
  }
  if (!media) throw new SyntaxError("a description of nothing");
  return join(into);
}

// onlyOpus leaves of each section the payload types that are Opus.
function onlyOpus(lines) {
  const sections = [[]];
  for (const line of lines) {
    if (/^m=/.test(line)) sections.push([]);
    sections.at(-1).push(line);
  }
  return sections.flatMap((section) => {
    const [head] = section;
    if (!/^m=audio /.test(head)) return section;
    const types = section.map((line) => /^a=rtpmap:(\d+) opus\/48000\b/i.exec(line)?.[1]).filter(Boolean);
    const [media, port, protocol, ...listed] = head.split(" ");
    const left = listed.filter((type) => types.includes(type));
    if (left.length === 0) {
      if (port === "0") return section; // a section that is refused
      throw new SyntaxError("sound that is not Opus");
    }
    return [[media, port, protocol, ...left].join(" "), ...section.slice(1).filter((line) => {
      const [, type] = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+)/.exec(line) ?? [];
      return !type || left.includes(type);
    })];
  });
}

const linesOf = (sdp) => sdp.split(/\r?\n/).filter(Boolean);
const join = (lines) => lines.map((line) => `${line}\r\n`).join("");
