// What is to be seen of a message's reactions: who is ignored has none, and of a poll
// those by number are the choices. The terminal shows the same (rooms/behaviour/mending.json).

import { kinds } from "../text/reactions.js";

// shown returns {reactions: [{emoji, people, mine}], poll: [{option, people, mine}]}, of
// which people, {id, nick}, are in the order in which they reacted, by their names at that
// time; poll is null of what is none.
export function shown({ reactions: given, options }, room) {
  const reactions = kinds(given);
  const of = (all = new Map()) => ({
    people: [...all].filter(([id]) => !room.ignored.has(id)).map(([id, nick]) => ({ id, nick })),
    mine: all.has(room.you.id),
  });
  const chosen = (emoji) => /^\d+$/.test(emoji);
  return {
    reactions: [...reactions].filter(([emoji]) => !chosen(emoji)).map(([emoji, all]) => ({ emoji, ...of(all) })).filter(({ people }) => people.length > 0),
    poll: options?.map((option, i) => ({ option, ...of(reactions.get(String(i + 1))) })) ?? null,
  };
}

// pressed says what a press on a reaction does: "react", or "elsewhere" where its message is
// of another place. Who watches does nothing, and asks: "ask".
export function pressed({ seq }, room) {
  if (room.members.get(room.you.id)?.watch) return "ask";
  return room.seqOf(seq) > 0 ? "react" : "elsewhere";
}

const NAMED = 12; // people who are named of one reaction

// names names people, the first of them, you last, and how many there are beside.
export function names(people, you, text) {
  const others = people.filter(({ id }) => id !== you.id);
  const most = others.length > NAMED + 1 ? NAMED : others.length;
  const words = others.slice(0, most).map(({ nick }) => `\u2068${nick}\u2069`);
  if (others.length < people.length) words.push(text("you"));
  if (most < others.length) return words.join(text("comma")) + text("andMore", others.length - most);
  return words.slice(0, -1).join(text("comma")) + (words.length > 1 ? text("and") : "") + (words.at(-1) ?? "");
}
