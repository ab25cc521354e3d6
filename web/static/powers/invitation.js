// An invitation that somebody here asked for: the ways into the room that have its token,
// on a sheet that forgets them when it closes. Nothing else on the page has them.

import { span } from "./told.js";
import { button, copyButton, el } from "../view/dom.js";
import { qrCode } from "../view/qr.js";
import { drawQR } from "../view/qrview.js";
import { openSheet } from "../view/sheet.js";

// showInvitation shows one: token, and op, by which it was asked for. link and command are
// the ways into the room without it; command may be empty.
export function showInvitation({ token, op, link, command, text }) {
  document.querySelector("dialog[open]")?.close();
  const way = (title, id, line, label) => {
    const shown = el("code", { id, dir: "ltr" }, line);
    const copy = button(text(label));
    copyButton(copy, () => shown.textContent, text);
    return [el("h3", {}, text(title)), el("div", { class: "command" }, shown), el("p", { class: "buttons" }, copy)];
  };
  const url = `${link}${op.watch ? "?watch" : ""}#${token}`; // of which no server is sent the token
  const code = qrCode(url);
  const sheet = openSheet({ id: "invitation", title: text("invitationTitle"), close: text("close") },
    el("p", {}, op.watch ? text("invitationWatch") : op.for ? text("invitationFor", span(op.for, text)) : text("invitationOnce")),
    el("div", { class: "ways" },
      code ? el("div", { class: "qr" }, drawQR(code)) : "",
      el("div", { class: "lines" },
        ...way("inBrowser", "invitation-link", url, "copyLink"),
        ...(command ? way("inTerminal", "invitation-command", `${command} --invite ${token}${op.watch ? " --watch" : ""}`, "copySSH") : []))),
    el("p", { class: "note" }, text("invitationNote")));
  sheet.addEventListener("close", () => sheet.replaceChildren());
}
