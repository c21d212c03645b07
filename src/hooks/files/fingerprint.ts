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
  /** The hooks, each with what of those files is code of its own. */
  readonly hooks: readonly Hook[];
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
  const named = await findScripts(folder, hooks);
  const found = new Map([...named.values()].flat().map((script) => [script.path, script]));
  const scripts = [...found.keys()].sort();
  const digests = new Map<string, string>();
  const hash = createHash("sha256");
  const add = (name: string, content: string | Buffer): void => {
    const length = typeof content === "string" ? Buffer.byteLength(content) : content.byteLength;
    hash.update(`${JSON.stringify(name)} ${String(length)}\n`).update(content);
  };
  for (const { path, text } of files) add(relative(folder, path), text);
  for (const script of scripts) {
    const content = await readFile(resolve(folder, script));
    add(script, content);
    digests.set(script, createHash("sha256").update(content).digest("hex"));
  }
  const pinned = hooks.map((hook) => pin(hook, named.get(hook) ?? [], digests));
  return { digest: hash.digest("hex"), scripts, hooks: pinned };
}

/** What is no code may change while a run goes on: steps write the files that hooks look at. */
function pin(hook: Hook, named: readonly Script[], digests: ReadonlyMap<string, string>): Hook {
  const own = named.filter(({ isCode }) => isCode).map(({ path }) => path);
  if (own.length === 0) return hook;
  const scripts = Object.fromEntries(own.map((path) => [path, digests.get(path) ?? ""]));
  return { ...hook, scripts };
}

interface Script {
  readonly path: string;
  readonly isCode: boolean;
}

const CODE = /\.(?:sh|bash|zsh|fish|py|js|mjs|cjs|ts|mts|rb|pl|php|lua|go|ps1)$/;
const EXECUTABLE = 0o111;

async function findScripts(
  folder: string,
  hooks: readonly Hook[],
): Promise<ReadonlyMap<Hook, readonly Script[]>> {
  const root = await realpath(folder).catch(() => folder); // a folder that is gone has no scripts
  const known = new Map<string, Script | undefined>();
  const found = new Map<Hook, readonly Script[]>();
  for (const hook of hooks) {
    const { handler, rollback } = hook;
    const words = [handler, ...(rollback === undefined ? [] : [rollback])].flatMap(wordsOf);
    const scripts = new Map<string, Script>();
    for (const word of new Set(words)) {
      if (!known.has(word)) known.set(word, await findScript(root, word));
      const script = known.get(word);
      if (script !== undefined) scripts.set(script.path, script);
    }
    found.set(hook, [...scripts.values()]);
  }
  return found;
}

async function findScript(root: string, word: string): Promise<Script | undefined> {
  const file = resolve(root, word);
  const path = relative(root, file);
  if (path === "" || path.startsWith("..") || isAbsolute(path)) return undefined;
  const facts = await stat(file).catch(() => undefined); // most words of a command are no files
  if (facts?.isFile() !== true || facts.size > LARGEST_SCRIPT_BYTES) return undefined;
  return { path, isCode: (facts.mode & EXECUTABLE) !== 0 || CODE.test(path) };
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
