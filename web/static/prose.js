// A message's text as elements.

export function prose(text) {
  return [text];
}
