import { randomUUID } from "node:crypto";
import { realpath, rename, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";

import type { HandlerContext } from "../context.ts";

/** The absolute path of a name in the run's workspace. @throws Error when it leads out of it, links followed */
export async function insideWorkspace(context: HandlerContext, name: string): Promise<string> {
  const path = resolve(context.cwd, name);
  const [root, target] = [await realpath(context.cwd), await followLinks(path)];
  if (!isWithin(root, target))
    throw new Error(`${JSON.stringify(name)} leads out of the workspace; name a path inside it.`);
  return path;
}

export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}

/** Where a path leads, links followed; of a path that is not there, as far as it is. */
export async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error;
    return join(await followLinks(dirname(path)), basename(path));
  }
}

export function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOENT" || error.code === "ENOTDIR")
  );
}

/** Readers see the old content or the new one, never half of it. */
export async function writeAtomically(path: string, content: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content);
  await rename(draft, path);
}
