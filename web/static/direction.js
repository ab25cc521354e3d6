// Runs before anything is painted, so that a page in Arabic does not turn over
// under the reader's eyes: the one thing that can't wait for the modules. What
// it decides is page.js's decision, a moment earlier.
{
  const spoken = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
  if (spoken.find((tag) => ["en", "de", "ar"].includes(tag)) === "ar") document.documentElement.dir = "rtl";
}
