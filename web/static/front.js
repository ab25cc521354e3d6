// The front page: a room's name goes in, or those of several, and their page comes out.

import { byId, copyButton } from "./view/dom.js";
import { language, prefix, speak, ssh, text } from "./view/page.js";
import { foldRoomName } from "./text/limits.js";
import { MAX_ROOMS, namesIn } from "./text/several.js";
import { askedFor, meantRoomName, sealedLink, tables } from "./text/roomname.js";
import { texts } from "./text/strings.js";
import { freshRoomName } from "./data/words.js";

speak();
const named = texts(language, tables[language]); // the words about a room's name

const field = byId("name");
const problem = byId("name-problem");
const command = byId("ssh-command");

function showCommand() {
  if (command) command.textContent = `${ssh} ${namesIn(field.value)?.join() ?? foldRoomName(field.value) ?? meantRoomName(field.value) ?? field.placeholder}`;
}

function complain(sentence) {
  problem.textContent = sentence;
  problem.hidden = false;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

// mean puts what was perhaps meant into the field, to be looked at before one goes.
function mean(names) {
  field.value = names;
  complain(named(...askedFor(names)));
}

byId("go").addEventListener("submit", (event) => {
  event.preventDefault();
  const several = namesIn(field.value);
  if (several?.length > MAX_ROOMS) return complain(named(...askedFor(field.value)));
  if (several) {
    location.assign(`${prefix}/r/${several.join("+")}`);
    return;
  }
  const name = foldRoomName(field.value === "" ? field.placeholder : field.value);
  if (name !== null) {
    location.assign(`${prefix}/r/${name}`);
    return;
  }
  if (sealedLink(field.value)) {
    field.value = ""; // it holds a key, which is to stand nowhere
    return complain(named("sealedLink"));
  }
  const meant = meantRoomName(field.value);
  if (meant === null) return complain(named("badRoom"));
  mean(meant);
  showCommand();
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
if (field.value !== "") mean(field.value); // by the address that was asked for
showCommand();
if (command) copyButton(byId("copy-ssh"), () => command.textContent, text);
