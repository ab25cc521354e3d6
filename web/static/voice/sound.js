// What is heard: the tracks of all others, mixed into one element that is made while the
// click that joins counts, so that whoever comes later is heard in a page behind others
// too. And how loud the own microphone is, which goes nowhere from here.

const HEARD_SAMPLES = 8192; // of a track that levelOf looks at: 170 ms, nearly all between two looks of voice.js of sealed rooms
const LINGERS = 1000; // ms that its silence lasts after it is closed
const TONE = { hertz: 440, for: 0.8, gain: 0.1 }; // seconds

export class Sound {
  blocked = false; // the browser wants a click first

  #context = null;
  #mix;
  #element;
  #sink = "";
  #heard = new Map(); // track → {source, quiet, meter}
  #samples = new Float32Array(HEARD_SAMPLES);
  #measured = null; // {source, meter, track, samples}
  #onChange;

  // onChange() is called when the browser lets it be heard, or doesn't.
  constructor({ onChange }) {
    this.#onChange = onChange;
  }

  // open makes ready what is heard by. It is called in a click.
  open() {
    if (this.#context) return;
    this.#context = new AudioContext({ latencyHint: "interactive" });
    this.#mix = this.#context.createMediaStreamDestination();
    this.#element = new Audio();
    this.#element.srcObject = this.#mix.stream;
    if (this.#sink) this.choose(this.#sink);
    this.#context.onstatechange = () => { if (this.#context?.state === "interrupted") this.start(); }; // a phone call, on a phone
    this.start();
  }

  // start has it heard, now or after a click.
  async start() {
    const element = this.#element;
    this.#context?.resume().catch(() => {});
    const blocked = await element?.play().then(() => false, () => true);
    if (element !== this.#element || blocked === this.blocked) return;
    this.blocked = blocked;
    this.#onChange();
  }

  // silence is a track of it, for as long as what is open, and a moment longer.
  get silence() { return this.#context.createMediaStreamDestination().stream.getAudioTracks()[0]; }

  // hear mixes these tracks, in place of those before.
  hear(tracks) {
    this.#silence();
    if (!this.#context) return;
    for (const track of tracks) {
      const stream = new MediaStream([track]);
      const quiet = new Audio(); // Chromium decodes what an element plays
      quiet.muted = true;
      quiet.srcObject = stream;
      quiet.play().catch(() => {});
      const source = this.#context.createMediaStreamSource(stream);
      source.connect(this.#mix);
      const meter = this.#context.createAnalyser();
      meter.fftSize = HEARD_SAMPLES;
      source.connect(meter);
      this.#heard.set(track, { source, quiet, meter });
    }
  }

  // levelOf is the loudest sample of a track of late, from 0 to 1: of what was opened, so
  // that it is known in a sealed room too, whose packets tell nobody how loud they are.
  levelOf(track) {
    const meter = this.#heard.get(track)?.meter;
    if (!meter) return 0;
    meter.getFloatTimeDomainData(this.#samples);
    return this.#samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  }

  // measure looks at a microphone, muted or not, or at none.
  measure(track) {
    if (this.#measured?.of === track) return;
    this.#measured?.source.disconnect();
    this.#measured?.track.stop();
    this.#measured = null;
    if (!track || !this.#context) return;
    const clone = track.clone(); // the one that is sent is silent while muted
    clone.enabled = true;
    const source = this.#context.createMediaStreamSource(new MediaStream([clone]));
    const meter = this.#context.createAnalyser();
    meter.fftSize = 1024;
    source.connect(meter);
    this.#measured = { of: track, source, meter, track: clone, samples: new Float32Array(meter.fftSize) };
  }

  // level is how loud that microphone is, from 0 to 1: a scale of 60 decibels.
  get level() {
    if (!this.#measured) return 0;
    const { meter, samples } = this.#measured;
    meter.getFloatTimeDomainData(samples);
    return loudness(samples);
  }

  // tone plays one as the others would be heard.
  tone() {
    const { currentTime } = this.#context;
    const source = this.#context.createOscillator();
    const gain = this.#context.createGain();
    source.frequency.value = TONE.hertz;
    gain.gain.setValueAtTime(0, currentTime);
    gain.gain.linearRampToValueAtTime(TONE.gain, currentTime + 0.05);
    gain.gain.setValueAtTime(TONE.gain, currentTime + TONE.for - 0.1);
    gain.gain.linearRampToValueAtTime(0, currentTime + TONE.for);
    source.connect(gain).connect(this.#mix);
    source.start();
    source.stop(currentTime + TONE.for);
    this.start();
  }

  // sink is the id of the loudspeaker that was chosen; "": as the system says.
  get sink() { return this.#sink; }
  static get choosable() { return "setSinkId" in HTMLMediaElement.prototype; }

  // choose plays by another loudspeaker, and promises whether that is so.
  async choose(sink) {
    this.#sink = sink;
    try {
      await this.#element?.setSinkId(sink);
      return true;
    } catch {
      this.#sink = "";
      return false;
    }
  }

  close() {
    this.measure(null);
    this.#silence();
    this.blocked = false;
    if (!this.#context) return;
    this.#element.pause();
    this.#element.srcObject = null;
    this.#context.onstatechange = null;
    const context = this.#context;
    setTimeout(() => context.close().catch(() => {}), LINGERS);
    this.#context = this.#element = null;
  }

  #silence() {
    for (const { source, quiet } of this.#heard.values()) {
      source.disconnect();
      quiet.pause();
      quiet.srcObject = null;
    }
    this.#heard.clear();
  }
}

// loudness is how loud samples are, from 0, at -60 dB and below, to 1.
export function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length || 1e-9);
  return Math.min(1, Math.max(0, 1 + decibels / 60));
}
