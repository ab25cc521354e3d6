// A sheet that is made for one question or one thing to see, and is gone, with all
// that stands in it, when it closes.

import { button, byId, el } from "./dom.js";

export const style = "../style/sheets.css";

// openSheet shows one, and returns it. close is what its cross is called.
export function openSheet({ id, title, close }, ...children) {
  const sheet = el("dialog", { id, class: "sheet", "aria-labelledby": `${id}-title` },
    el("form", { method: "dialog" }, el("button", { class: "close", "aria-label": close }, "×")),
    el("h2", { id: `${id}-title` }, title), ...children);
  sheet.addEventListener("close", () => {
    sheet.remove();
    byId("message").focus();
  });
  document.body.append(sheet);
  sheet.showModal();
  return sheet;
}

// ask shows a sheet and promises whether its answer was yes. No has the focus, so
// that an Enter too many does nothing.
export function ask({ id, title, body, no, yes }) {
  return new Promise((resolve) => {
    const sheet = el("dialog", { id, class: "sheet", "aria-labelledby": `${id}-title` },
      el("h2", { id: `${id}-title` }, title),
      ...body.filter(Boolean),
      el("p", { class: "buttons" },
        button(no, () => sheet.close(), { class: "primary", autofocus: true }), button(yes, () => sheet.close("yes"))));
    sheet.addEventListener("close", () => {
      sheet.remove();
      byId("message").focus();
      resolve(sheet.returnValue === "yes");
    });
    document.body.append(sheet);
    sheet.showModal();
  });
}
