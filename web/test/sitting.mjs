// A session in a room, with a page and a server that only note what is asked of them.
import "./page.mjs";
import { FakeClock } from "./fakes.mjs";
import { lazy } from "../static/net/lazy.js";
import { Room } from "../static/room/room.js";
import { Session } from "../static/room/session.js";
import { tableOf, texts } from "../static/text/strings.js";

export const english = texts("en", await tableOf("en"));
export const me = { id: "me", nick: "low-fern", via: "web" };
export const otter = { id: "o", nick: "quiet-otter", via: "ssh" };

export function sit({ online = true, fieldBusy = false, answers = "" } = {}) {
  const room = new Room();
  room.apply({ t: "welcome", room: "tea", kind: "open", you: me, members: [me, otter], seq: 0 }, 0);
  const sent = [];
  const asked = [];
  const ask = (name, answer = answers) => (...args) => {
    asked.push([name, ...args]);
    return answer;
  };
  const clock = new FakeClock();
  const connection = {
    phase: online ? "open" : "waiting",
    get ready() { return this.phase === "open"; },
    send: (op) => (connection.ready ? `o${sent.push(op)}` : null),
    signal: (op) => sent.push(op),
    leave: () => { sent.push({ t: "leave" }); },
  };
  const session = new Session({
    room, connection, clock, text: english, onOutgoing: () => {},
    ui: {
      showHelp: ask("help"), showPeople: ask("people"), showInvite: ask("invite"), goTo: ask("goTo"), join: ask("join", ""), leave: ask("leave"), quit: ask("quit"), showVerify: ask("verify"), showRules: ask("rules"),
      showFiles: ask("files"), showHeld: ask("held"), offerFailed: ask("offerFailed"), setNotify: ask("notify"), giveBack: ask("giveBack", !fieldBusy), theme: () => lazy("view/theme.js"), ignoredChanged: ask("ignoredChanged"),
    },
  });
  const notes = () => room.log.entries.filter(({ kind }) => kind === "note").map(({ lines }) => lines[0]);
  // The room's answers to the op that is on its way.
  const under = () => [...session.outgoing.values()].find(({ op, reason }) => reason === "" && op.id.startsWith("o")).op;
  const say = () => session.take({ t: "said", op: under() });
  const refuse = (code) => session.take({ t: "error", code, message: "No.", op: under() });
  return { room, sent, asked, session, notes, clock, connection, say, refuse };
}
