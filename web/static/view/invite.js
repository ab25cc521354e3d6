// The two ways into this room, to read, copy, share or photograph.

import { byId, copyButton } from "./dom.js";
import { qrCode } from "./qr.js";
import { drawQR } from "./qrview.js";

export const style = "../style/sheets.css";

export class Invite {
  #dialog = byId("invite");
  #link;
  #drawn = ""; // the link that is in the picture

  // link() is the way into the room that one is in. onTaken is told when somebody
  // took it somewhere.
  constructor({ link, text, onTaken }) {
    this.#link = link;
    copyButton(byId("copy-link"), link, text, onTaken);
    const ssh = byId("ssh-command");
    if (ssh) copyButton(byId("copy-ssh"), () => ssh.textContent, text, onTaken);
    const share = byId("share");
    share.hidden = !navigator.share;
    share.addEventListener("click", () => {
      navigator.share({ url: link() }).then(onTaken, () => {}); // closed without sharing: nothing to say
    });
    this.#dialog.addEventListener("copy", onTaken); // by hand
  }

  open() {
    this.#dialog.showModal();
    const link = this.#link();
    if (link === this.#drawn) return;
    this.#drawn = link;
    const code = qrCode(link);
    byId("qr").hidden = !code;
    if (code) byId("qr").replaceChildren(drawQR(code));
  }
}
