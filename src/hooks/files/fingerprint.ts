import { createHash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";

import type { Handler } from "../handler.ts";
import type { Hook } from "../hook.ts";

/** What somebody looks at before a folder is trusted. */
export interface Fingerprint {
  readonly digest: string;
  /** Files that the hooks start or name, relative to the folder. */
  readonly scripts: readonly string[];
}

/** A program of this size was not written to be read. */
const LARGEST_SCRIPT_BYTES = 16 * 1024 * 1024;

/**
 * One digest over the hook files and every file of the folder that their commands name. What those files load in their
 * turn is not followed.
 */
export async function fingerprintOf(
  folder: string,
  files: readonly { readonly path: string; readonly text: string }[],
  hooks: readonly Hook[],
): Promise<Fingerprint> {
  const scripts = await findScripts(folder, hooks);
  const hash = createHash("sha256");
  const add = (name: string, content: string | Buffer): void => {
    const length = typeof content === "string" ? Buffer.byteLength(content) : content.byteLength;
    hash.update(`${JSON.stringify(name)} ${String(length)}\n`).update(content);
  };
  for (const { path, text } of files) add(relative(folder, path), text);
  for (const script of scripts) add(script, await readFile(resolve(folder, script)));
  return { digest: hash.digest("hex"), scripts };
}

async function findScripts(folder: string, hooks: readonly Hook[]): Promise<readonly string[]> {
  const root = await realpath(folder).catch(() => folder); // a folder that is gone has no scripts
  const found = new Set<string>();
  for (const word of new Set(hooks.flatMap(({ handler }) => wordsOf(handler)))) {
    const path = resolve(root, word);
    const inside = relative(root, path);
    if (inside === "" || inside.startsWith("..") || isAbsolute(inside)) continue;
    const facts = await stat(path).catch(() => undefined); // most words of a command are no files
    if (facts?.isFile() === true && facts.size <= LARGEST_SCRIPT_BYTES) found.add(inside);
  }
  return [...found].sort();
}

/** Everything in a handler's commands that could be a path. */
function wordsOf(handler: Handler): readonly string[] {
  if ("command" in handler) {
    const { command, cwd } = handler;
    const words = (typeof command === "string" ? [command] : command).flatMap(splitWords);
    return cwd === undefined ? words : [...words, ...words.map((word) => `${cwd}/${word}`)];
  }
  const parts = ["all", "parallel", "firstMatch", "vote"].flatMap(
    // as: the keys of composites hold handlers
    (key) => (key in handler ? (handler as Record<string, readonly Handler[]>)[key] : []) ?? [],
  );
  return parts.flatMap(wordsOf);
}

const PROJECT_FOLDER = /^(?:"?\$\{?CLAUDE_PROJECT_DIR(?::-\.)?\}?"?|"?\$\{?PWD\}?"?)\//;

/** Shell text is not parsed: whatever stands between blanks, quotes and operators is tried as a path. */
function splitWords(text: string): readonly string[] {
  return text
    .split(/[\s;|&<>()`]+/)
    .map((word) => word.replace(/^["']+(?=\$)/, "").replace(PROJECT_FOLDER, ""))
    .map((word) => word.replaceAll(/["']/g, ""))
    .flatMap((word) => (word.includes("=") ? [word, word.slice(word.indexOf("=") + 1)] : [word]))
    .filter((word) => word !== "" && word.length < 4096);
}
