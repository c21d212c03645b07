import { readFileSync } from "node:fs";

/** Heddle's own version. From `src/cli` and from `dist/cli` alike, the package is two folders up. */
export function readVersion(): string {
  const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(file) as { readonly version: string }; // as: our own package.json
  return version;
}
