// The page of sealed rooms: it has no room until somebody brings a key, or makes
// one. Where a browser can't seal, it says why.

import { byId, button, copyButton, el } from "../view/dom.js";
import { lazy } from "../net/lazy.js";
import { fragment, handed, told } from "./fragment.js";
import { language, prefix, url } from "../view/page.js";
import { drawWords, readWords, WORDS } from "./passphrase.js";
import { available, newSecret, passphraseSecret, Room } from "./seal.js";
import { Sealed } from "./sealed.js";
import { commandOf, KEY_LETTERS, linkOf, readLink } from "./link.js";
import { SealedPassage } from "./passage.js";
import { Session } from "./session.js";
import { SealedState } from "./state.js";
import { tables } from "./strings.js";
import { texts } from "../text/strings.js";

const text = texts(language, tables[language]);

// enter waits for a key, writes the ways into its room on the invitation, and
// returns {connection, link, note, made, taken}: whether the key was made for this
// page, and whether it was taken anywhere else.
export async function enter(options) {
  if (/^\?watch\b/.test(location.search)) return unwatched();
  const came = readLink(`${url}/s/#${decoded(fragment)}`); // as a link that was pasted
  const given = came?.secret;
  const made = fragment === "new" || handed;
  const key = !(await able()) ? {} : fragment === "new" ? { secret: newSecret() } : given && !told ? { secret: given } : await ask(came);
  const { secret, taken = false } = key;
  if (!secret) return refuse(given);
  const link = linkOf(url, secret);
  byId("link").textContent = link;
  byId("ssh-command").textContent = commandOf(link);
  const fresh = made || key.made === true;
  const first = await open(secret, options, fresh);
  first.begin();
  const passage = new SealedPassage({ first, open, options, server: url });
  byId("verify-button").addEventListener("click", async () => (await lazy("sealed/sheets.js")).showVerify(passage.connection));
  return {
    connection: passage.connection, name: first.sealed.name, link, note: text("keepLink"), made: fresh, taken,
    move: (...to) => passage.move(...to), fresh: (...to) => passage.fresh(...to),
  };
}

// open promises a sealed room with what it says kept back until begin, and not heard after
// end: {sealed, begin(), end(), welcome}, a promise of the first. made says that nobody can
// be there yet.
async function open(secret, options, made) {
  const hours = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const state = new SealedState(text, (at) => hours.format(at), !made);
  const heard = [];
  let welcomed;
  const welcome = new Promise((resolve) => { welcomed = resolve; });
  let begun = false;
  const give = (frames) => options.onFrames(frames.flatMap((frame) => state.take(frame)));
  const sealed = await Sealed.enter({
    secret, ...options,
    onFrames: (frames) => {
      if (begun) return give(frames);
      heard.push(...frames);
      const first = frames.find(({ t }) => t === "welcome");
      if (first) welcomed(first);
    },
    onPhase: (...phase) => {
      if (begun) options.onPhase(...phase);
      else if (["refused", "ended", "left"].includes(sealed.phase)) welcomed(null);
    },
  });
  const begin = () => {
    begun = true;
    if (heard.length > 0) give(heard.splice(0));
    if (sealed.phase === "open") options.onPhase();
  };
  return { sealed, begin, end: () => { begun = false; }, welcome };
}

// decoded is what was typed, where a browser encoded it.
function decoded(typed) {
  try {
    return decodeURIComponent(typed);
  } catch {
    return typed; // a percent sign that means nothing else
  }
}

// able tries what sealed rooms are made of: a browser may know WebCrypto and not
// X25519.
async function able() {
  if (!available()) return false;
  try {
    await Session.begin(await Room.open(newSecret()));
    return true;
  } catch {
    return false;
  }
}

// refuse says why there can be no sealed room here, and never returns.
function refuse(secret) {
  const why = globalThis.isSecureContext ? "missing" : "insecure";
  const line = secret ? commandOf(linkOf(url, secret)) : `sotto join --new ${url}`;
  show(
    el("h1", {}, text(`${why}Title`)),
    el("p", {}, text(why)),
    el("h2", {}, text("instead")),
    command(line),
    el("p", {}, el("a", { href: `${prefix}/` }, text("frontPage"))));
  return new Promise(() => {});
}

// unwatched says that nobody watches a sealed room, and never returns.
function unwatched() {
  show(el("h1", {}, text("watchTitle")), el("p", {}, text("watch")), el("p", {}, el("a", { href: `${prefix}/` }, text("frontPage"))));
  return new Promise(() => {});
}

// ask promises {secret, made, taken}: a key that somebody makes, pastes or speaks. came
// is what the address was read as, if it had something behind "#".
function ask(came) {
  return new Promise((resolve) => {
    const done = (secret, how = {}) => {
      byId("keyhole").remove();
      document.body.classList.remove("locked");
      resolve({ secret, ...how });
    };
    show(
      el("h1", {}, text("title")),
      el("p", { class: "lead" }, text("lead")),
      button(text("makeNew"), () => done(newSecret(), { made: true }), { class: "primary", id: "make" }),
      linkForm(done, came),
      wordsForm(done),
      el("div", { class: "plainly" },
        el("p", {}, text("remembers")),
        el("p", {}, text("history")),
        el("p", {}, text("trust")),
        command(`sotto join --new ${url}`),
        el("p", {}, el("a", { href: `${prefix}/` }, text("frontPage")))));
  });
}

function linkForm(done, came) {
  const field = el("input", { id: "link-field", type: "text", dir: "ltr", ...quietly, "aria-describedby": "link-problem", placeholder: text("pasteLink") });
  const problem = el("p", { id: "link-problem", class: "problem", role: "alert", hidden: true });
  const read = form(text("haveLink"), field, problem, [], () => {
    const link = readLink(field.value, /\s+/);
    if (!link?.secret) complain(field, problem, wrong(link));
    else if (link.server !== "" && link.server !== url) complain(field, problem, text("otherServer", link.server));
    else done(link.secret);
  });
  if (fragment || told) {
    field.value = came?.secret ? linkOf(url, came.secret) : decoded(fragment);
    complain(field, problem, came?.secret ? text("linkTold") : wrong(came), false);
  }
  return read;
}

// wrong says what is wrong with a link, as readLink read it.
function wrong(link) {
  if (!link) return text("notALink");
  if (link.folded) return text("linkFolded");
  return link.cut < KEY_LETTERS ? text("linkCut", link.cut) : text("linkBare");
}

function wordsForm(done) {
  let drawn = "";
  const field = el("input", { id: "words-field", type: "text", dir: "ltr", ...quietly, "aria-describedby": "words-problem" });
  const problem = el("p", { id: "words-problem", class: "problem", role: "status", hidden: true });
  const aloud = el("p", { id: "drawn", class: "drawn", dir: "ltr", lang: "en", hidden: true }); // all of them, which the field may be too narrow for
  const judge = () => {
    const shown = field.value !== "" && field.value === drawn;
    aloud.textContent = drawn;
    aloud.hidden = problem.hidden = !shown;
    problem.classList.toggle("problem", !shown);
    if (shown) problem.textContent = text("drawn");
  };
  field.addEventListener("input", judge);
  const draw = button(text("draw"), async () => {
    drawn = field.value = await drawWords();
    judge();
    field.focus();
  }, { class: "plain", id: "draw" });
  const spoken = form(text("words"), field, problem, [aloud, draw], async () => {
    const { words, wrong, near, count } = await readWords(field.value);
    if (count === 0) return complain(field, problem, text("wordsEmpty"));
    if (near) return complain(field, problem, text("wordNear", wrong, near));
    if (wrong) return complain(field, problem, text("wordUnknown", wrong));
    if (!words) return complain(field, problem, text("wordsCount", count, WORDS));
    problem.textContent = text("working");
    problem.hidden = false;
    // Words that were drawn here stand nowhere else, but were there to be read aloud.
    done(await passphraseSecret(words), { made: words === drawn, taken: true });
  });
  return el("details", {}, el("summary", {}, text("haveWords")), el("p", {}, text("wordsIntro")), spoken);
}

// What is typed here is a key: no browser may remember, correct or look it up.
const quietly = { autocomplete: "off", autocapitalize: "none", autocorrect: "off", spellcheck: "false", enterkeyhint: "go" };

function form(label, field, problem, more, submit) {
  return el("form", { class: "go", novalidate: true, on: { submit: (event) => { event.preventDefault(); submit(); } } },
    el("label", { for: field.id }, label),
    el("div", { class: "field" }, field, el("button", { type: "submit" }, text("goIn"))),
    problem, ...more);
}

function complain(field, problem, sentence, focus = true) {
  problem.textContent = sentence;
  problem.classList.add("problem");
  problem.hidden = false;
  field.setAttribute("aria-invalid", "true");
  if (focus) field.focus();
}

function command(line) {
  const copy = button(text("copy"));
  copyButton(copy, () => line, text);
  return el("div", { class: "command" }, el("code", { dir: "ltr" }, line), copy);
}

// show covers the room, which nobody is in yet.
function show(...children) {
  document.body.classList.add("locked");
  document.body.append(el("main", { id: "keyhole", class: "keyhole" }, ...children));
}
