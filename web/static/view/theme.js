// How this page looks: its colours, as the system says or as chosen here, and whether
// every message shows its time. Nothing is stored, so a choice lasts as long as the page.

export const style = "../style/times.css";

export const themes = ["auto", "light", "dark", "contrast"];

export const theme = () => document.documentElement.dataset.theme ?? "auto";

// What a terminal calls them.
const elsewhere = { sotto: "auto", "sotto-dark": "dark", "sotto-light": "light", "contrast-dark": "contrast" };

// setTheme says whether there is such a theme, by its name here or in a terminal.
export function setTheme(name) {
  name = elsewhere[name] ?? name;
  if (!themes.includes(name)) return false;
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  return true;
}

// tellWords lets the other rooms of this window know which words call from now on.
export function tellWords(words) { document.dispatchEvent(new CustomEvent("words", { detail: words })); }

// times says whether every message shows its time, after that was chosen: "on", "off" or
// as it is.
export function times(chosen) {
  const { dataset } = document.documentElement;
  if (chosen) dataset.times = chosen;
  return dataset.times === "on";
}
