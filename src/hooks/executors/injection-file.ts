import { link, readFile, rename, rm, stat, writeFile } from "node:fs/promises";

import type { JsonValue } from "../../core/index.ts";
import { judgeInjection, readInjection } from "../importers/agents/index.ts";

/** Hands out the injection that waits in a file. */
export interface InjectionFile {
  /** The text for this call, at most once; undefined when there is none for it. */
  take(at: { readonly event: string; readonly tool: string }): Promise<string | undefined>;
}

/**
 * A file with one injection: `{ inject, event, tool_matcher, expires_at, sequence }`, written elsewhere and moved into
 * place. Which sequence was delivered last is kept beside it, because each call of an agent is a process of its own.
 */
export function openInjectionFile(path: string, now: () => number): InjectionFile {
  const sequencePath = `${path}.sequence`;
  return {
    async take({ event, tool }) {
      // Whoever renames the file owns it: two calls at once cannot both deliver it.
      const mine = `${path}.${process.pid}.taken`;
      if (!(await move(path, mine))) return undefined;
      const injection = readInjection(await readJson(mine), (await stat(mine)).mtimeMs);
      const verdict = judgeInjection(
        injection,
        { event, tool, nowMs: now() },
        await readSequence(sequencePath),
      );
      if (verdict === "keep") {
        await putBack(mine, path);
        return undefined;
      }
      await rm(mine, { force: true });
      if (verdict === "remove" || injection === undefined) return undefined;
      await writeFile(sequencePath, String(injection.sequence));
      return injection.content;
    },
  };
}

async function move(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

/** Unless a newer one has arrived meanwhile. */
async function putBack(mine: string, path: string): Promise<void> {
  try {
    await link(mine, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  await rm(mine, { force: true });
}

async function readJson(path: string): Promise<JsonValue> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as JsonValue; // as: JSON.parse gives nothing else
  } catch {
    // Malformed: reads as no injection, and the file goes.
    return null;
  }
}

async function readSequence(path: string): Promise<number> {
  try {
    const sequence = Number(await readFile(path, "utf8"));
    return Number.isFinite(sequence) ? sequence : 0;
  } catch {
    // Nothing was delivered yet.
    return Number.NEGATIVE_INFINITY;
  }
}
