// A sheet that is made for one question or one thing to see, and is gone, with all
// that stands in it, when it closes.

import { button, byId, el } from "./dom.js";

export const style = "../style/sheets.css";

// openSheet shows one, and returns it. close is what its cross is called, back() puts the
// focus to where it came from.
export function openSheet({ id, title, close, back = toField }, ...children) {
  const sheet = el("dialog", { id, class: "sheet", "aria-labelledby": `${id}-title` },
    el("form", { method: "dialog" }, el("button", { class: "close", "aria-label": close }, "×")),
    el("h2", { id: `${id}-title` }, title), ...children.filter(Boolean));
  sheet.addEventListener("close", () => {
    sheet.remove();
    back();
  });
  document.body.append(sheet);
  sheet.showModal();
  return sheet;
}

const toField = () => byId("message").focus();

// ask shows a sheet and promises whether its answer was yes. No has the focus, so
// that an Enter too many does nothing.
export function ask({ id, title, body, no, yes, back = toField }) {
  return new Promise((resolve) => {
    const sheet = el("dialog", { id, class: "sheet", "aria-labelledby": `${id}-title` },
      el("h2", { id: `${id}-title` }, title),
      ...body.filter(Boolean),
      el("p", { class: "buttons" },
        button(no, () => sheet.close(), { class: "primary", autofocus: true }), button(yes, () => sheet.close("yes"))));
    sheet.addEventListener("close", () => {
      sheet.remove();
      back();
      resolve(sheet.returnValue === "yes");
    });
    document.body.append(sheet);
    sheet.showModal();
  });
}
