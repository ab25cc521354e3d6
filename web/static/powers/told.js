// What happens to a room's rules and to what people may do in it, in words. Knows no
// page and no room: text(key, ...values) is the table of strings.

import { fill } from "../view/dom.js";

// span is a time in seconds, as people of a language write it.
export function span(seconds, text) {
  const [unit, size] = seconds % 3600 === 0 ? ["hour", 3600] : seconds % 60 === 0 ? ["minute", 60] : ["second", 1];
  if (seconds === size) return text(`one.${unit}`);
  return new Intl.NumberFormat(text.language, { style: "unit", unit, unitDisplay: "long" }).format(seconds / size);
}

// told words a frame, rules with what they were: strings, and what name(person) made of
// whom it is about. you is your id. The terminal words it alike
// (rooms/behaviour/governing.json).
export function told(frame, you, text, name) {
  const { t, from, member, rules, was = {}, why, nick } = frame;
  switch (t) {
    case "rules": {
      const clauses = why ? text(`why.${why}`) : changes(rules, was, text).join(text("then"));
      if (why || !from || from.id === you) return [clauses[0].toUpperCase() + clauses.slice(1)];
      return fill(text("set", undefined, clauses), name(from));
    }
    case "muted":
      return about(frame.for > 0 ? "muted" : "unmuted", frame.for > 0 ? span(frame.for, text) : undefined);
    case "host":
      return about(member.host ? "host" : "unhost");
    case "speak":
      return about(member.speaks ? "voice" : "unvoice");
    case "vote":
      return about(frame.over ? "voteOver" : "voteBegun", frame.needed);
    case "knocking":
      return fill(text((frame.text ? "knocksSaying" : "knocks") + (frame.watch ? ".watch" : ""), undefined, frame.text), name({ id: "", nick }));
    case "knocked":
      return fill(text("knocked.denied"), name({ id: "", nick }));
  }
  return [];

  function about(key, value) {
    return member.id === you ? [text(`${key}.you`, undefined, value)] : fill(text(`${key}.told`, undefined, value), name(member));
  }
}

// changes are what is another rule now.
function changes(rules, was, text) {
  const all = [];
  if (rules.door !== was.door) all.push(text(`door.${rules.door}`));
  if (rules.slow !== was.slow) all.push(rules.slow ? text("slow.on", span(rules.slow, text)) : text("slow.off"));
  if (rules.quiet !== was.quiet) all.push(text(rules.quiet ? "quiet.on" : "quiet.off"));
  if (rules.fade !== was.fade) all.push(rules.fade ? text("fade.on", span(rules.fade, text)) : text("fade.off"));
  if (rules.links !== was.links) all.push(text(rules.links === false ? "links.off" : "links.on"));
  return all.length > 0 ? all : [text("same")];
}

// inForce are the rules of a room in few words.
export function inForce({ door, slow, quiet, fade, links }, text) {
  return [
    door === "open" ? "" : text(`short.${door}`),
    quiet ? text("short.quiet") : "",
    slow ? text("short.slow", span(slow, text)) : "",
    fade ? text("short.fade", span(fade, text)) : "",
    links === false ? text("short.links") : "",
  ].filter(Boolean);
}
