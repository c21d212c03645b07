import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";

const PLAIN_PATH = /^[\w.@+-]+(?:\/[\w.@+-]+)+(?=\s|$)/;

/**
 * Finds the files a command names beside its pattern. Commands run in the workspace, while the scripts of a pattern live
 * next to its file: a relative path that is not in the workspace but is there becomes absolute. In a shell string only
 * the first word is looked at, since nobody but the shell can say what the rest means.
 */
export function resolveCommand(
  command: string | readonly string[],
  cwd: string,
  patternDir: string | undefined,
): string | readonly string[] {
  if (patternDir === undefined) return command;
  if (typeof command !== "string")
    return command.map((word) => findBeside(word, cwd, patternDir) ?? word);
  const first = PLAIN_PATH.exec(command)?.[0];
  if (first === undefined) return command;
  const found = findBeside(first, cwd, patternDir);
  return found === undefined ? command : quote(found) + command.slice(first.length);
}

function findBeside(word: string, cwd: string, patternDir: string): string | undefined {
  // What has no slash is a program name or a plain argument, never a path of ours.
  if (!word.includes("/") || isAbsolute(word) || word.startsWith("-")) return undefined;
  if (existsSync(resolve(cwd, word))) return undefined;
  const beside = resolve(patternDir, word);
  return existsSync(beside) ? beside : undefined;
}

function quote(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
