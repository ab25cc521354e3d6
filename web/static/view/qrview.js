// A QR code as one SVG path: dark modules on white, with the quiet zone that
// the standard asks for, in either colour scheme.

export const style = "../style/qr.css";

const QUIET = 4; // modules

export function drawQR(rows) {
  const size = rows.length + 2 * QUIET;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  let d = "";
  rows.forEach((row, y) => row.forEach((dark, x) => {
    if (dark) d += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  }));
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}
