// Why a page that could be fetched can't open its socket: what answers at the
// socket's address says how it was asked, and from that one sees what a proxy on
// the way leaves out. Asks this page's own server and nobody else.

import { later } from "../text/laterstrings.js";
import { prefix, text as words } from "./page.js";

const text = later(words);

// What makes nginx pass the header on; docs/OPERATING.md has it in its place.
const UPGRADE = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";";
const HOST = "proxy_set_header Host $http_host;";

// diagnose promises a sentence about what is in the way, or "".
export async function diagnose() {
  const address = `${prefix}/ws`;
  let status;
  let answer;
  try {
    const response = await fetch(address, { cache: "no-store" });
    status = response.status;
    answer = await response.text();
  } catch {
    return ""; // nothing answers at all: the connection is lost, or the server is
  }
  const asked = /^Host: (\S+)$/m.exec(answer)?.[1];
  if (asked === undefined) return status >= 500 ? "" : text("noSocket", address);
  if (asked !== location.host) return text("noHost", asked, location.host, HOST);
  return status === 400 ? text("noUpgrade", UPGRADE) : "";
}
