// Whether somebody may have been in voice before a page was there that knows nothing of it,
// since nothing is kept between two: it was loaded again, and not long ago.

const LATELY = 10_000; // ms since it was loaded: who was in voice then still wonders

export function reloaded(performance) {
  return performance.getEntriesByType("navigation")[0]?.type === "reload" && performance.now() < LATELY;
}
