/** Small file operations that leave either the old state or the new one, never half of it. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export function readJson(path, otherwise) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : otherwise;
}

/** Writes beside the file, then renames over it. */
export function replaceFile(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

export function replaceJson(path, value) {
  replaceFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

export function sha256Of(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
