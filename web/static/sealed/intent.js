// What a member wants to happen in a sealed room, as what is to be sealed, or why
// it can't be. In open rooms the server looks at this; here it can't.

import { asideFits, clean, cleanTopic, fits, topicFits } from "../text/clean.js";
import { parseNick } from "../text/name.js";
import { limits } from "../text/limits.js";
import { optionsOf } from "./payload.js";
import { parseSecret } from "./seal.js";

export const SAY_RATE = 2; // messages a second in the long run: below the server's, so
export const SAY_BURST = 10; // that no message is refused once it is sealed
export const LEAP_RATE = 0.1; // a second: each is a question above what others write

export const tooFast = { code: "rate_limited", message: "You are sending faster than this room allows. Wait a moment and send it again." };

// checkText returns why a clean text can't be said, as {code, message}, or null.
export function checkText(text) {
  if (text === "") return { code: "bad_frame", message: "There is nothing in that message that can be shown." };
  return fits(text) ? null : { code: "too_long", message: `A message has at most ${limits.textBytes} bytes and ${limits.textLines} lines.` };
}

// intent returns {payload, to} for an op, or {code, message}. to is the only one, or a
// list of those, who shall read it, undefined for everybody. aside is what was last said of
// being away. reference(seq) is what stands
// for that message outside of this page; mending(op) judges what is asked about something
// said; maySay() takes from the allowance, and mayLeap() from that of asking others to
// another room.
export function intent(op, { people, you, aside, reference, mending, maySay, mayLeap }) {
  switch (op.t) {
    case "say":
    case "whisper": {
      const to = op.t === "whisper" ? people.byID.get(op.to) : undefined;
      if (op.t === "whisper" && (!to?.shown || to === you)) {
        return { code: "unknown_member", message: "Nobody else with that number is in this room. They may have left." };
      }
      const text = clean(op.text);
      const { options, ...bad } = op.t === "say" && op.options?.length ? optionsOf(op.options) : {};
      if (bad.code) return bad;
      if (options && op.action) return { code: "bad_frame", message: "A poll asks something, and is nothing that somebody does." };
      const refused = checkText(text);
      if (refused) return refused;
      if (!maySay()) return tooFast;
      return { to, payload: { t: op.t, text, action: op.action, options, re: reference(op.re) } };
    }
    case "nick": {
      const nick = parseNick(op.nick);
      if (!nick) return { code: "bad_nick", message: "A name is letters and digits of any script, with - _ and . but no spaces, at most 24 bytes and 16 columns." };
      if (people.taken(nick.key, you)) return { code: "nick_taken", message: "That name, or one that looks like it, is taken in this room." };
      return { payload: { t: "nick", nick: nick.shown } };
    }
    case "topic": {
      const text = cleanTopic(op.text);
      return topicFits(text) ? { payload: { t: "topic", text } } : { code: "too_long", message: "A topic has at most 240 bytes." };
    }
    case "aside": {
      const text = op.on ? cleanTopic(op.text ?? "") : "";
      if (!asideFits(text)) return { code: "too_long", message: "What stands beside the name of who is away has at most 100 characters and 200 bytes." };
      if (aside.on === op.on && aside.text === text) return { code: "not_allowed", message: "That is so already." };
      return maySay() ? { payload: { t: "aside", on: op.on, text } } : tooFast;
    }
    case "leap": {
      const to = [...new Set(op.to)].map((id) => people.byID.get(id)).filter((person) => person?.shown && person !== you);
      if (!you.host) return { code: "not_host", message: "Only a host of this room can do that." };
      if (!parseSecret(op.key ?? "")) return { code: "bad_room", message: "That is not the key of a sealed room: it should be the 43 characters that follow # in the link." };
      if (to.length === 0) return { code: "unknown_member", message: "Nobody with that number is in this room. They may have left." };
      return mayLeap() && maySay() ? { to, payload: { t: "leap", key: op.key } } : tooFast;
    }
    case "offer":
      return maySay() ? { payload: { t: "offer", file: op.file } } : tooFast;
    case "react":
    case "retract":
    case "amend": {
      const asked = mending(op);
      return asked.payload && op.t !== "retract" && !maySay() ? tooFast : asked;
    }
    default:
      return { code: "not_allowed", message: "That can’t be done in a sealed room." };
  }
}
