// The front page: a room's name goes in, a room's page comes out.

import { byId, copyButton } from "./dom.js";
import { prefix, speak, ssh, text } from "./page.js";
import { foldRoomName } from "./protocol.js";
import { freshRoomName } from "./words.js";

speak();

const field = byId("name");
const problem = byId("name-problem");
const command = byId("ssh-command");

function showCommand() {
  if (command) command.textContent = `${ssh} ${foldRoomName(field.value) ?? field.placeholder}`;
}

byId("go").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = foldRoomName(field.value === "" ? field.placeholder : field.value);
  if (name !== null) {
    location.assign(`${prefix}/r/${name}`);
    return;
  }
  problem.textContent = text("badRoom");
  problem.hidden = false;
  field.setAttribute("aria-invalid", "true");
  field.focus();
});

field.addEventListener("input", () => {
  problem.hidden = true;
  field.removeAttribute("aria-invalid");
  showCommand();
});

byId("fresh").addEventListener("click", () => {
  field.value = freshRoomName();
  field.dispatchEvent(new Event("input"));
  field.focus();
});

field.placeholder = freshRoomName();
showCommand();
if (command) copyButton(byId("copy-ssh"), () => command.textContent, text);
