// Who governs a sealed room, who may come in and how it ends: the server's word, as who is
// in it always was. It is told by the names that this end knows, and what the server can't
// decide is not believed: it sees no words, so nobody can be kept from saying any. The
// twin of governing.go in Go's rooms/seal.

import { memberOf, personOf } from "./people.js";

const asks = new Set(["rules", "claim", "host", "key", "remove", "mute", "speak", "admit", "deny", "vote", "invite", "uninvite", "burn"]);
const NO_HEARING = "Not in a sealed room: its server can’t tell words from what keeps the room sealed.";
const NO_KEY = "A key of this room has five words. Nothing was sent: words that open a sealed room are not for its server.";
const NO_REASON = "Not in a sealed room: the server would read the reason. Remove them without one.";
const NO_WORDS = "The server did not take that, for a reason that no sealed room has.";

export class Governing {
  #here;
  #knocks = new Knocks();
  #voted = null; // whom a vote is about that runs; null: none that was told of
  #makes = false; // the room, so that the server may say so
  #keysDue = 0; // keys of the room that the server is to show: those that were asked for, and the maker's
  #invitesDue = 0; // invitations that it is to show, and to void

  constructor(here) {
    this.#here = here;
  }

  // begin begins a place, which nobody else was in if it is alone, and says false of rules
  // that no sealed room has.
  begin(rules, alone) {
    this.#here.rules = open;
    this.#knocks.forget();
    this.#voted = null;
    this.#makes = alone;
    this.#keysDue = alone ? 1 : 0;
    this.#invitesDue = 0;
    return this.follow(rules);
  }

  // follow takes up the rules that the server says, if a sealed room can have such.
  follow({ door, fade, ...others }) {
    if (others.slow || others.quiet || others.links === false) return false;
    this.#here.rules = fade ? { door, fade } : { door };
    return true;
  }

  // asks says whether an op is the server's to decide.
  asks(op) { return asks.has(op.t); }

  // asked returns what the server is asked for, as {ask}, or {code, message}: nobody can do
  // that in a sealed room, or to somebody whom this end does not show.
  asked(op) {
    const heard = op.t === "mute" || op.t === "speak" || [op.slow, op.quiet, op.links].some((rule) => rule !== undefined);
    if (heard || op.reason) return { code: "not_allowed", message: heard ? NO_HEARING : NO_REASON };
    if ("to" in op && !this.#here.people.byID.get(op.to)?.shown) return { code: "unknown_member", message: "Nobody with that number is in this room. They may have left." };
    // The server reads it: the words that open this room are more than a key has.
    if (op.t === "claim" && !/^(?:[a-z]{3,8} ){4}[a-z]{3,8}$/.test(op.key)) return { code: "bad_key", message: NO_KEY };
    if (op.t === "key") this.#keysDue++;
    if (op.t === "invite" || op.t === "uninvite") this.#invitesDue++;
    if (!("knock" in op)) return { ask: op };
    const knock = this.#knocks.theirs(op.knock);
    return knock ? { ask: { ...op, knock } } : { code: "unknown_knock", message: "Nobody knocks by that number. They may have gone." };
  }

  // ownOf is an op as it was asked for here.
  ownOf(op) { return op && "knock" in op ? { ...op, knock: this.#knocks.ours(op.knock) } : op; }

  // madeRoom says whether the server may say that this end made the room, once.
  madeRoom() {
    const makes = this.#makes;
    this.#makes = false;
    return makes;
  }

  // says takes what the server says of it, and says false of what it can't.
  says(frame) {
    const { people } = this.#here;
    switch (frame.t) {
      case "rules": {
        if (!this.follow(frame.rules)) return false;
        const from = people.byID.get(frame.from?.id);
        this.#here.governed({ t: "rules", from: from?.shown ? personOf(from) : undefined, rules: this.#here.rules, why: frame.why, op: frame.op });
        return true;
      }
      case "host": {
        const person = people.byID.get(frame.member.id);
        if (!person) return true; // whom this end did not let in
        person.host = frame.member.host;
        if (person.shown) this.#here.governed({ t: "host", member: memberOf(person), op: frame.op });
        return true;
      }
      case "vote":
        this.#vote(frame, people.byID.get(frame.member.id));
        return true;
      case "key":
        if (this.#keysDue === 0) return false;
        this.#keysDue--;
        this.#here.emit({ t: "key", words: frame.words, op: frame.op });
        return true;
      case "invited":
        if (this.#invitesDue === 0) return false;
        this.#invitesDue--;
        this.#here.emit({ t: "invited", token: frame.token, op: frame.op });
        return true;
      case "knocking": // nobody is called anything, or says anything, before they are shown
        this.#here.emit({ t: "knocking", knock: this.#knocks.ours(frame.knock) });
        return true;
      case "knocked":
        if (this.#knocks.has(frame.knock)) this.#here.emit({ t: "knocked", knock: this.#knocks.ours(frame.knock), outcome: frame.outcome, op: this.ownOf(frame.op) });
        return true;
      default:
        return false;
    }
  }

  // vote tells whom a vote is about, if this end shows them, and that it is over, though
  // they have left since.
  #vote({ member, ends, needed, over, op }, person) {
    const about = over ? this.#voted : person?.shown ? person : null;
    this.#voted = over ? null : about;
    if (about?.id === member.id) this.#here.governed({ t: "vote", member: memberOf(about), ends, needed, over, op });
  }
}

const MAX_KNOCKS = 64; // that are remembered: twice as many as may wait at a door

// Knocks are those at the door whom this end was told of last, by numbers of its own: what
// the server calls them could be words. No number comes twice, so that nobody is let in
// for somebody of another place.
class Knocks {
  #last = []; // as the server calls them, the newest last
  #sofar = 0;

  forget() { this.#last = []; }
  has(theirs) { return this.#last.includes(theirs); }

  // ours is the number by which this end calls what the server calls so.
  ours(theirs) {
    if (!this.has(theirs)) {
      this.#last = [...this.#last, theirs].slice(-MAX_KNOCKS);
      this.#sofar++;
    }
    return `k${this.#sofar - this.#last.length + this.#last.indexOf(theirs) + 1}`;
  }

  // theirs is what the server calls it, or undefined.
  theirs(ours) { return this.#last.find((theirs) => this.ours(theirs) === ours); }
}

const open = { door: "open" };

// refusalOfSealed is why the server did not take what was sealed, if it can know that:
// else what is told instead, as {code, message}.
export function refusalOfSealed(code) {
  return ["muted", "quiet", "too_soon"].includes(code) ? { code: "not_allowed", message: NO_WORDS } : null;
}
