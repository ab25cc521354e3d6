// The question whether to remove somebody, in a room where no host is, as one page knows
// it. Knows no DOM.

const LASTS = 60_000; // ms
const AFTER = 120_000; // ms that somebody has been here who is asked

// running returns the one that runs, or null: {about, needed, until, asked, said}, until
// when by this page's clock; asked: you are; said: "yes" or "no", as you answered, or "".
export function running({ vote, members, skew, came, you }, now) {
  const about = members.get(vote?.member.id);
  if (!about || vote.over) return null;
  const until = Math.min(vote.told + LASTS, vote.ends + skew); // the sooner, for what came late
  if (!(until > now)) return null;
  const asked = !vote.refused && about.id !== you.id && until - LASTS - came >= AFTER;
  return { about, needed: vote.needed, until, asked, said: vote.said ?? (vote.op ? "yes" : "") };
}

// answer sends one by send(op), which says why it could not, or "".
export function answer(room, yes, send) {
  const { vote } = room;
  const problem = send({ t: "vote", to: vote.member.id, yes });
  if (problem === "") vote.said = yes ? "yes" : "no";
  return problem;
}

// refused takes back an answer that the server did not take: who was not asked has none.
export function refused({ vote }, { code, op }) {
  if (op?.t !== "vote" || op.to !== vote?.member.id) return;
  vote.said = "";
  vote.refused = code === "not_allowed";
}
