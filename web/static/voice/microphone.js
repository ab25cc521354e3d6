// The microphone: opened when somebody joins, closed at once when they leave, and what is
// wrong with it in between. There is a part in the voice without one: one listens. Knows
// no DOM; media is the browser's mediaDevices.

const WISHES = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };

export class Microphone {
  track = null; // what is sent
  problem = ""; // "", or "refused", "absent", "busy", "gone", "held": the system keeps it silent
  device = ""; // the id of the one that was chosen; "": as the system says

  #media;
  #onChange;
  #turn = 0; // who asked the browser before this changed has what came of it stopped
  #muted = true;

  // onChange() is called when the track or the problem is another one by itself.
  constructor({ media, onChange }) {
    this.#media = media;
    this.#onChange = onChange;
  }

  // open promises that it is open, or that it is known what is wrong.
  async open(device = this.device) {
    const turn = ++this.#turn;
    this.device = device;
    let track = null;
    let problem = "";
    try {
      const stream = await this.#media.getUserMedia({ audio: { ...WISHES, ...(device ? { deviceId: { exact: device } } : {}) } });
      [track] = stream.getAudioTracks();
      for (const other of stream.getTracks()) if (other !== track || turn !== this.#turn) other.stop();
    } catch (error) {
      problem = problems[error.name] ?? "absent";
    }
    if (turn !== this.#turn) return;
    this.#stop();
    this.track = track ?? null;
    this.problem = track ? (track.muted ? "held" : "") : problem || "absent";
    if (!track) return;
    track.enabled = !this.#muted;
    track.onended = () => this.#lost("gone");
    track.onmute = () => this.#tell("held");
    track.onunmute = () => this.#tell("");
  }

  // mute has silence sent in place of what is heard.
  mute(muted) {
    this.#muted = muted;
    if (this.track) this.track.enabled = !muted;
  }

  // close ends it at once, and its light.
  close() {
    this.#turn++;
    this.#muted = true;
    this.problem = "";
    this.#stop();
  }

  // devices promises the microphones and loudspeakers there are: {inputs, outputs}, each
  // [{deviceId, label}]. The system's own choice is none of them.
  async devices() {
    const all = (await this.#media.enumerateDevices()).filter(({ deviceId }) => deviceId && deviceId !== "default" && deviceId !== "communications");
    return { inputs: all.filter(({ kind }) => kind === "audioinput"), outputs: all.filter(({ kind }) => kind === "audiooutput") };
  }

  #lost(problem) {
    this.#stop();
    this.#tell(problem);
  }

  #tell(problem) {
    this.problem = problem;
    this.#onChange();
  }

  #stop() {
    if (!this.track) return;
    this.track.onended = this.track.onmute = this.track.onunmute = null;
    this.track.stop();
    this.track = null;
  }
}

const problems = {
  NotAllowedError: "refused", SecurityError: "refused",
  NotFoundError: "absent", OverconstrainedError: "absent",
  NotReadableError: "busy", AbortError: "busy",
};
