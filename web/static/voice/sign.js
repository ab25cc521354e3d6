// What the button of voice says while others are in it: how many, and, by its colour, that
// somebody speaks. It is for whoever does not see the list of people, as on a phone.

// sign shows it on the button, and returns how many. Its name stays as it is while it has
// the focus, so that nobody is told of each change.
export function sign(button, { members, ignored }, text) {
  const within = [...members.values()].filter(({ voice }) => voice);
  const speaks = within.some(({ id, voice }) => voice.speaking && !voice.muted && !ignored.has(id));
  if (within.length === 0) delete button.dataset.within;
  else button.dataset.within = within.length;
  button.classList.toggle("speaks", speaks);
  if (document.activeElement === button) return within.length;
  if (within.length === 0) button.removeAttribute("aria-label");
  else button.setAttribute("aria-label", text("sign", within.length) + (speaks ? text("signSpeaks") : ""));
  return within.length;
}
