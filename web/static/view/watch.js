// The page of who watches a room, which may be a screen on a wall: nothing is said on it,
// nothing has to be done to it, and what is said is seen from afar. It comes back by
// itself, unless somebody has decided that it shall not.

import { byId, el } from "./dom.js";
import { later } from "../text/laterstrings.js";

export const style = "../style/watch.css";

const AGAIN = 20_000; // ms from one look at whether to come in anew to the next
const DECIDED = /^(knock|denied|removed|burned|not_allowed|bad_room)$/; // by people, or for good

// watch has the page read, and say nothing.
export function watch(connection, text) {
  document.body.classList.add("watching");
  byId("compose").before(el("p", { id: "watching", class: "watching-line" }, later(text)("watching")));
  setInterval(() => {
    const { phase, reason } = connection;
    if ((phase === "refused" || phase === "ended") && !DECIDED.test(reason?.code)) connection.join();
  }, AGAIN);
}
