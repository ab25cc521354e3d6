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
