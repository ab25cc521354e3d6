// The colours of this page: as the system says, or as chosen here. Nothing is
// stored, so a choice lasts as long as the page.

export const themes = ["auto", "light", "dark", "contrast"];

export const theme = () => document.documentElement.dataset.theme ?? "auto";

// setTheme says whether there is such a theme.
export function setTheme(name) {
  if (!themes.includes(name)) return false;
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  return true;
}
