// Whether a browser asks somebody who leaves the page. It is told only while something
// would be lost by it: a page that asks always is kept by no browser's cache. Nothing is
// stored by the question.

let asks = false;

export function asking(loses) {
  if (loses === asks) return;
  asks = loses;
  if (loses) addEventListener("beforeunload", ask);
  else removeEventListener("beforeunload", ask);
}

function ask(event) {
  event.preventDefault();
  event.returnValue = "?"; // browsers before 2024 look at it
}
