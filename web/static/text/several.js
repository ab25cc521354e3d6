// Several rooms as people write them into one line.

import { foldRoomName } from "./limits.js";

export const MAX_ROOMS = 8; // in one window, as the server's MaxRooms: each is a socket, and a page in the page

// namesIn returns the names of several rooms, each once, or null when the line is of one
// room or of none. A comma parts them in any case. A blank does only where all that it parts
// are names as they are written: "Mein Zimmer" is rather one room.
export function namesIn(typed) {
  const comma = /[,،]/.test(typed);
  const parts = typed.split(comma ? /[\s,،]+/ : /\s+/).filter(Boolean);
  const names = parts.map(foldRoomName);
  if (parts.length < 2 || names.some((name, i) => name === null || (!comma && name !== parts[i]))) return null;
  return [...new Set(names)];
}

// roomsIn returns the names that an address has for rooms, or none where it has something
// else. What parts them may stand encoded there, as some write a plus.
export function roomsIn(pathname) {
  const last = decodeURIComponent(pathname.split("/").findLast(Boolean) ?? "");
  return last.split("+").map(foldRoomName).filter((name) => name !== null);
}

// An address says behind "#", of which no server is sent anything, which of its rooms is in
// front. No token of an invitation has a "=".
const FRONT = "#in=";

// frontIn returns the name that an address has for the room in front, or "".
export const frontIn = (hash) => (hash.startsWith(FRONT) ? foldRoomName(hash.slice(FRONT.length)) ?? "" : "");

// behindHash returns what stands behind the names of rooms for the one in front: nothing
// where that is the first of them, or is in no address.
export const behindHash = (names, front) => (names.indexOf(front) > 0 ? FRONT + front : "");
