// Sheets about sealed rooms: the words to compare, and a room that was made just
// now. Fetched when they are asked for.

import { button, copyButton, el } from "../view/dom.js";
import { lazy } from "../net/lazy.js";
import { language, prefix, url } from "../view/page.js";
import { qrCode } from "../view/qr.js";
import { drawQR } from "../view/qrview.js";
import { openSheet } from "../view/sheet.js";
import { available, newSecret, base64url } from "./seal.js";
import { commandOf, linkOf } from "./link.js";
import { clauses } from "./state.js";
import { tables } from "./strings.js";
import { texts } from "../text/strings.js";

const text = texts(language, tables[language]);

// showVerify shows the words to compare, and takes down that they were the same. Once
// they hold no more they are gone from the sheet: whoever reads on would take an honest
// person for somebody who stands in between. New ones are shown to who asks for them.
export async function showVerify(connection) {
  const [verification, { words }] = await Promise.all([connection.verify(), lazy("data/bip39.js")]);
  if (!verification) return open("verify", text("verifyTitle"), el("p", {}, text("verifyNone")));
  const { numbers, names, comparedAt, outdated } = verification;
  const same = button(text("verifySame"), () => {
    connection.compared();
    same.closest("dialog").close();
  }, { class: "primary", id: "verify-same" });
  const sheet = open("verify", text("verifyTitle"),
    el("p", {}, text("verifyFor", numbers.length, names.length), " ", ...names.flatMap((name, i) => [i > 0 ? text("comma") : "", el("bdi", {}, name), i === 0 ? ` (${text("verifyYou")})` : ""])),
    el("ol", { class: "safety", dir: "ltr", lang: "en" }, ...numbers.map((n) => el("li", {}, words[n]))),
    el("p", {}, text("verifyHow")),
    el("p", { class: "buttons" }, same),
    el("p", { class: "note" }, text(comparedAt > 0 ? "verifyHolds" : "verifyChange")));
  outdated.then((changes) => {
    if (!sheet.isConnected) return;
    const anew = button(text("verifyAnew"), () => {
      sheet.close();
      showVerify(connection);
    }, { class: "primary", id: "verify-anew" });
    const [close, title] = sheet.children;
    sheet.replaceChildren(close, title,
      el("p", { class: "problem", role: "alert" }, text("verifyPast", clauses(text, changes))),
      el("p", { class: "buttons" }, anew));
    if (!sheet.contains(document.activeElement)) anew.focus();
  });
}

// showSeal makes a sealed room and shows the ways into it. The key goes to the
// new page from hand to hand: in its address it would stay in the history.
export function showSeal() {
  const secret = newSecret();
  const link = linkOf(url, secret);
  const copy = button(text("copyLink"), undefined, { class: "primary" });
  copyButton(copy, () => link, text);
  const go = button(text("goThere"), () => {
    window.handOver = () => {
      delete window.handOver;
      return base64url(secret);
    };
    window.open(`${prefix}/s/#handover`);
  }, { id: "go-there" });
  const qr = el("div", { class: "qr" });
  const code = qrCode(link);
  if (code) qr.append(drawQR(code));
  open("sealing", text("sealTitle"),
    el("div", { class: "ways" }, qr, el("div", { class: "lines" },
      el("div", { class: "command" }, el("code", { id: "sealed-link", dir: "ltr" }, link)),
      el("p", { class: "buttons" }, copy, " ", available() ? go : null),
      el("div", { class: "command" }, el("code", { dir: "ltr" }, commandOf(link))))),
    el("p", { class: "note" }, text("sealHow")),
    available() ? null : el("p", { class: "problem" }, text("sealPlain")));
}

const open = (id, title, ...children) => openSheet({ id, title, close: text("close") }, ...children);
