// The scripts that the Go twins are held to as well: see rooms/behaviour.

import { readFileSync } from "node:fs";

export const script = (name) =>
  JSON.parse(readFileSync(new URL(`../../rooms/behaviour/${name}.json`, import.meta.url), "utf8"));
