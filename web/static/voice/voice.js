// The room's voice on its page: fetched when somebody is in it, or asks to be. What the
// button and /voice do, and what ends it.

import { unable } from "./able.js";
import { Bar } from "./bar.js";
import { Call } from "./call.js";
import { draw } from "./mark.js";
import { Microphone } from "./microphone.js";
import { reloaded } from "./return.js";
import { openDevices } from "./sheet.js";
import { sign } from "./sign.js";
import { Sound } from "./sound.js";
import { tables } from "./strings.js";
import { Talk } from "./talk.js";
import { lazy } from "../net/lazy.js";
import { byId } from "../view/dom.js";
import { language } from "../view/page.js";
import { texts } from "../text/strings.js";

export const style = "../style/voice.css";

const text = texts(language, tables[language]);
const CONNECTION = { iceServers: [], bundlePolicy: "max-bundle" }; // nobody is asked what our address is

export class Voice {
  #room;
  #connection;
  #announcer;
  #offered;
  #call;
  #talk;
  #microphone;
  #sound;
  #bar;
  #told = ""; // what was last read aloud
  #unable = ""; // why there can be no voice here, while that is shown
  #again = false; // the page was loaded again: who was in voice is not told by anything else
  #was = null; // the room in whose voice one was when the place in it ended

  // offered() says whether the room has voice, now.
  constructor({ room, connection, clock, announcer, sealed, offered }) {
    this.#room = room;
    this.#connection = connection;
    this.#announcer = announcer;
    this.#offered = offered;
    this.#again = reloaded(performance) && !unable(sealed);
    this.#sound = new Sound({ onChange: () => this.#draw() });
    this.#microphone = new Microphone({ media: navigator.mediaDevices, onChange: () => this.#call.device() });
    this.#call = new Call({
      make: () => new RTCPeerConnection(CONNECTION),
      microphone: this.#microphone, sound: this.#sound, clock,
      signal: (op) => connection.signal(op),
      ready: () => connection.phase === "open",
      kept: () => keeps(room),
      protection: sealed ? async () => (await lazy("sealed/voice.js")).protection(connection, (track) => this.#sound.levelOf(track)) : null,
      onChange: () => this.#draw(),
    });
    this.#talk = new Talk({ call: this.#call, onChange: () => this.#draw() });
    this.#bar = new Bar({
      call: this.#call, talk: this.#talk, microphone: this.#microphone, sound: this.#sound, room, text,
      on: {
        join: (event) => this.press(event),
        mute: (event) => {
          this.#call.mute(!this.#call.muted);
          announcer.say(text(this.#call.muted ? "muted" : "on"), true);
          toMessage(event);
        },
        leave: () => this.#leave(),
        microphone: async (event) => {
          toMessage(event);
          await this.#microphone.open();
          this.#call.device();
        },
        hear: (event) => {
          toMessage(event);
          this.#sound.start();
        },
        settings: () => this.#settings(),
      },
    });
    for (const type of ["keydown", "keyup"]) {
      addEventListener(type, (event) => { if (this.#talk.key(event)) event.preventDefault(); });
    }
    addEventListener("blur", () => this.#talk.release()); // no key is let go in a window behind
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.#talk.release(); });
  }

  // press is what a click on the button does.
  press(event) {
    if (this.#call.state === "out") this.join();
    else this.#leave();
    toMessage(event);
  }

  // join comes in, or goes to where one is in already.
  async join() {
    if (this.#outside) return this.#room.log.addNote([text("why.outside")], "problem");
    this.#forget();
    this.#unable = unable(this.#call.sealed);
    if (!this.#offered()) return this.#room.log.addNote([text("why.none")], "problem");
    if (this.#unable) {
      this.#draw();
      this.#bar.focus();
      return undefined;
    }
    if (this.#call.state !== "out") return this.#bar.focus();
    await this.#call.join();
    return undefined;
  }

  // take takes a frame about voice. Who is in, the room knows.
  take(frame) {
    const me = frame.t === "voice" && frame.member?.id === this.#room.you?.id;
    this.#call.take({ ...frame, out: me && frame.in !== true });
    this.#draw();
  }

  // phase: the connection has changed its own.
  phase() {
    if (this.#outside && this.#call.state !== "out") this.#was = this.#room.name;
    this.#call.phase(this.#outside);
    this.#draw();
  }

  // outside: one is not in the room, and does not come back by waiting.
  get #outside() { return /^(left|refused|ended|knocking)$/.test(this.#connection.phase); }

  // leave ends it without a word from whoever is here.
  leave() { this.#call.leave(); }

  // behind: another room of the window is in front now. It returns what is to be said there,
  // which nobody would see or hear in here, or "": one was in no voice.
  behind(name) {
    if (this.#call.state === "out") return "";
    this.#told = "out";
    this.#call.leave();
    return text("behind", name);
  }

  // mark shows beside a name how its owner is in voice.
  mark(row, member) { draw(row, member, text); }

  // members have come, gone or changed, or what they may do.
  members() {
    if (this.#call.kept) this.#talk.release();
    this.#call.governed();
    if (this.#was !== null && this.#connection.phase === "open") {
      if (this.#was === this.#room.name && this.#call.state === "out") this.#call.why = "back";
      this.#was = null;
    }
    this.#draw();
  }

  // forget: one knows that one is out, or is not any more.
  #forget() {
    this.#again = false;
    this.#was = null;
  }

  #leave() {
    this.#forget();
    this.#unable = "";
    if (this.#call.state === "out") this.#call.why = null;
    else this.#call.leave();
    this.#draw();
    byId("message").focus();
  }

  #settings() {
    openDevices({ microphone: this.#microphone, sound: this.#sound, text,
      back: () => byId("voice-settings").focus(),
      chosen: () => this.#call.device() });
  }

  #draw() {
    if (!this.#bar) return;
    const { state, why } = this.#call;
    if (state !== "in") this.#talk.release();
    const { track, problem } = this.#microphone;
    this.#sound.measure(state === "out" ? null : track);
    const focused = this.#bar.element.contains(document.activeElement) ? document.activeElement : null;
    const within = sign(byId("voice-button"), this.#room, text);
    const again = this.#again && state === "out" && !why && within > 0;
    const said = this.#unable ? text(`why.${this.#unable}`) : why?.said ? text("says", why.said) : why ? text(`why.${why}`) : again ? text("why.reloaded", within) : "";
    this.#bar.draw(said, this.#unable !== "");
    if (focused && (focused.disabled || !focused.checkVisibility())) this.#bar.focus();
    byId("voice-button").setAttribute("aria-pressed", String(state !== "out"));
    this.#say(again ? "reloaded" : problem && state !== "out" ? `microphone.${problem}` : state === "in" && this.#call.kept ? "kept" : state, why);
  }

  // say reads aloud how one's own part is, when it is another way; of the others' only
  // whoever asks is told.
  #say(what, why) {
    const now = this.#unable || (why?.said ?? why ?? "") || what;
    if (now === this.#told) return;
    const first = this.#told === "";
    this.#told = now;
    if (first && now === "out") return;
    const words = document.querySelector("#voice .voice-problem:not([hidden])") ?? document.querySelector("#voice:not([hidden]) .voice-state");
    if (what === "out" && !why && !this.#unable) this.#announcer.say(text("left"), true);
    else if (words) this.#announcer.say(words.textContent, true);
  }
}

// keeps says whether what governs the room keeps us from speaking: the server drops what
// comes from us.
function keeps({ rules, members, you }) {
  const { host, muted, speaks } = members.get(you?.id) ?? {};
  return Boolean(muted || (rules.quiet && !host && !speaks));
}

// toMessage puts the focus on the message field after a click by a mouse, so that the keys
// write and the space bar talks. A finger's would bring the keyboard up, and whoever uses
// keys stays where they are.
function toMessage({ detail }) {
  if (detail > 0 && !matchMedia("(pointer: coarse)").matches) byId("message").focus();
}
