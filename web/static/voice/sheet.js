// The sheet of devices: which microphone and loudspeaker, how loud one is, and a tone.

import { Sound } from "./sound.js";
import { button, el } from "../view/dom.js";
import { openSheet } from "../view/sheet.js";

const METER_EVERY = 100; // ms

// openDevices shows it. back() puts the focus to where it came from; chosen() is called
// when the microphone is another one.
export async function openDevices({ microphone, sound, text, back, chosen }) {
  const { inputs, outputs } = await microphone.devices();
  const meter = el("meter", { min: "0", max: "1", "aria-label": text("level") });
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const tell = (words) => {
    problem.textContent = words;
    problem.hidden = words === "";
  };
  const input = select("microphoneChoice", inputs, microphone.device, async (id) => {
    await microphone.open(id);
    chosen();
    tell(microphone.problem ? text(`microphone.${microphone.problem}`) : "");
  });
  const output = Sound.choosable && outputs.length > 0 && select("loudspeakerChoice", outputs, sound.sink, async (id) => {
    tell(await sound.choose(id) ? "" : text("notChosen"));
  });
  const timer = setInterval(() => { meter.value = sound.level; }, METER_EVERY);
  openSheet({ id: "voice-devices", title: text("devices"), close: text("close"), back: () => {
    clearInterval(timer);
    back();
  } },
    input, el("p", { class: "voice-measured" }, el("span", { "aria-hidden": "true" }, text("level")), meter),
    output, el("p", { class: "buttons" }, button(text("tone"), () => sound.tone(), { id: "voice-tone" })),
    el("p", { class: "note" }, text("echo")), problem);

  function select(key, devices, now, choose) {
    const id = `voice-${key}`;
    const list = el("select", { id }, el("option", { value: "" }, text("default")),
      ...devices.map(({ deviceId, label }, at) => el("option", { value: deviceId, selected: deviceId === now }, label || text("unnamed", at + 1))));
    list.addEventListener("change", () => choose(list.value));
    return el("p", { class: "voice-choice" }, el("label", { for: id }, text(key)), list);
  }
}
