// Every word of the page, in three languages. {0}, {1} … are filled in; an
// object holds a number's plural forms, chosen by the first value. A key that
// one language lacks fails a test. English words that stand in the pages' markup
// are not here again, and commands' help in English is the terminal's. The other
// languages' tables are whole, and fetched by those who read them.

const en = {
  direction: "ltr",
  // the room page
  sealedTitle: "Sealed room",
  replyingTo: "Replying to {0}: {1}",
  changing: "Changing: {1}",
  cancelChange: "Don’t change it",
  peopleButton: "People: {0}",
  peopleHere: { one: "{0} person here", other: "{0} people here" },
  bound: "This page remembers {0} messages. Older ones have left it.",
  divider: "new",
  below: "{0} new below",
  belowCalls: " · {0} for you",
  toEnd: "Back to the end",
  // people
  you: "you",
  youAre: "You are {0}. /nick changes that.",
  away: "connection lost",
  aside: "away",
  asideGo: "Away …",
  asideEnd: "I’m back",
  ignored: "ignored",
  host: "host",
  muted: "muted",
  "via.ssh": "in a terminal, by ssh",
  "via.web": "in a browser",
  "via.pipe": "a program, by a pipe",
  "via.native": "in sotto’s own client",
  "via.other": "a program that this page does not know",
  // the timeline
  joined: "{1} came in",
  left: "{1} left",
  "left.lost": "{1} lost the connection",
  "left.slow": "{1} could not keep up",
  "left.shutdown": "{1} left: the server stops",
  "left.removed": { one: "{1} was removed", other: "{1} were removed" },
  cameAndWent: "{1} came and went",
  watch: { one: "somebody watches now", other: "{0} more watch now" },
  unwatch: { one: "somebody watches no more", other: "{0} watch no more" },
  watches: "watches",
  watchers: { one: "{0} watches", other: "{0} watch" },
  renamed: "{0} is now {1}",
  renames: "{0} changes of name",
  comma: ", ",
  and: " and ",
  andOthers: { one: " and {0} other", other: " and {0} others" },
  topicSet: "{0} set the topic: {1}",
  topicCleared: "{0} cleared the topic",
  topicHidden: "The topic is by somebody whom you ignore.",
  gap: { one: "{0} message is missing here", other: "{0} messages are missing here" },
  gapOf: { one: "{0} message of {1} is missing here", other: "{0} messages of {1} are missing here" },
  gapMaybe: "Something may be missing here",
  gapUnknown: "You were away: what was said between {0} and {1} is not here.",
  gapShort: "You were away for a moment at {0}: what was said meanwhile is not here.",
  burst: "{0} more from {1}",
  lines: { one: "{0} line", other: "{0} lines" },
  whisperTo: "you whisper to {0}",
  whisperFrom: "{0} whispers to you",
  answersUnseen: "answers something that you don’t see",
  answersHidden: "answers a message that you hide",
  gone: "(taken back)",
  showAnswered: "Show what this answers",
  copy: "Copy",
  copied: "Copied",
  notCopied: "Copying failed",
  newMessages: { one: "{0} new message", other: "{0} new messages" },
  says: "{0}: {1}",
  offers: "offers a file",
  // what you send
  notSent: "Not sent: the connection was lost.",
  unsentApart: "Not sent: the servers can't reach each other.",
  unsentLeft: "Not sent: your place was gone before its turn came.",
  takenBack: "Taken back.",
  manyWait: "{0} lines wait already. This one stays here until some are said.",
  serverSays: "The server says: {0}",
  maybeUnsent: "The connection was lost; it may not have been sent.",
  leftKept: "You left this room. Your text stays here until you come back.",
  notHere: "You are not in this room",
  offlineKept: "There is no connection. Your text stays here until there is.",
  tooLong: "Too long for one message, which holds {0} lines and {1} bytes: this has {2} and {3}.",
  bytesLeft: { one: "{0} byte left", other: "{0} bytes left" },
  notFetched: "That could not be fetched. Is there a connection?",
  // commands
  ignoring: "You ignore {0}, on this page, until it closes or they come in anew.",
  unignoring: "You see {0} again.",
};

const languages = new Map([
  ["en", async () => en],
  ["de", async (lazy) => (await lazy("text/strings.de.js")).de],
  ["ar", async (lazy) => (await lazy("text/strings.ar.js")).ar],
]);

// languageOf returns the table's language for what a browser prefers.
export function languageOf(preferred) {
  const wanted = preferred.map((tag) => tag.toLowerCase().split("-")[0]);
  return wanted.find((tag) => languages.has(tag)) ?? "en";
}

// tableOf promises the words of a language. lazy fetches those that are not English.
export function tableOf(language, lazy) {
  return languages.get(language)(lazy);
}

// texts returns the text(key, ...values) of a language's table. A key that is
// missing, such as the code of an error that this page doesn't know, gives its
// second argument: the server's own sentence.
export function texts(language, table) {
  const plural = new Intl.PluralRules(language);
  // In a text that runs from right to left, names are kept apart from it.
  const isolate = table.direction === "rtl" ? (value) => `\u2068${value}\u2069` : String;
  const text = (key, ...values) => {
    let template = table[key];
    if (template === undefined) return values[0] ?? key;
    if (typeof template === "object") template = template[plural.select(values[0])] ?? template.other;
    return template.replace(/\{(\d)\}/g, (place, i) => {
      const value = values[i];
      if (value === undefined) return place;
      return typeof value === "number" ? value.toLocaleString(language) : isolate(value);
    });
  };
  return Object.assign(text, { language });
}
