// What came while nobody looked at the page. Whoever looks again reads it, so that its
// counts are nothing by the time one asks: both ends are kept.

import { later } from "../text/laterstrings.js";

// missedSince returns what came to be unread from one state to a later one, each {count,
// calls, missed}: how much is unread, how much of that calls you, whether something was lost.
export function missedSince(before, now) {
  return { count: Math.max(0, now.count - before.count), calls: Math.max(0, now.calls - before.calls), missed: now.missed && !before.missed };
}

// summary words that for a page of one room, or is "" where nothing was missed.
export function summary({ count, calls, missed }, text) {
  const say = later(text);
  const told = [count > 0 && say("absence.new", count), calls > 0 && say("absence.calls", calls), missed && say("absence.lost")].filter(Boolean);
  return told.length > 0 ? say("absence", told.join(say("comma"))) : "";
}
