// The two ways into this room, to read, copy, share or photograph.

import { byId, copyButton } from "./dom.js";
import { qrCode } from "./qr.js";
import { drawQR } from "./qrview.js";

export class Invite {
  #dialog = byId("invite");
  #link;
  #drawn = false;

  constructor({ link, text }) {
    this.#link = link;
    copyButton(byId("copy-link"), () => link, text);
    const ssh = byId("ssh-command");
    if (ssh) copyButton(byId("copy-ssh"), () => ssh.textContent, text);
    const share = byId("share");
    share.hidden = !navigator.share;
    share.addEventListener("click", () => {
      navigator.share({ url: link }).catch(() => {}); // closed without sharing: nothing to say
    });
  }

  open() {
    this.#dialog.showModal();
    if (this.#drawn) return;
    this.#drawn = true;
    const code = qrCode(this.#link);
    if (code) byId("qr").replaceChildren(drawQR(code));
    else byId("qr").hidden = true;
  }
}
