// The worker in which frames of a sealed room's voice are sealed and opened. Nothing that
// did not open is played, and nothing leaves that was not sealed: where anything fails, the
// frame is dropped; where this worker dies, none passes.
//
// What it is told (voice.js): begin, use, add, remove, end, anew, counts, as the parts of
// voicekeys.js; and what it tells: ready, counts, from (whose frames a track brings), failed.

import { Ring, Sealing } from "./voiceframes.js";

let sealing = null;
let ring = null;

const does = {
  begin({ metadata, begun }) {
    does.end();
    sealing = new Sealing(metadata, begun);
    ring = new Ring();
  },
  use({ key }) { sealing?.use(key); },
  add({ member, metadata, key }) { ring?.add(member, metadata, key); },
  remove({ member }) { ring?.remove(member); },
  anew() { ring?.unbind(); },
  end() {
    sealing?.close();
    ring?.close();
    sealing = ring = null;
  },
  counts({ id }) { postMessage({ t: "counts", id, came: ring?.came ?? 0, of: ring?.counts() ?? new Map() }); },
};

onmessage = ({ data }) => does[data.t](data);

onrtctransform = ({ transformer: { readable, writable, options: { track } } }) => {
  const transform = track === null ? seal : opener(track);
  readable.pipeThrough(new TransformStream({ transform })).pipeTo(writable).catch(() => postMessage({ t: "failed" }));
};

async function seal(frame, controller) {
  try {
    frame.data = (await sealing.seal(new Uint8Array(frame.data))).buffer;
  } catch {
    return; // there is no key, or too much at once
  }
  controller.enqueue(frame);
}

// opener opens what comes on a track: of one stream, since another is another's time.
function opener(track) {
  let [of, stream, receiver, told] = [null, null, null, ""];
  return async (frame, controller) => {
    if (!ring) return;
    const { synchronizationSource, rtpTimestamp = frame.timestamp } = frame.getMetadata(); // older browsers have the time beside it
    if (of !== ring || stream !== synchronizationSource) [of, stream, receiver] = [ring, synchronizationSource, ring.receiver()];
    const { frame: opened, from } = await receiver.open(new Uint8Array(frame.data), rtpTimestamp).catch(() => ({}));
    if (!opened || of !== ring) return;
    if (told !== from) postMessage({ t: "from", track, member: told = from });
    frame.data = opened.buffer;
    controller.enqueue(frame);
  };
}

postMessage({ t: "ready" });
