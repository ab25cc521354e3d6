// What is typed or pasted and is too long for one message can be offered as a file: one
// button below the field, for as long as it is too long. Fetched when something first is.

import { button, byId } from "./dom.js";
import { buried, parse, slips } from "../commands/parse.js";
import { later } from "../text/laterstrings.js";

export const style = "../style/overlong.css";

const NAME = "paste.txt";

// beside puts the button beside what says that it is too long. offer(file) promises
// whether it could be offered.
export function beside({ composer, text: common, offer }) {
  if (byId("as-file")) return;
  const text = later(common);
  const field = byId("message");
  byId("counter").after(button(text("asFile", NAME), async () => {
    const said = field.value;
    // What was meant for one person, or for nobody, must not go to everybody.
    if (parse(said).kind !== "say" || buried(said) || slips(said).length > 0) return composer.refuse(text("commandInFile"));
    if (await offer(new File([said], NAME, { type: "text/plain" })) && field.value === said) composer.empty();
    composer.focus();
  }, { id: "as-file", class: "as-file" }));
}
