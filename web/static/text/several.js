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
