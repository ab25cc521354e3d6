// The room page: introduces the room, the connection and the views to each
// other, and decides what is read, announced and counted.

import { Connection } from "./net/connection.js";
import { lazy } from "./net/lazy.js";
import { clock, hints, opener } from "./net/network.js";
import { MAX_MESSAGES } from "./room/log.js";
import { Room } from "./room/room.js";
import { Session } from "./room/session.js";
import { Unread } from "./room/unread.js";
import { roomsIn } from "./text/several.js";
import { asking } from "./view/asking.js";
import { onCarried } from "./view/carried.js";
import { Composer } from "./view/composer.js";
import { byId } from "./view/dom.js";
import { Clock, EntryView, presence } from "./view/entry.js";
import * as page from "./view/page.js";
import { Roster } from "./view/roster.js";
import { Timeline } from "./view/timeline.js";
import { Title } from "./view/title.js";

const { assets, language, prefix, room: roomName, sealed, text } = page;
page.speak();

const room = new Room();
const watches = !sealed && /^\?watch\b/.test(location.search); // one reads here, and says nothing
const unread = new Unread();
const title = new Title(assets);
let place = window.frameElement?.place; // among several rooms of one window, once there are
let attention = null; // once somebody asked to be called
let filing = null; // what becomes of files, once there is one
let banner = null; // how the connection is, once there was one
let typingLine = null; // once somebody typed
let trouble = false; // the connection is not as it should be
let hiddenAt = null; // what was unread when the page was last hidden, while it is
let missed = false; // a gap came about that nobody has looked at
const brought = []; // files that were given to the room while its page was on its way
let powering = null; // what governs the room, once something does
let voicing = null; // what is said aloud, once somebody does
let voiced = false; // the room has voice

// later returns what does something with a part of the page, which is fetched for that.
function later(name, make, failed = notFetched) {
  let part;
  return async (use) => {
    try {
      const module = await lazy(name);
      part ??= make(module);
    } catch {
      return failed();
    }
    return use(part);
  };
}

// What reads aloud is fetched when there is something to read.
const aloud = later("view/announcer.js", ({ Announcer }) => new Announcer(text, presence), () => {});
const announcer = Object.fromEntries(["say", "message", "topic", "came", "forget"].map((what) => [what, (...told) => aloud((each) => each[what](...told))]));

const link = {
  openSocket: opener(prefix),
  clock,
  hints,
  nick: place?.nick,
  onFrames: take,
  onPhase: () => {
    voicing?.phase(); // a microphone ends at once
    tell();
    if (connection.phase === "open") for (const why of ["offlineKept", "leftKept"]) composer.withdraw(text(why));
    session.phase();
    filing?.phase();
    if (location.hash) pass((each) => each.used());
    if (powering || /^(knock|locked|denied|removed|burned)/.test(connection.reason?.code)) powers((each) => each.phase());
    guard();
  },
  onUnsent: (op, why) => session.unsent(op, why),
};
// A sealed room's page has no room before somebody brings its key.
const entrance = sealed
  ? await (await lazy("sealed/page.js")).enter(link)
  : { connection: new Connection({ room: roomName, ...link }), name: roomName, link: `${page.url}/r/${roomName}` };
const { connection } = entrance;
if (watches) {
  connection.watch = true;
  lazy("view/watch.js").then(({ watch }) => watch(connection, text), notFetched);
}
const visited = new Set(sealed ? [] : [roomName]);
const view = new EntryView({
  room, text,
  clock: new Clock(language),
  card: (entry, box) => (entry.kind === "offer" ? files : powers)((each) => each.show(entry, box)),
  mend: (entry, message) => mending((each) => each.show(entry, message)),
});
const timeline = new Timeline({
  log: room.log,
  view,
  unread,
  text,
  onFollow: attend,
});
function onTaken() {
  entrance.taken = true;
  guard();
}
const beginning = later("view/beginning.js", ({ Beginning }) => new Beginning({ room, entrance, text, watches, timeline, onTaken }), () => {});
// The sheets that buttons and commands ask for.
const sheets = {
  help: later("view/help.js", ({ Help }) => new Help(text)),
  invite: later("view/invite.js", ({ Invite }) => new Invite({ link: () => entrance.link, text, onTaken })),
  find: later("view/find.js", ({ Find }) => new Find({ room, text, timeline, view, roster, composer })),
  attention: later("view/attention.js", ({ Attention }) => attention = new Attention({ assets, text, onProblem: note })),
};
const open = (name, ...on) => sheets[name]((each) => each.open(...on));
for (const name in sheets) byId(`${name}-button`).addEventListener("click", () => open(name));

const goTo = (...to) => pass((each) => each.go(...to));
const session = new Session({
  room,
  connection,
  clock,
  text,
  ui: {
    showHelp: () => open("help"),
    find: (words) => open("find", words),
    showPeople: () => roster.open(true),
    showInvite: () => open("invite"),
    showVerify: async () => (await lazy("sealed/sheets.js")).showVerify(connection),
    showSeal: async () => (await lazy("sealed/sheets.js")).showSeal(),
    showFiles: () => files((each) => each.pick()),
    showVoice: (on) => voice((each) => (on ? each.join() : each.leave())),
    showHeld: (fields) => lazy("view/held.js").then((held) => timeline.begin(room.log.addNote(...held.note(fields, text))), notFetched),
    offerFailed: (op, reason) => filing.refused(op, reason),
    showRules: (what) => powers((each) => each.open(what)),
    goTo,
    join: (...to) => rooms((each) => each.join(...to)),
    leave: () => (place ?? connection).leave(),
    quit: () => place?.quit(),
    ignoredChanged: () => {
      timeline.refresh();
      roster.draw();
      typing();
      head();
    },
    setNotify: (when) => (when ? sheets.attention(async (each) => note(await each.choose(when, note))) : open("attention")),
    setFold: (what) => {
      if (what) view.unfolded = what === "off";
      timeline.refresh();
      return !view.unfolded;
    },
    theme: () => lazy("view/theme.js"),
    giveBack,
  },
  onOutgoing: drawOutgoing,
});

let outgoing = null; // shows what is not said yet, once it was fetched
async function drawOutgoing() {
  guard();
  if (outgoing) return outgoing.draw(session);
  const { OutgoingView } = await lazy("view/outgoing.js").catch(() => ({}));
  outgoing ??= OutgoingView && new OutgoingView({
    room,
    text,
    announcer,
    on: {
      resend: (id) => session.resend(id),
      discard: (id) => session.discard(id),
      takeBack: () => session.takeBack(),
      edit: (id, ...typed) => { if (giveBack(...typed)) session.discard(id); },
    },
  });
  outgoing?.draw(session);
}

const composer = new Composer({
  source: {
    members: () => [...room.members.values()].filter(({ id, watch }) => id !== room.you.id && !watch).map(({ nick }) => nick),
    ignored: () => [...new Set(room.ignored.values())],
    knocking: () => room.knocks.map(({ nick }) => nick),
    rooms: () => [...visited],
  },
  text,
  submit: async (line, ...how) => {
    const problem = await session.submit(line, ...how);
    if (problem === "" && !/^\s*\/find\b/i.test(line)) timeline.end(); // a search comes back to where one reads
    return problem;
  },
  onTyping: () => session.typing(Date.now()),
  onUp: () => room.log.entries.findLast((entry) => room.amends(entry, Date.now())),
  onDraft: () => guard(),
  onOver: () => lazy("view/overlong.js").then(({ beside }) => beside({
    composer, text, offer: (file) => new Promise((done) => files(async (each) => done(await each.give(file)))),
  }), () => {}),
  onEscape: async (untouched) => {
    unread.read();
    timeline.divide();
    const to = await actions();
    if (untouched()) to?.enter();
  },
});

// giveBack gives words back to be sent again, or to change a message, by its number.
function giveBack(typed, re, reason, amends) {
  const taken = composer.giveBack(typed, re, reason);
  if (taken && amends) composer.answer(room.log.said(re), amends);
  return taken;
}
function note(sentence) { room.log.addNote([sentence]); }
function notFetched() { room.log.addNote([text("notFetched")], "problem"); }

const people = {
  whisper: ({ id }) => { // by the name they have now
    const member = room.members.get(id);
    if (member) composer.begin(`/msg ${member.nick} `);
  },
  ignore: (member, hide = true) => {
    session.ignore(member, hide);
    composer.focus();
  },
};
const roster = new Roster({ room, text, on: { choose: (id, box) => powers((each) => each.choose(id, box)), aside: (away) => aside(away), mark: (...shown) => voicing?.mark(...shown) } });

// aside asks why one goes away, or says that one is back.
function aside(away) {
  if (!away) return session.act({ t: "aside", on: false });
  roster.open(false, false);
  menu.then((show) => show("aside"), notFetched);
}

// actions are fetched when a message first has the pointer or the focus.
let acting = null;
async function actions(event) {
  if (watches || (event && acting)) return acting; // who watches does nothing; else it listens itself
  const { Actions } = await lazy("view/actions.js").catch(() => ({}));
  if (!Actions) return null; // no connection, so there is nothing to answer by
  acting ??= new Actions({
    room,
    text,
    mending,
    on: { ...people, reply: (said) => composer.replyTo(said), compose: () => composer.focus() },
  });
  if (event) acting.meet(event);
  return acting;
}
for (const event of ["pointerover", "focusin", "click"]) byId("timeline").addEventListener(event, actions);

// mending does something with what is fetched when words are reacted to, changed or taken
// back, or somebody is about to, files when the first file is offered, and powers when something governs the room, or somebody asks what does.
const mending = later("mending/mending.js", ({ Mending }) => new Mending({
  room, session, composer, announcer, unread,
  on: { calls: (entry) => looking() || attention?.call(entry), gone: (entry) => attention?.forget(entry), count },
}));
const files = later("files/files.js", ({ Files }) => filing = new Files({ room, connection, clock, announcer, onRisk: guard }));
const powers = later("powers/powers.js", ({ Powers }) => powering = new Powers({
  room, connection, session, composer, announcer, timeline, entrance,
  on: { ...people, goTo, knock: arrived, whispering: () => roster.open(false, false), wiped: guard },
}));
const voice = later("voice/voice.js", ({ Voice }) => {
  roster.draw();
  return voicing = new Voice({ room, connection, clock, announcer, sealed, offered: () => voiced });
});
byId("voice-button").addEventListener("click", (event) => voice((each) => each.press(event)));
byId("rules-button").addEventListener("click", () => powers((each) => each.open()));
byId("attach").addEventListener("click", () => files((each) => each.pick()));
onCarried((type, given) => watches || files((each) => each.carried(type, given)));

room.log.watch((what, entry, was) => {
  if (what === "added" && (entry.kind === "said" || entry.kind === "whisper")) arrived(entry);
  if (what === "added" && entry.kind === "offer") arrived({ ...entry, text: `${text("offers")}: ${entry.file.name}` });
  if (what === "changed" && entry.kind === "said") mending((each) => each.mended(entry, was));
  if (entry.kind === "presence" && (what === "added" || what === "changed") && !room.ignored.has(entry.happened.at(-1).id)) announcer.came(entry.happened.at(-1));
  if (entry.kind === "topic" && what === "added" && entry.from.id !== room.you.id && room.seen(entry)) announcer.topic(entry);
  if (entry.kind === "note" && what === "added") announcer.say(entry.lines[0], true);
  if (entry.kind === "gap" && what === "added") {
    announcer.say(view.gap(entry));
    missed ||= !seen();
    count();
  }
});

// over: one is not in the room, and does not come back by waiting.
function over() { return /^(left|refused|ended)$/.test(connection.phase); }

// tell shows how the connection is. What does so is fetched as soon as there is one,
// or as there was none; where it can't be, the markup's own words stand for it. So is
// what shows words that are not said yet: when they need it there may be none.
async function tell() {
  const { phase } = connection;
  document.documentElement.dataset.phase = phase;
  if (over() || phase === "knocking") byId("voice-button").hidden = true; // a welcome brings it back
  composer.hint("place", over() ? text("notHere") : "");
  if (phase === "open") drawOutgoing();
  if (!banner && phase !== "connecting") {
    const { Banner } = await lazy("view/banner.js").catch(() => ({}));
    banner ??= Banner && new Banner({ connection, text, home: `${prefix}/`, onTrouble: (now) => { trouble = now; count(); } });
    if (!banner) byId("banner").hidden = connection.phase === "open";
  }
  banner?.draw();
}
byId("retry").addEventListener("click", () => connection.retryNow());

// arrived counts and announces a message of somebody else's.
function arrived(message) {
  if (!unread.take(message, room.ignored)) return;
  if (unread.divider === message.key) room.log.divide();
  const whisper = message.kind === "whisper";
  if (!message.knock) announcer.message(message);
  if (!looking()) {
    attention?.call({ from: message.from, text: message.text, whisper, mentions: message.mentions });
  }
  count();
}

function take(frames) {
  const changed = new Set();
  for (const frame of frames) {
    for (const each of room.apply(frame, Date.now())) changed.add(each);
    session.take(frame);
    filing?.apply(frame);
    if (frame.t === "welcome") byId("voice-button").hidden = !(voiced = frame.voice === true && !watches);
    if (voiced && (frame.t === "voice" || (frame.t === "error" && /^voice/.test(frame.id)))) voice((each) => each.take(frame));
    if (powering || /^(rules|host|muted|speak|vote|knock|invited|leapt)/.test(frame.t) || (frame.t === "welcome" ? room.governed : frame.t === "key" && frame.op)) powers((each) => each.take(frame));
    if (frame.t === "welcome" && !frame.resumed && !watches) note(text("youAre", frame.you.nick));
    if (frame.t === "welcome" && brought.length > 0) files((each) => each.carried("drop", brought.splice(0)));
  }
  if (changed.has("members")) {
    roster.draw();
    voicing?.members();
  }
  if (changed.has("typing")) typing();
  if (changed.has("topic") || changed.has("members")) head();
  guard();
}

// guard has leaving asked about while something would be lost by it.
function guard() {
  const onlyKey = entrance.made && (!entrance.taken || room.members.size < 2);
  asking(Boolean(composer.drafted || session.atRisk || filing?.atRisk || onlyKey || (room.orphans && !over()) || place?.many));
}

// typing shows who is. What does so is fetched when somebody first is.
async function typing() {
  if (!typingLine && room.typing(Date.now()).length === 0) return;
  const { TypingLine } = await lazy("view/typingline.js").catch(() => ({}));
  typingLine ??= TypingLine && new TypingLine({ room, text });
  typingLine?.draw();
}

// head shows what the room is, above it.
function head() {
  byId("topic").textContent = room.topicHidden ? text("topicHidden") : room.topic;
  byId("topic").hidden = room.topic === "";
  if (room.topic) lazy("view/topic.js").then(({ watch }) => watch(text), () => {});
  beginning((each) => each.draw());
}

// What arrives is read while the end is in sight of somebody who looks.
function looking() { return !document.hidden && (place ? place.looking : document.hasFocus()); }
function seen() { return looking() && timeline.following; }

function attend() {
  const left = place && !place.front && voicing?.behind(entrance.name);
  if (left) place.tell(left);
  unread.attend(looking(), timeline.following);
  timeline.divide();
  missed &&= !seen();
  count();
}

function count() {
  (place ?? title).draw(sealed ? text("sealedTitle") : `${entrance.name} (${byId("kind").textContent.split(":")[0]})`, unread.count, trouble || missed, unread.calls, missed); // a title stays in the browser's history
  const below = byId("below");
  below.hidden = timeline.following;
  below.textContent = unread.count > 0 ? text("below", unread.count) : text("toEnd");
  if (unread.calls > 0) below.append(text("belowCalls", unread.calls));
}

byId("below").addEventListener("click", () => {
  if (timeline.first(unread.first)) unread.seen();
  else timeline.end();
  count();
  composer.focus();
});
byId("bound").textContent = text("bound", MAX_MESSAGES);
for (const event of ["focus", "blur"]) addEventListener(event, attend);
document.addEventListener("visibilitychange", () => {
  const now = { count: unread.count, calls: unread.calls, missed };
  if (!document.hidden && !place) summarise(hiddenAt, now);
  hiddenAt = document.hidden ? now : null;
  attend();
});

// summarise says once what was missed, to whoever looks again; of several rooms rooms.js does.
async function summarise(before, now) {
  const { missedSince, summary } = before ? await lazy("view/absence.js").catch(() => ({})) : {};
  const told = missedSince && summary(missedSince(before, now), text);
  if (told) note(told);
}

// rooms does something with what shows several in one window, pass with what leads this one elsewhere.
const here = { entrance, room, session, composer, timeline, title, connection, attend, guard, bring: (given) => brought.push(...given), aloud: (sentence) => announcer.say(sentence, true) };
const rooms = later("rooms/rooms.js", ({ begin }) => place ??= begin(here));
const pass = later("view/passage.js", ({ Passage }) => new Passage({ entrance, room, session, page, composer, onGone: () => { visited.add(entrance.name); count(); } }));
addEventListener("popstate", () => pass((each) => each.follow()));

// Leaving says goodbye at once. A page that comes back from the browser's own cache
// enters anew, and shows that there is a gap, and what may not have been sent.
addEventListener("pagehide", ({ persisted }) => connection.leave(persisted ? "unknown" : "left"));
addEventListener("pageshow", ({ persisted }) => { if (persisted) connection.join(); });
// Words typed anywhere outside a field go to the composer, "?" and F1 ask for help, and
// Ctrl-F for the page's own search; once more, in its field, for the browser's.
addEventListener("keydown", (event) => {
  const plain = /^([^ ?]|Dead)$/u.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
  const taken = event.defaultPrevented || event.target.closest?.("textarea, input, dialog");
  if (plain && !taken) composer.focus();
  const control = event[/Mac|iP/.test(navigator.platform) ? "metaKey" : "ctrlKey"];
  const over = document.querySelector("dialog[open]");
  const find = control && !event.altKey && (/^f$/i.test(event.key) || (event.code === "KeyF" && event.key > "~")) && event.target.id !== "find-field" && !over;
  if (!find && event.key !== "F1" && (event.key !== "?" || taken || event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (!over) open(find ? "find" : "help");
});

if (sealed) {
  byId("room-name").textContent = connection.name;
  note(entrance.note);
}
place?.enter(here);
if (!sealed && roomsIn(location.pathname).length > 1) rooms(attend);
attend();
if (location.hash) await pass((each) => each.follow()); // a link may have an invitation there
connection.join();
const menu = lazy("view/menu.js").then(({ addMenu }) => addMenu({
  room, text, watches,
  submit: (line) => session.submit(line),
  open: {
    ...Object.fromEntries(Object.keys(sheets).map((name) => [name, () => open(name)])),
    back: () => aside(false),
    rules: () => powers((each) => each.open()),
    leap: () => powers((each) => each.open("leap")),
  },
}));
menu.catch(() => {});
if (!globalThis.CloseWatcher && !window.frameElement) lazy("view/backstep.js").then(({ watch }) => watch(window), () => {});
lazy("view/faces.js").then(({ watch }) => watch(byId("room"), byId("members")), () => {});
byId("message").addEventListener("focus", () => lazy("view/viewport.js").then(({ watch }) => watch(timeline), () => {}));
if (matchMedia("(pointer: coarse)").matches) actions(); // a finger may stay on a message; and the keyboard would cover the room
else if (!watches && !place) composer.focus();
