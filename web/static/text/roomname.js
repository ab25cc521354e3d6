// What somebody may have meant by what is no room's name: another name, or a sealed
// room. The twin of MeantRoomName and SealedLink in Go, held to the same cases
// (rooms/behaviour/roomname.json).

import { known } from "./characters.js";
import { byteLength, foldRoomName } from "./limits.js";
import { MAX_ROOMS, namesIn } from "./several.js";

const MAX_BYTES = 512; // of a text in which a name is looked for: a link
// Latin letters that have no mark to lose.
const SPELLED = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

const SEALED_SHOWN = /\bsealed:[0-9a-f]{6}\b/i; // as what a sealed room is shown to those in it

// meantRoomName returns a room's name, or null if nothing is clear enough: spaces and
// signs become hyphens, letters lose their marks, and of a link to a room its name is
// left. It is for showing, never for going there unseen.
export function meantRoomName(typed) {
  if (byteLength(typed) > MAX_BYTES || sealedLink(typed)) return null;
  const link = typed.lastIndexOf("/r/");
  // The link of a sealed room holds its key, which is to stand nowhere.
  if (link < 0 && /\/s\/|:\/\/|#.{22}/.test(typed)) return null;
  let text = link < 0 ? typed : typed.slice(link + 3);
  try {
    text = decodeURIComponent(text);
  } catch {
    // a percent sign that means nothing else
  }
  if (SEALED_SHOWN.test(text)) return null; // an open room of a like name is another one
  if (!known(text)) return null; // whether it has letters, other ends would not agree on
  text = text.normalize("NFKD").toLowerCase().replace(/[\p{M}'’ʼ]/gu, "").replace(/[ßæœøłđðþı]/g, (letter) => SPELLED[letter]);
  if (/[^a-z0-9\P{L}]|[^0-9\P{N}]/u.test(text)) return null; // of another script
  return foldRoomName(text.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, ""));
}

// A sealed room's link with its key or a piece of that, anywhere, or a key alone, which
// has no more than a name's letters but for some of them.
const KEY_LINKED = /\/s\/?(?:\?[^#\s]*)?(?:#|%23)[\w-]|^\s*(?:(?:#|%23)[\w-]{22,}|[\w-]{43})\s*$/i;

// sealedLink says whether what is no room's name has a sealed room's key in it.
export const sealedLink = (typed) => foldRoomName(typed) === null && KEY_LINKED.test(typed);

// askedFor is what is to be said of names that were perhaps meant, by its key and what
// fills it.
export function askedFor(names) {
  const several = namesIn(names);
  if (several?.length > MAX_ROOMS) return ["tooManyRooms", MAX_ROOMS, several.length];
  return [several ? "roomsMeant" : "roomMeant", names];
}

export const tables = {
  en: {
    direction: "ltr",
    sealedLink: "That is a sealed room’s link and no name. It has not left this browser: open it in the address bar.",
    roomMeant: "A room’s name is simpler. Is {0} the one that you mean?",
    roomsMeant: "Not all of these were names of rooms. Are {0} the ones that you mean?",
    tooManyRooms: "One window holds {0} rooms at most, and these are {1}.",
    badRoom: "A room’s name is made of a–z, 0–9 and hyphens, begins with a letter or digit, and has at most 64 characters.",
  },
  de: {
    direction: "ltr",
    sealedLink: "Das ist der Link eines versiegelten Raums und kein Name. Er hat diesen Browser nicht verlassen: Öffne ihn in der Adresszeile.",
    roomMeant: "Der Name eines Raums ist einfacher. Meinst du {0}?",
    roomsMeant: "Nicht alles davon waren Namen von Räumen. Meinst du {0}?",
    tooManyRooms: "Ein Fenster fasst höchstens {0} Räume, und das sind {1}.",
    badRoom: "Der Name eines Raums besteht aus a–z, 0–9 und Bindestrichen, beginnt mit einem Buchstaben oder einer Ziffer und hat höchstens 64 Zeichen.",
  },
  ar: {
    direction: "rtl",
    sealedLink: "هذا رابط غرفة مختومة وليس اسمًا. لم يغادر هذا المتصفح: افتحه في شريط العناوين.",
    roomMeant: "اسم الغرفة أبسط من ذلك. أتقصد {0}؟",
    roomsMeant: "لم تكن هذه كلها أسماء غرف. أتقصد {0}؟",
    tooManyRooms: "تسع النافذة الواحدة {0} غرف على الأكثر، وهذه {1}.",
    badRoom: "اسم الغرفة من a–z و0–9 والواصلات، يبدأ بحرف أو رقم، وله 64 حرفًا على الأكثر.",
  },
};
