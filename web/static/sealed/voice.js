// What protects the voice of a sealed room: it seals what a sender sends and opens what a
// receiver gets, by RTCRtpScriptTransform. Fetched with the first voice of a sealed room;
// docs/SEALED.md has the scheme, under "Voice". It fails closed: an end that is protected
// passes nothing that was not sealed or did not open, whatever becomes of the worker.

import { VoiceKeys } from "./voicekeys.js";

const READY_WITHIN = 10_000; // ms
const LIVES_WITHIN = 5000; // ms in which the worker answers, or has died
const LISTEN_EVERY = 200; // ms between two looks at who speaks
const SPEAKS_AT = 0.01; // of the loudest there is
const SPEAKS_FOR = 600; // ms that somebody speaks after that, so that no mark flickers

// protection promises what protects the ends of connections, one after another, in a sealed
// room: {protect(sender or receiver), close()}. It must be there before the server is asked
// for a part, and protect an end before an answer is applied. It rejects where there can be
// no voice: without RTCRtpScriptTransform, without its worker, or out of the room.
// levelOf(track) says how loud what is played of a receiver's track is, from 0 to 1: a
// receiver itself knows by a header only that no packet of a sealed room has.
export async function protection(connection, levelOf) {
  if (!globalThis.RTCRtpScriptTransform) throw new Error("This browser can’t seal what is said.");
  const guard = new Guard(connection, levelOf, new Worker(workerURL(), { type: "module" }));
  try {
    await guard.begin();
  } catch (error) {
    guard.close();
    throw error;
  }
  return guard;
}

// workerURL names the worker, as a page must that trusts no other script's name.
let policy;
function workerURL() {
  const url = new URL("./voiceworker.js", import.meta.url).href;
  policy ??= globalThis.trustedTypes?.createPolicy("voice", { createScriptURL: () => url });
  return policy?.createScriptURL("") ?? url;
}

class Guard {
  #connection;
  #levelOf;
  #worker;
  #ends = new Map(); // receivers and senders → {track, member, heardAt}; track null: a sender
  #tracks = 0; // so far
  #asked = new Map(); // id → {resolve, reject} of who waits for counts
  #ids = 0;
  #ready;
  #lives; // what ends it where the worker does not answer
  #listening = null;
  #end = () => {};
  #dead = false;

  constructor(connection, levelOf, worker) {
    this.#connection = connection;
    this.#levelOf = levelOf;
    this.#worker = worker;
  }

  async begin() {
    await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("What seals the voice did not start.")), READY_WITHIN);
      this.#ready = () => {
        clearTimeout(late);
        resolve();
      };
      this.#worker.onmessage = ({ data }) => this.#told(data);
      this.#worker.onerror = this.#worker.onmessageerror = () => {
        this.#die();
        reject(new Error("What seals the voice did not start."));
      };
    });
    const end = await this.#connection.talk(VoiceKeys, this.#part());
    if (!end) throw new Error("There is no place to talk in.");
    this.#end = end;
    if (this.#dead) throw new Error("What seals the voice stopped.");
    this.#listening = setInterval(() => this.#listen(), LISTEN_EVERY);
  }

  // protect has a sender seal, or a receiver open, all that it passes from now on.
  protect(end) {
    if (this.#dead) throw new Error("What seals the voice stopped.");
    const track = "replaceTrack" in end ? null : ++this.#tracks;
    if (track === null) { // of a new connection: what was before brings nothing any more
      this.#ends.clear();
      this.#worker.postMessage({ t: "anew" });
    }
    end.transform = new RTCRtpScriptTransform(this.#worker, { track });
    this.#ends.set(end, { track, member: "", heardAt: -Infinity });
  }

  // close ends it: nothing passes any more, and the keys are gone.
  close() {
    if (this.#listening !== null) clearInterval(this.#listening);
    clearTimeout(this.#lives);
    this.#dead = true;
    this.#end();
    this.#worker.terminate();
    for (const { reject } of this.#asked.values()) reject(new Error("closed"));
    this.#asked.clear();
    this.#ends.clear();
  }

  // part is what seals and opens, as voicekeys.js wants it.
  #part() {
    const tell = (message) => { if (!this.#dead) this.#worker.postMessage(message); };
    return {
      begin: (metadata, begun) => tell({ t: "begin", metadata, begun }),
      use: (key) => tell({ t: "use", key }),
      add: (member, metadata, key) => tell({ t: "add", member, metadata, key }),
      remove: (member) => tell({ t: "remove", member }),
      end: () => tell({ t: "end" }),
      counts: () => new Promise((resolve, reject) => {
        const id = ++this.#ids;
        this.#asked.set(id, { resolve, reject });
        tell({ t: "counts", id });
        this.#lives ??= setTimeout(() => this.#die(), LIVES_WITHIN);
      }),
    };
  }

  #told({ t, id, came, of, track, member }) {
    if (t === "ready") this.#ready();
    if (t === "failed") this.#die();
    if (t === "from") for (const each of this.#ends.values()) if (each.track === track) each.member = member;
    if (t !== "counts") return;
    clearTimeout(this.#lives);
    this.#lives = undefined;
    this.#asked.get(id)?.resolve({ came, of });
    this.#asked.delete(id);
  }

  // die: what seals is gone, and with it every track.
  #die() {
    for (const end of this.#ends.keys()) {
      if ("replaceTrack" in end) end.replaceTrack(null).catch(() => {});
      else end.track.stop();
    }
    this.close();
  }

  // listen finds out who speaks: by what was opened here, since the server can't know.
  async #listen() {
    const now = performance.now();
    const heard = new Map();
    for (const [end, each] of this.#ends) {
      const level = each.track === null ? await levelHere(end).catch(() => 0) : this.#levelOf(end.track);
      if (level >= SPEAKS_AT) each.heardAt = now;
      const speaks = now - each.heardAt < SPEAKS_FOR;
      if (each.track === null || each.member) heard.set(each.member, (heard.get(each.member) ?? false) || speaks);
    }
    if (this.#dead) return;
    for (const [member, speaks] of heard) this.#connection.speaks(member, speaks);
  }
}

// levelHere promises how loud what a sender sends is now, from 0 to 1.
async function levelHere(sender) {
  for (const { type, audioLevel = 0 } of (await sender.getStats()).values()) if (type === "media-source") return audioLevel;
  return 0;
}
