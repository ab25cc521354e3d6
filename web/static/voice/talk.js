// Talking for as long as a key or a button is held. The space bar is one where it means
// nothing else: not in a field with words in it, nor on what it would press. On the buttons
// of voice it talks too, else letting it go there would leave the microphone on; they are
// pressed by Enter meanwhile. Once the microphone is on they are buttons like others.

const OURS = "#voice-button, #voice-mute, #voice-hold";
const PRESSED = "button, summary, select, input, [contenteditable], dialog, audio, video";

// holds says whether a key that is pressed there is for talking.
export function holds({ code, repeat, isComposing, defaultPrevented, ctrlKey, altKey, metaKey, shiftKey, target }) {
  if (code !== "Space" || repeat || isComposing || defaultPrevented || ctrlKey || altKey || metaKey || shiftKey) return false;
  const field = target?.closest?.("textarea");
  return field ? field.value.trim() === "" : ours(target) || !target?.closest?.(PRESSED);
}

function ours(target) { return Boolean(target?.closest?.(OURS)); }

export class Talk {
  held = false;

  #call;
  #key = false; // the space bar went down for us, and is not up yet
  #onChange;

  constructor({ call, onChange }) {
    this.#call = call;
    this.#onChange = onChange;
  }

  // key takes a key that went down or up, and returns whether it was for talking.
  key(event) {
    if (event.code !== "Space") return false;
    if (event.type === "keyup") {
      const was = this.#key;
      this.#key = false;
      if (was) this.release();
      return was;
    }
    if (event.repeat && this.#key) return true;
    const { state, muted } = this.#call;
    this.#key = state !== "out" && muted && holds(event) && (state === "in" ? this.hold() : ours(event.target));
    return this.#key;
  }

  // hold talks until release, and returns whether that is so.
  hold() {
    if (this.held || this.#call.state !== "in" || !this.#call.muted) return false;
    this.held = true; // first, or what is held would be hidden
    this.#call.mute(false);
    this.held = !this.#call.muted;
    this.#onChange();
    return this.held;
  }

  release() {
    if (!this.held) return;
    this.held = false;
    this.#call.mute(true);
    this.#onChange();
  }
}
